from __future__ import annotations

import pytest

from kfpops.cleanup.mark import Mark
from kfpops.cleanup.targets.dangling import has_bytes, is_candidate
from tests.cleanup.building import a_run, an_artifact

RUN = a_run(1)


@pytest.mark.parametrize(
    "facts",
    [
        {"type": "system.Metrics"},
        {"type": "system.ClassificationMetrics"},
        {"type": "system.SlicedClassificationMetrics"},
        {"type": "google.ForecastingMetrics"},
        {"uri": ""},
        {"state": "DELETED"},
        {"state": "MARKED_FOR_DELETION"},
        {"state": "PENDING"},
    ],
)
def test_artifacts_that_need_no_bytes(facts: dict[str, str]) -> None:
    assert not has_bytes(an_artifact(RUN, **facts))


@pytest.mark.parametrize("facts", [{}, {"type": "team.Metrics"}, {"type": ""}, {"state": ""}])
def test_artifacts_that_have_bytes(facts: dict[str, str]) -> None:
    assert has_bytes(an_artifact(RUN, **facts))


def test_only_live_artifacts_are_worth_a_look() -> None:
    live = Mark("a", "artifact", False, "live", "run-kept", id="1")
    assert is_candidate(live)
    for other in (
        live._replace(goes=True),
        live._replace(label="foreign"),
        live._replace(empty=True),
        live._replace(kind="run"),
    ):
        assert not is_candidate(other)
