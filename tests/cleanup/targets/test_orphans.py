from __future__ import annotations

import pytest

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.policy.policy import Kinds, Policy
from kfpops.cleanup.targets.orphans import owner_of
from tests.cleanup.building import NOW, a_pin, a_run, an_inventory, deleted, run_id

RUNS = (a_run(1), deleted(2), a_run(3, finished=False))
CLAIMS = claims_of(an_inventory(RUNS, pins=(a_pin(run_id(4)),)), Policy(), NOW)
LONE = run_id(9)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("r/README", id="a file"),
        pytest.param(f"r/p/{LONE}", id="a file that is called like a run"),
        pytest.param(f"r/p/{LONE}/f", id="no task"),
        pytest.param(f"r/p/{LONE}//f", id="a task without a name"),
        pytest.param(f"r//{LONE}/t/f", id="a pipeline without a name"),
        pytest.param(f"r/{LONE}/t/x/f", id="no pipeline"),
        pytest.param(f"r/a/p/{LONE}/t/f", id="two folders before it"),
        pytest.param(f"r/p/{LONE.replace('-', '')}/t/f", id="an id without dashes"),
        pytest.param(f"r/p/{LONE}x/t/f", id="more than an id"),
        pytest.param("r/p/ABCDEF01-0000-4000-8000-000000000000/t/f", id="large letters"),
    ],
)
def test_what_has_no_runs_shape(key: str) -> None:
    assert owner_of(key, "r", CLAIMS, Kinds()) is None


@pytest.mark.parametrize(
    "key, reason",
    [
        pytest.param(f"r/p/{LONE}/t/f", "run-unknown", id="nobody knows the run"),
        pytest.param(f"r/p/{LONE}/t/", "run-unknown", id="a folder's object"),
        pytest.param(f"r/p/{LONE}/t/{LONE}/f", "run-unknown", id="further ids"),
        pytest.param(f"r/p/{run_id(2)}/t/f", "run-deleted", id="a deleted run in any pipeline"),
        pytest.param(f"r/p/{run_id(2).upper()}/t/f", "run-deleted", id="a known run, in large letters"),
    ],
)
def test_what_goes(key: str, reason: str) -> None:
    found = owner_of(key, "r", CLAIMS, Kinds(orphans=5.0, unknown_runs=7.0))
    assert found is not None
    assert (found.mark.goes, found.mark.label, found.mark.reason) == (True, "orphan", reason)
    assert found.mark.since == (7.0 if reason == "run-unknown" else 5.0)
    assert found.mark.path == "/".join(key.split("/")[:3])


@pytest.mark.parametrize(
    "key, reason",
    [
        pytest.param(f"r/p/{run_id(3)}/t/f", "run-unfinished", id="unfinished"),
        pytest.param(f"r/{run_id(3)}/f", "run-unfinished", id="unfinished, in no place of KFP's"),
        pytest.param(f"r/p/{LONE}/t/{run_id(3)}/f", "run-unfinished", id="unfinished, far down"),
        pytest.param(f"r/p/{LONE}/t/{run_id(4)}/f", "pinned", id="pinned, far down"),
        pytest.param(f"r/p/{run_id(1)}/t/f", "run-kept", id="kept"),
        pytest.param(f"r/{run_id(1)}/x/y/f", "owner-unknown", id="kept, in no place of KFP's"),
        pytest.param(f"r/p/{run_id(2)}/t/{run_id(1)}/f", "owner-unknown", id="kept, below one that is deleted"),
    ],
)
def test_what_a_run_keeps_by_its_id(key: str, reason: str) -> None:
    found = owner_of(key, "r", CLAIMS, Kinds())
    assert found is not None
    assert (found.mark.goes, found.mark.reason) == (False, reason)


def test_the_root_may_be_the_bucket() -> None:
    found = owner_of(f"p/{LONE}/t/f", "", CLAIMS, Kinds())
    assert found is not None
    assert (found.mark.path, found.folder) == (f"p/{LONE}", f"p/{LONE}/t/")
