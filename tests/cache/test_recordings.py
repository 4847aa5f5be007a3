"""Fingerprints of the labelled recordings: those that a real KFP 2.17 stored, computed anew, one by one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kfpops.cache.explain import explain
from kfpops.cache.explanation import Explanation
from kfpops.cache.gather import gather_cache
from kfpops.cache.step import computed
from kfpops.capture.open import open_cluster
from kfpops.errors import NotFound, Unreachable
from kfpops.ports import Cluster
from tests.lineage.recorded import path as lineage_recording

RECORDINGS = Path(__file__).parent.parent / "recordings"
PATHS = sorted(RECORDINGS.glob("*/recording*.tar.gz"))


@cache
def opened(path: Path) -> Cluster:
    return open_cluster(path)


def fingerprints(path: Path) -> Counter[str]:
    """How many container executions have no fingerprint, an equal one, another one, and one of an unknown pipeline."""
    cluster = opened(path)
    found: Counter[str] = Counter()
    if cluster.lineage is None or cluster.pipelines is None:
        return found
    for run in cluster.pipelines.runs(""):
        try:
            explanation = explain(gather_cache(cluster, run.id))
        except (NotFound, Unreachable):
            # The recording does not hold this run's lineage, the run never had one, or the store was what was broken.
            continue
        for task in explanation.tasks:
            equal = task.fingerprint.equal if task.fingerprint else "none"
            found[{None: "unknown", True: "equal", False: "other", "none": "none"}[equal]] += 1
    return found


def test_every_fingerprint_whose_pipeline_is_known_is_equal() -> None:
    total = sum((fingerprints(path) for path in PATHS), Counter())
    assert total["other"] == 0
    assert total["unknown"] == 0
    assert total["equal"] >= 15


@pytest.mark.parametrize("case", ["healthy-from-cache"])
def test_hits_lead_to_the_run_that_really_ran(case: str) -> None:
    cluster = opened(RECORDINGS / case / "recording.tar.gz")
    assert cluster.pipelines
    new, old = cluster.pipelines.runs("")
    tasks = explain(gather_cache(cluster, new.id)).tasks
    assert [(t.task, t.verdict, t.origin.run if t.origin else "") for t in tasks] == [
        ("load-orders", "hit", old.id),
        ("fit-forecast", "hit", old.id),
    ]
    states = {(t.task, o.port): o.state for t in tasks for o in t.objects}
    assert states[("fit-forecast", "metrics")] == "never-stored"
    assert {state for (_, port), state in states.items() if port in ("orders", "model")} == {"present"}
    assert [t.verdict for t in explain(gather_cache(cluster, old.id)).tasks] == ["miss", "miss"]


@pytest.mark.parametrize("case", ["busy-cluster", "leftovers"])
def test_attempts_that_are_not_told_have_equal_fingerprints_too(case: str) -> None:
    lineage = opened(lineage_recording(case)).lineage
    assert lineage
    seen = Counter[str]()
    for run in lineage.runs([e.run_id for e in lineage.executions([str(n) for n in range(1, 1000)]) if e.run_id]):
        facts = gather_cache(opened(lineage_recording(case)), run.run_id)
        seen["told"] += len(facts.steps)
        for step in facts.around:
            if step.execution.kind == "container":
                found = computed(step)
                seen["all"] += 1
                seen["other"] += bool(step.execution.fingerprint) and not (found and found.release)
        assert sum(facts.attempts.values()) == sum(s.execution.kind == "container" for s in facts.around)
    assert seen["other"] == 0
    assert seen["all"] > seen["told"] > 200


def busy(run_id: str, task: str = "") -> Explanation:
    return explain(gather_cache(opened(lineage_recording("busy-cluster")), run_id, task=task))


def test_a_task_that_was_tried_three_times() -> None:
    (found,) = busy("3e2d47d4-ec08-4ed5-8646-ec086b6c9795").tasks
    assert (found.task, found.verdict, found.attempts) == ("extract", "miss", 3)
    assert "of this same run" not in found.why


def test_an_input_that_was_itself_taken_from_the_cache() -> None:
    (found,) = busy("ddc9b4e3-3a80-4d70-ab8c-cea06564c1b3", "score").tasks
    assert "extract was taken from the cache from run f87c5d0f" in found.differences[0].note
    assert [a.text[:27] for a in found.advice] == ["There is nothing to change:"]


def test_a_condition_around_a_task_was_false() -> None:
    found = {t.task: t for t in busy("d14d68b6-7009-4a7a-8056-e104ca11481d").tasks}
    assert found["condition-1/retrain"].why == "It was not started: the condition of condition-1 was false."


def test_several_that_were_deleted() -> None:
    found = busy("f87c5d0f-75ee-4e51-8774-bd2baa848bc5", "extract").tasks[0]
    assert "were deleted with their runs" in found.why
    assert "was deleted" not in found.why
