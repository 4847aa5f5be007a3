"""Fingerprints of the labelled recordings: those that a real KFP 2.17 stored, computed anew, one by one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kfpops.cache.explain import explain
from kfpops.cache.gather import gather_cache
from kfpops.capture.open import open_cluster
from kfpops.errors import NotFound, Unreachable
from kfpops.ports import Cluster

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
