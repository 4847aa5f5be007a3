from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kfpops.errors import BadAnswer, NotFound, NotInBundle, Unreachable
from kfpops.knowledge.pins import Pin
from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.gather.impact import MOST_HISTORIES, MOST_RUNS, gather_around
from kfpops.lineage.impact.impact import Around
from kfpops.lineage.impact.recompute import Cost
from kfpops.model.lineage import Execution, Place
from kfpops.model.run import Run
from kfpops.ports import Cluster
from tests.fakes import FakePipelines
from tests.lineage.impact_world import AGAIN, GONE, OTHER, SERVED, TRAIN, a_world, down_from, recorded, runs
from tests.lineage.worlds import MemoryLineage, a_graph


def unnamed(text: str) -> Sequence[str]:
    raise NotFound(f"No artifact is {text}.")


def around(
    cluster: Cluster | None = None, *pins: Pin, start: str = "artifact:1", store: MemoryLineage | None = None
) -> Around:
    return gather_around(cluster or a_world(), store or recorded().lineage(), down_from(start), pins, unnamed)


def test_without_descendants_kfp_is_not_asked() -> None:
    cluster = a_world()
    found = around(cluster, start="artifact:5")
    assert found.runs == {}
    assert found.costs == ()
    assert cluster.pipelines is not None
    assert cluster.pipelines.asked == []  # type: ignore[attr-defined]
    assert found.not_checked == ()


def test_runs_and_those_that_kfp_has_forgotten() -> None:
    found = around()
    assert set(found.runs) == {TRAIN, AGAIN, OTHER}
    assert found.deleted == {GONE}
    assert found.not_checked == ()


def test_a_run_that_a_bundle_does_not_hold_is_not_called_deleted() -> None:
    class OfOneRun(FakePipelines):
        def run(self, run_id: str) -> Run:
            if run_id != TRAIN:
                raise NotInBundle(f"The bundle holds no run {run_id}.")
            return super().run(run_id)

    found = around(replace(a_world(), pipelines=OfOneRun(runs())))
    assert found.deleted == frozenset()
    assert [n.why for n in found.not_checked] == ["of 4 runs, 3 were not asked for or are not in the bundle"]


def test_an_api_that_does_not_answer_is_asked_no_more_and_told_once() -> None:
    broken = FakePipelines(runs(), broken=Unreachable("The KFP API refused the connection."))
    found = around(replace(a_world(), pipelines=broken))
    assert [(n.source, n.why) for n in found.not_checked] == [("KFP API", "The KFP API refused the connection.")]
    assert found.deleted == frozenset()
    assert {c.accelerators for c in found.costs} == {None}


def test_without_an_api_names_are_not_known() -> None:
    found = around(replace(a_world(), pipelines=None))
    assert [n.source for n in found.not_checked] == ["KFP API"]
    assert found.runs == {}


def test_costs() -> None:
    """3: prepare, 4: train; 7 still runs, and earlier runs of train took an hour; 12's run is gone, but not its pipeline;
    nothing tells what 10 asks for."""
    assert around().costs == (
        Cost("3", 60, accelerators=0),
        Cost("4", 3600, accelerators=2),
        Cost("7", 3600, True, 2),
        Cost("10", 60, accelerators=None),
        Cost("12", 40, accelerators=2, guessed=True),
    )


def test_history_is_of_earlier_executions_of_the_same_task_of_the_pipeline() -> None:
    world = recorded()
    world.alter("4", state="FAILED")
    found = around(store=world.lineage())
    assert next(c for c in found.costs if c.execution_id == "7") == Cost("7", None, False, 2)


def test_a_history_that_cannot_be_read_is_a_gap() -> None:
    class NoHistory(MemoryLineage):
        def find_executions(self, query: object) -> object:  # type: ignore[override]
            raise BadAnswer("The answer was cut.")

    world = recorded()
    store = NoHistory(tuple(world.artifacts), tuple(world.executions), tuple(world.events), tuple(world.runs))
    found = around(store=store)
    assert [(n.source, n.why) for n in found.not_checked] == [("execution history", "The answer was cut.")]


def test_too_many_tasks_without_a_time_are_counted() -> None:
    world = recorded()
    root = world.run("run-of-many", "many")
    for number in range(MOST_HISTORIES + 2):
        world.alter(world.task(root, f"score-{number}", {"table": "1"}), state="RUNNING")
    graph = gather_graph(world.lineage(), ["artifact:1"], Reach(up=False))
    found = gather_around(replace(a_world(), pipelines=None), world.lineage(), graph, (), unnamed)
    (gap,) = (n for n in found.not_checked if n.source == "execution history")
    assert gap.why == "how long 3 tasks usually take was not looked up: it is for 40 at most"


def test_more_runs_than_are_asked_for_are_counted() -> None:
    places = {str(n): Place(f"run-{n}", "fit", "fit") for n in range(MOST_RUNS + 2)}
    found = gather_around(a_world(), recorded().lineage(), a_graph((), (), (), places=places), (), unnamed)
    assert len(found.deleted) == MOST_RUNS
    assert [n.why for n in found.not_checked] == ["of 402 runs, 2 were not asked for or are not in the bundle"]


def test_kfp_is_not_asked_of_runs_that_are_only_named() -> None:
    places = {"1": Place("run-1", "fit", "fit"), "2": Place("run-2", "fit", "fit")}
    graph = a_graph((), (), (), places=places, named={"2": Execution("2", "t")})
    assert gather_around(a_world(), recorded().lineage(), graph, (), unnamed).deleted == {"run-1"}


def test_pins_and_services_are_uses() -> None:
    found = around(None, Pin("s3://models/x", "prod", 2), Pin("nightly/train/model", "", 3))
    assert [(u.kind, u.name) for u in found.uses] == [("pin", "prod"), ("inference-service", SERVED.metadata.name)]
    assert [(n.source, n.why) for n in found.not_checked] == [
        ("pin nightly/train/model", "line 3: No artifact is nightly/train/model.")
    ]


def test_a_pin_that_names_an_artifact() -> None:
    found = gather_around(a_world(), recorded().lineage(), down_from(), [Pin("7", "", 1)], lambda text: [text])
    assert found.uses[0].artifacts == ("7",)
