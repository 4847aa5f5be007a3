from __future__ import annotations

import pytest

from kfpops.cleanup.inventory import ArtifactFact, RunFact
from kfpops.cleanup.policy.fits import artifact_fits, began, ended, name_fits, run_fits
from kfpops.cleanup.policy.policy import Select
from tests.cleanup.policy.runs import DAY, NOW, a_run, an_artifact


@pytest.mark.parametrize(
    "name, pattern", [("Train", "train"), ("train-2", "train"), ("", "?*"), ("trai", "train"), ("xb", "[a]b")]
)
def test_names_that_do_not_fit(name: str, pattern: str) -> None:
    assert not name_fits(name, (pattern,))


@pytest.mark.parametrize(
    "name, pattern",
    [("train", "train"), ("nightly-train", "*-train"), ("", "*"), ("a[1]", "a[1]"), ("a1", "a[1]"), ("a\nb", "a*")],
)
def test_names_that_fit(name: str, pattern: str) -> None:
    assert name_fits(name, ("other", pattern))


@pytest.mark.parametrize("moment", [None, 0.0, -1.0, 1e15])
def test_a_time_that_cannot_be_is_unknown(moment: float | None) -> None:
    assert began(a_run(when=moment)) is None
    assert ended(a_run(when=moment)) is None


def test_order_is_by_the_beginning_and_age_by_the_end() -> None:
    run = a_run(created_at=1e9, finished_at=1e9 + DAY)
    assert (began(run), ended(run)) == (1e9, 1e9 + DAY)


@pytest.mark.parametrize(
    "select, run",
    [
        pytest.param(Select(namespace=("team-a",)), a_run(), id="another namespace"),
        pytest.param(Select(pipeline=("train",), state=("FAILED",)), a_run(), id="one of two selectors"),
        pytest.param(Select(older_than=7 * DAY), a_run(when=NOW - 7 * DAY), id="just that old"),
        pytest.param(Select(older_than=7 * DAY), a_run(when=None), id="of an unknown age"),
        pytest.param(
            Select(older_than=7 * DAY),
            a_run(created_at=NOW - 30 * DAY, finished_at=NOW - DAY),
            id="long ago begun, lately ended",
        ),
        pytest.param(Select(recurring_run=("?*",)), a_run(), id="started by hand"),
    ],
)
def test_runs_that_do_not_fit(select: Select, run: RunFact) -> None:
    assert not run_fits(select, run, NOW)


@pytest.mark.parametrize(
    "select, run",
    [
        pytest.param(Select(), a_run(), id="a selector of everything"),
        pytest.param(
            Select(type=("system.Model",), larger_than=5), a_run(), id="what is about artifacts is not asked of runs"
        ),
        pytest.param(Select(namespace=("team-a", "kube*")), a_run(), id="one of two names"),
        pytest.param(Select(older_than=7 * DAY, state=("SUCCEEDED",)), a_run(), id="all of two selectors"),
        pytest.param(Select(pipeline=("*",)), a_run(pipeline=""), id="a star also fits what is unknown"),
    ],
)
def test_runs_that_fit(select: Select, run: RunFact) -> None:
    assert run_fits(select, run, NOW)


def test_what_is_unknown_fits_when_it_speaks_for_keeping() -> None:
    select = Select(experiment=("night",), older_than=DAY, pipeline=("train",))
    assert run_fits(select, a_run(when=None), NOW, unknown=True)
    assert not run_fits(select, a_run(when=None, pipeline="other"), NOW, unknown=True)


@pytest.mark.parametrize(
    "select, artifact",
    [
        pytest.param(Select(type=("system.Model",)), an_artifact(), id="another type"),
        pytest.param(Select(label=(("team", "vision"),)), an_artifact(), id="without the label"),
        pytest.param(Select(label=(("team", "vision"),)), an_artifact(labels={"team": "nlp"}), id="another value"),
        pytest.param(
            Select(label=(("team", "vision"), ("stage", "*"))),
            an_artifact(labels={"team": "vision"}),
            id="one of two labels",
        ),
        pytest.param(Select(larger_than=100), an_artifact(), id="just that large"),
        pytest.param(Select(smaller_than=100), an_artifact(), id="just not that small"),
        pytest.param(Select(larger_than=10, smaller_than=50), an_artifact(), id="one of two sizes"),
        pytest.param(Select(larger_than=10), an_artifact(size=None), id="of an unknown size"),
        pytest.param(Select(type=("*",)), an_artifact(type=""), id="of an unknown type"),
    ],
)
def test_artifacts_that_do_not_fit(select: Select, artifact: ArtifactFact) -> None:
    assert not artifact_fits(select, artifact, unknown=False)


@pytest.mark.parametrize(
    "select, artifact, unknown",
    [
        pytest.param(Select(namespace=("x",)), an_artifact(), False, id="what is about runs is not asked of artifacts"),
        pytest.param(Select(type=("system.*",), larger_than=99, smaller_than=101), an_artifact(), False, id="all selectors"),
        pytest.param(
            Select(label=(("team", "nlp"), ("team", "vis*"))),
            an_artifact(labels={"team": "vision"}),
            False,
            id="one of two values",
        ),
        pytest.param(Select(larger_than=10), an_artifact(size=None), True, id="an unknown size speaks for keeping"),
        pytest.param(Select(type=("system.Model",)), an_artifact(type=""), True, id="an unknown type speaks for keeping"),
    ],
)
def test_artifacts_that_fit(select: Select, artifact: ArtifactFact, unknown: bool) -> None:
    assert artifact_fits(select, artifact, unknown=unknown)
