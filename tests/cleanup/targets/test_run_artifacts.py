from __future__ import annotations

from collections.abc import Sequence

import pytest

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.inventory import TAG, ArtifactFact, Producer, RunFact, Use
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.policy.policy import Policy, Rule, Select
from kfpops.cleanup.targets.run_artifacts import judge_artifact
from tests.cleanup.building import (
    ALL_KINDS,
    BUCKET,
    NOW,
    ROOT,
    a_pin,
    a_run,
    an_artifact,
    an_inventory,
    deleted,
    imported,
    path,
    run_id,
    uri_of,
)

KEPT, GONE, OLDER = a_run(1), deleted(2), deleted(3)
FAILED = a_run(4, state="FAILED", retryable=True)
CACHED = a_run(5, caches=True)
RUNS = (KEPT, GONE, OLDER, FAILED, CACHED)
ALL_GO = Policy(rules=(Rule("all"),))
EVICT = Policy(rules=(Rule("all"),), cache="evict")
DATASETS_GO = Policy(rules=(Rule("datasets", Select(type=("system.Dataset",))),))
DATASET = "system.Dataset"


@pytest.mark.parametrize(
    "artifact, policy, reason, who",
    [
        (an_artifact(KEPT), Policy(), "run-kept", KEPT.id),
        pytest.param(an_artifact(GONE, labels={TAG: "release-3"}), ALL_GO, "tagged", "release-3", id="tagged"),
        pytest.param(an_artifact(GONE, (KEPT, "cached")), Policy(), "taken-from-cache", KEPT.id, id="cached"),
        pytest.param(an_artifact(GONE, (KEPT, "read")), Policy(), "read", KEPT.id, id="read"),
        pytest.param(an_artifact(GONE, (KEPT, "attributed")), Policy(), "attributed", KEPT.id, id="attributed"),
        pytest.param(an_artifact(GONE, (KEPT, "imported")), Policy(), "imported", KEPT.id, id="imported"),
        pytest.param(
            an_artifact(GONE, (KEPT, "imported")), ALL_GO, "imported", KEPT.id, id="imported by a run that is given up"
        ),
        pytest.param(
            an_artifact(GONE, (FAILED, "read")), ALL_GO, "may-be-retried", FAILED.id, id="read by a run that may be retried"
        ),
        pytest.param(an_artifact(CACHED), ALL_GO, "cache-entry", CACHED.id, id="in the cache"),
        pytest.param(
            an_artifact(CACHED, type=DATASET), DATASETS_GO, "cache-entry", CACHED.id, id="in the cache, given up in part"
        ),
        pytest.param(
            an_artifact(CACHED, type=DATASET),
            Policy(rules=DATASETS_GO.rules, cache="evict"),
            "cache-entry",
            CACHED.id,
            id="in the cache, given up in part: no eviction helps",
        ),
        pytest.param(an_artifact(FAILED), ALL_GO, "may-be-retried", FAILED.id, id="of a run that may be retried"),
    ],
)
def test_what_keeps_an_artifact(artifact: ArtifactFact, policy: Policy, reason: str, who: str) -> None:
    verdict = judge_artifact(artifact, claims_of(an_inventory(RUNS), policy, NOW))
    assert (verdict.goes, verdict.label, verdict.reason, verdict.who) == (False, "live", reason, who)


@pytest.mark.parametrize(
    "artifact",
    [
        pytest.param(ArtifactFact(id="1", uri=f"{ROOT}/x"), id="nobody uses it"),
        pytest.param(ArtifactFact(id="1", uri=f"{ROOT}/x", uses=(Use("", "read"),)), id="the store does not tell whose"),
        pytest.param(an_artifact(GONE, uses=(Use(run_id(9), "read"),)), id="a run that is not among all runs"),
    ],
)
def test_what_nobody_knows_stays(artifact: ArtifactFact) -> None:
    verdict = judge_artifact(artifact, claims_of(an_inventory(RUNS), ALL_GO, NOW))
    assert (verdict.goes, verdict.label, verdict.reason) == (False, "foreign", "owner-unknown")


@pytest.mark.parametrize(
    "artifact, policy, expected",
    [
        pytest.param(an_artifact(GONE), Policy(), ("orphan", "run-deleted", GONE.id), id="deleted"),
        pytest.param(an_artifact(GONE, (OLDER, "cached")), Policy(), ("orphan", "run-deleted", GONE.id), id="twice"),
        pytest.param(an_artifact(KEPT), ALL_GO, ("expired", "run-expired", KEPT.id), id="given up"),
        pytest.param(an_artifact(GONE, (KEPT, "read")), ALL_GO, ("orphan", "run-deleted", GONE.id), id="its reader, too"),
        pytest.param(
            an_artifact(KEPT, type=DATASET), DATASETS_GO, ("expired", "artifact-expired", KEPT.id), id="by an artifact rule"
        ),
        pytest.param(an_artifact(CACHED), EVICT, ("expired", "run-expired", CACHED.id), id="evicted from the cache"),
        pytest.param(an_artifact(FAILED), EVICT, ("expired", "run-expired", FAILED.id), id="evicted, so no retry"),
        pytest.param(
            an_artifact(GONE, (KEPT, "imported")), EVICT, ("orphan", "run-deleted", GONE.id), id="its importer is evicted"
        ),
    ],
)
def test_what_gives_an_artifact_up(artifact: ArtifactFact, policy: Policy, expected: tuple[str, str, str]) -> None:
    verdict = judge_artifact(artifact, claims_of(an_inventory(RUNS), policy, NOW))
    assert (verdict.goes, (verdict.label, verdict.reason, verdict.who)) == (True, expected)


def marks(runs: Sequence[RunFact], artifacts: Sequence[ArtifactFact] = (), policy: Policy = ALL_GO) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {"run": [], "artifact": [], "pin": []}
    for bucket, mark in marks_of(an_inventory(runs, artifacts, pins=(a_pin(run_id(7)),)), policy, NOW):
        assert bucket == BUCKET
        found[mark.kind].append(mark)
    return found


@pytest.mark.parametrize(
    "root",
    [
        pytest.param(ROOT, id="the configured root"),
        pytest.param(f"minio://{BUCKET}", id="the bucket"),
        pytest.param(f"{ROOT}/train", id="the pipeline's folder"),
        pytest.param(f"{ROOT}/train/{run_id(8)}", id="another run's"),
        pytest.param(f"minio://{BUCKET}/{run_id(2)}", id="right below the bucket"),
    ],
)
def test_a_run_whose_root_is_more_than_its_own_gives_none_of_it_up(root: str) -> None:
    assert marks([deleted(2, root=root)])["run"] == []
    (kept,) = marks([a_run(2, root=root)], policy=Policy())["run"]
    assert not kept.goes


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param(ROOT, id="the configured root"),
        pytest.param(GONE.root, id="the run's root"),
        pytest.param(f"{GONE.root}/fit", id="a task's folder"),
        pytest.param(f"{GONE.root}//fit", id="a task's folder, two slashes"),
        pytest.param(uri_of(KEPT), id="in another run"),
        pytest.param(f"minio://{BUCKET}/exports/x/y/z", id="nowhere near a run"),
    ],
)
def test_an_artifact_that_goes_says_nothing_of_more_than_its_task_wrote(uri: str) -> None:
    assert marks([GONE, KEPT], [an_artifact(GONE, uri=uri)])["artifact"] == []
    (kept,) = marks([GONE, KEPT], [an_artifact(GONE, (KEPT, "read"), uri=uri)], Policy())["artifact"][:1]
    assert not kept.goes


def test_an_import_that_nobody_needs_any_more_says_nothing() -> None:
    assert marks([GONE, OLDER], [imported(uri_of(GONE), OLDER)])["artifact"] == []


def test_an_artifact_without_a_run_says_nothing_when_it_goes() -> None:
    row = an_artifact(GONE, producer=Producer("e1"), uses=(Use(GONE.id, "read"),))
    assert marks([GONE], [row])["artifact"][0].reason == "owner-unknown"


def test_what_a_mark_tells() -> None:
    found = marks([GONE], [an_artifact(GONE, id="12")], Policy(kinds=ALL_KINDS))
    place = path(uri_of(GONE))
    assert found["run"] == [Mark(path(GONE.root), "run", True, "orphan", "run-deleted", GONE.id)]
    assert found["artifact"] == [Mark(place, "artifact", True, "orphan", "run-deleted", GONE.id, id="12")]


def test_a_pinned_run_keeps_all_below_its_root() -> None:
    (pin,) = marks([deleted(7)])["pin"]
    assert (pin.path, pin.goes, pin.reason) == (path(deleted(7).root), False, "pinned")
