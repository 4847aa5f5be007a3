from __future__ import annotations

import msgspec

from kfpops.cleanup.inventory import Producer
from kfpops.cleanup.plan.evictions import evictions_of
from tests.cleanup.building import a_run, an_artifact, run_id

RUN = a_run(1, caches=True)
FIT = an_artifact(RUN)


def made_by(**changes: object) -> Producer:
    assert FIT.producer is not None
    return msgspec.structs.replace(FIT.producer, **changes)


def test_without_evictions_no_artifact_is_looked_at() -> None:
    assert evictions_of({}, {}, iter(())) == ()


def test_steps_are_counted_once_and_only_those_that_could_have_been_hits() -> None:
    artifacts = [
        FIT,
        an_artifact(RUN, id="2"),
        an_artifact(RUN, id="3", producer=made_by(execution_id="e1", seconds=60.0)),
        an_artifact(RUN, id="4", producer=made_by(execution_id="e4", complete=False)),
        an_artifact(RUN, id="5", producer=made_by(execution_id="e5", fingerprint="")),
        an_artifact(a_run(7), id="6", producer=made_by(execution_id="e6", run_id=run_id(7))),
        an_artifact(RUN, id="7", producer=None),
    ]
    (eviction,) = evictions_of({RUN.id: "old"}, {RUN.id: RUN}, artifacts)
    assert (eviction.run_id, eviction.rule, eviction.steps, eviction.seconds) == (RUN.id, "old", 2, 120.0)
    assert eviction.accelerator_hours is None


def test_a_run_without_cache_entries_costs_nothing() -> None:
    run = a_run(1, retryable=True)
    (eviction,) = evictions_of({run.id: "old"}, {run.id: run}, [an_artifact(run)])
    assert (eviction.steps, eviction.seconds) == (0, None)


def test_the_dearest_stands_first() -> None:
    gpu = a_run(2, caches=True)
    artifacts = [
        FIT,
        an_artifact(gpu, id="2", producer=made_by(run_id=gpu.id, execution_id="e2", seconds=1800.0, accelerators=4)),
    ]
    found = evictions_of({RUN.id: "old", gpu.id: "old"}, {RUN.id: RUN, gpu.id: gpu}, artifacts)
    assert [(e.run_id, e.accelerator_hours) for e in found] == [(gpu.id, 2.0), (RUN.id, None)]
