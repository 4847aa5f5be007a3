from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.knowledge.model_use import Use
from kfpops.lineage.impact.affected import Impact
from kfpops.lineage.impact.impact import Around, impact
from kfpops.lineage.impact.reached import Reached
from kfpops.lineage.impact.recompute import Cost
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution
from tests.lineage.impact_world import AGAIN, GONE, OTHER, TRAIN, down_from, runs
from tests.lineage.worlds import a_graph, at, input_of, output_of, places_of

TOLD = Around({r.id: r for r in runs()}, frozenset({GONE}))


def of(*start: str, around: Around = TOLD) -> Impact:
    return impact(down_from(*start), around)


def test_what_nothing_was_made_of_breaks_nothing() -> None:
    found = of("artifact:5")
    assert (found.runs, found.tasks, found.artifacts, found.cached, found.models) == ((), (), (), (), ())
    assert found.recompute.tasks == 0
    assert found.recompute.wall_seconds == 0


def test_what_made_it_is_not_told() -> None:
    """Artifact 1 was made by extract (2): neither that step nor its other artifacts descend."""
    assert "2" not in {t.execution.id for t in of("artifact:1").tasks}


def test_runs() -> None:
    found = {r.run_id: r for r in of("artifact:1").runs}
    assert set(found) == {TRAIN, AGAIN, OTHER, GONE}
    again = found[AGAIN]
    assert (again.name, again.pipeline, again.namespace, again.state) == ("nightly again", "training", "team", "running")
    assert (again.running, again.deleted, again.distance, again.via) == (True, False, 1, "execution:6")
    assert (again.tasks, again.cached) == (2, 1)
    gone = found[GONE]
    assert (gone.name, gone.pipeline, gone.state, gone.deleted, gone.distance, gone.via) == (
        "",
        "training",
        "unknown",
        True,
        3,
        "execution:3",
    )
    assert gone.created_at is not None


def test_those_that_still_run_come_first_then_the_nearest() -> None:
    found = of("artifact:1")
    assert [r.run_id for r in found.runs] == [AGAIN, OTHER, TRAIN, GONE]
    assert found.pipelines == ("training", "reporting")


def test_a_run_of_which_kfp_was_not_asked_is_not_called_deleted() -> None:
    assert {r.deleted for r in of("artifact:1", around=Around()).runs} == {None}


def test_tasks_artifacts_and_cache_hits() -> None:
    found = of("artifact:1")
    assert [(t.place.path, t.reached.distance) for t in found.tasks] == [
        ("prepare", 1), ("prepare", 1), ("importer", 1), ("report", 1), ("train", 3), ("train", 3), ("train", 3),
    ]  # fmt: skip
    assert [(a.artifact.id, a.reached.distance, a.run_id, a.is_model, a.is_log) for a in found.artifacts] == [
        ("4", 0, OTHER, False, False),
        ("2", 2, TRAIN, False, False),
        ("5", 2, OTHER, False, False),
        ("3", 4, TRAIN, True, False),
        ("6", 4, TRAIN, False, True),
        ("7", 4, GONE, True, False),
    ]
    (hit,) = found.cached
    assert (hit.execution.id, hit.origin_id, hit.origin.run_id, hit.origin.path) == ("6", "3", TRAIN, "prepare")
    assert found.model_artifacts == 2


def test_a_step_that_only_took_it_over_is_marked() -> None:
    (hit,) = (t for t in of("artifact:2").tasks if t.execution.id == "6")
    assert hit.reached == Reached(1, "execution:6", True)


def test_the_origin_of_a_cache_hit_outside_of_the_graph() -> None:
    graph = down_from("artifact:2")
    assert "3" not in graph.executions
    (hit,) = impact(graph, Around()).cached
    assert hit.origin.run_id == TRAIN
    (lost,) = impact(replace(graph, named={}, places={}), Around()).cached
    assert (lost.origin_id, lost.origin.run_id) == ("3", "")


@pytest.mark.parametrize("start", [("execution:1", "execution:2", "execution:3", "execution:4")])
def test_a_run_does_not_descend_from_itself_but_is_made_again_with_it(start: tuple[str, ...]) -> None:
    found = of(*start, around=Around(costs=(Cost("3", 60), Cost("7", 3600))))
    assert {r.run_id for r in found.runs} == {AGAIN, OTHER, GONE}
    assert (found.recompute.tasks, found.of_start) == (2, 1)


def test_another_step_of_the_same_run_descends() -> None:
    assert TRAIN in {r.run_id for r in of("execution:3").runs}


def test_models_in_use_are_those_that_descend_and_the_start_itself() -> None:
    uses = tuple(Use("pin", i, i, artifacts=(i,)) for i in ("1", "3", "4", "9"))
    assert [m.use.name for m in of("artifact:1", around=Around(uses=uses)).models] == ["1", "3", "4"]


def test_gaps_of_both_are_told_once_and_sorted() -> None:
    gap = NotChecked("KFP API", "it refused")
    assert of("artifact:1", around=Around(not_checked=(gap, NotChecked("A", "b"), gap))).not_checked == (
        NotChecked("A", "b"),
        gap,
    )


def test_what_the_limit_cut_is_told() -> None:
    found = impact(down_from(limit=4), TOLD)
    assert found.truncated
    assert found.left > 0


def test_a_group_that_hands_on_what_its_step_made_is_no_descendant() -> None:
    """KFP writes an output of a sub-pipeline on the step inside and on the group around it."""
    leaf = Execution("2", "system.ContainerExecution", "container", "COMPLETE", parent_id="1", created_at=at(1))
    group = Execution("1", "system.DAGExecution", "dag", "COMPLETE")
    edges = [output_of("2", "1"), output_of("1", "1")]
    graph = a_graph(
        [Artifact("1", "t")],
        [group, leaf],
        edges,
        producers={"1": "2"},
        places=places_of("run-a", {"1": "group", "2": "group/fit"}),
    )
    found = impact(graph, Around())
    assert (found.runs, found.tasks) == ((), ())


def test_a_group_that_was_given_it_makes_its_run_a_descendant() -> None:
    group = Execution("1", "system.DAGExecution", "dag", "RUNNING")
    graph = a_graph([Artifact("1", "t")], [group], [input_of("1", "1")], places=places_of("run-a", {"1": "group"}))
    found = impact(graph, Around())
    assert [r.run_id for r in found.runs] == ["run-a"]
    assert found.tasks == ()


def hits_of(chain: dict[str, str]) -> dict[str, str]:
    """Cache hit → origin, for three executions of which `chain` says what they were taken from."""
    state = {i: "CACHED" if i in chain else "COMPLETE" for i in "123"}
    executions = [Execution(i, "t", "container", state[i], cached_from=chain.get(i, "")) for i in "123"]
    graph = a_graph([Artifact("1", "t")], executions, [input_of("1", i) for i in "123"])
    return {c.execution.id: c.origin_id for c in impact(graph, Around()).cached}


def test_a_chain_of_cache_hits_is_followed_to_its_end() -> None:
    assert hits_of({"2": "1", "3": "2"}) == {"2": "1", "3": "1"}
    assert hits_of({"3": "77"}) == {"3": "77"}


def test_a_ring_of_cache_hits_has_an_end() -> None:
    assert set(hits_of({"2": "3", "3": "2"})) == {"2", "3"}
