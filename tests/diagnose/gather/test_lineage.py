"""When diagnosis looks into the lineage store, what it asks there, and what it does when there is no answer."""

from __future__ import annotations

import pytest

from kfpops.diagnose.gather import gather_run
from kfpops.errors import Unreachable
from kfpops.model.lineage import Artifact
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow
from tests.builders import RUN_ID, a_workflow
from tests.fakes import FakeKubernetes, FakePipelines, FakeStore, a_cluster
from tests.lineage.worlds import MemoryLineage, Recorder

RUN = Run(RUN_ID, "nightly", "SUCCEEDED", pipeline_name="training")
ORIGIN = "a51a0271-1bdc-4c04-8bba-9d151dcc0ff1"
URI = f"minio://mlpipeline/v2/artifacts/training/{ORIGIN}/make-data/5f1c/data"


def node(name: str, template: str, decision: str = "") -> dict[str, object]:
    outputs = {"parameters": [{"name": "cached-decision", "value": decision}]} if decision else {}
    body = {"id": name, "name": f"train-x7k2p.root.{name}", "type": "Pod", "templateName": template, "phase": "Succeeded"}
    return {**body, "outputs": outputs}


def workflow(*nodes: dict[str, object]) -> Workflow:
    return a_workflow(phase="Succeeded", status={"nodes": {str(n["id"]): n for n in nodes}})


STRAIGHT = workflow(
    node("make-data-driver", "system-container-driver", "false"),
    node("make-data.executor", "system-container-impl"),
    node("train.executor", "system-container-impl"),
)
FROM_CACHE = workflow(
    node("make-data-driver", "system-container-driver", "true"), node("train.executor", "system-container-impl")
)
LOOP = workflow(
    node("for-loop-2.iteration-iterations.0:0.iteration-item.one.executor", "system-container-impl"),
    node("for-loop-2.iteration-iterations.1:1.iteration-item.one.executor", "system-container-impl"),
)


def a_store() -> MemoryLineage:
    world = Recorder()
    origin = world.run(ORIGIN)
    data = world.artifact(URI, "system.Dataset")
    metrics = world.artifact(f"{URI}.metrics", "system.Metrics")
    logs = world.artifact(f"{URI}.logs", "system.Artifact")
    made = world.task(origin, "make-data", {}, {"data": data, "metrics": metrics, "executor-logs": logs})
    world.cached(world.run(RUN_ID), made)
    return world.lineage()


@pytest.mark.parametrize("done", [STRAIGHT])
def test_a_run_that_gives_no_reason_asks_nothing(done: Workflow) -> None:
    lineage = a_store()
    facts = gather_run(a_cluster(FakeKubernetes((done,)), FakePipelines((RUN,)), lineage=lineage), RUN_ID)
    assert lineage.asked.total() == 0
    assert facts.cases[0].lineage is None
    assert facts.missing == ()


def test_what_came_from_the_cache_is_looked_for_in_the_store_but_not_metrics_and_logs() -> None:
    store = FakeStore({})
    cluster = a_cluster(FakeKubernetes((FROM_CACHE,)), FakePipelines((RUN,)), store=store, lineage=a_store())
    facts = gather_run(cluster, RUN_ID)
    assert facts.around.objects_missing == {URI: True}
    lineage = facts.cases[0].lineage
    assert lineage is not None
    assert list(lineage.origins.values()) == [ORIGIN]
    assert facts.missing == ()


def test_a_few_requests_are_enough() -> None:
    lineage = a_store()
    gather_run(a_cluster(FakeKubernetes((FROM_CACHE,)), FakePipelines((RUN,)), store=FakeStore(), lineage=lineage), RUN_ID)
    assert lineage.asked.total() <= 5


def test_a_store_that_does_not_answer_is_a_gap() -> None:
    lineage = MemoryLineage(error=Unreachable("ML Metadata does not answer."))
    facts = gather_run(a_cluster(FakeKubernetes((FROM_CACHE,)), FakePipelines((RUN,)), lineage=lineage), RUN_ID)
    assert [(g.source, g.why) for g in facts.missing] == [("lineage", "ML Metadata does not answer.")]
    without = gather_run(a_cluster(FakeKubernetes((FROM_CACHE,)), FakePipelines((RUN,))), RUN_ID)
    assert [g.source for g in without.missing] == ["lineage"]


def test_the_release_is_asked_for_when_outputs_were_overwritten() -> None:
    world = Recorder()
    root = world.run(RUN_ID)
    loop = world.dag(root, "for-loop-2")
    for n in range(2):
        world.task(world.dag(loop, "for-loop-2", n), "one", {}, {"report": world.artifact(URI, "system.Dataset")})
    facts = gather_run(a_cluster(FakeKubernetes((LOOP,)), FakePipelines((RUN,)), lineage=world.lineage()), RUN_ID)
    assert facts.around.kfp_release == "2.17.0"


def test_parents_that_go_in_a_circle_end() -> None:
    world = a_store()
    turned = tuple(
        e if e.task else type(e)(id=e.id, type=e.type, kind="dag", parent_id=e.id) for e in world.known_executions
    )
    store = MemoryLineage(world.known_artifacts, turned, world.events, world.known_runs)
    store.executions_of_run = lambda run_id: [e for e in turned if e.state == "CACHED"]  # type: ignore[method-assign]
    facts = gather_run(a_cluster(FakeKubernetes((FROM_CACHE,)), FakePipelines((RUN,)), lineage=store), RUN_ID)
    lineage = facts.cases[0].lineage
    assert lineage is not None
    assert lineage.origins == {}
    assert [type(a) for a in lineage.artifacts] == [Artifact] * 3
