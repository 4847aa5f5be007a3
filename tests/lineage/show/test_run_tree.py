from __future__ import annotations

from kfpops.lineage.graph import Graph
from kfpops.lineage.links import links_of
from kfpops.lineage.show.naming import Naming
from kfpops.lineage.show.run_tree import Shown, elsewhere, logs_of, made_by_run, run_tree, steps_of
from kfpops.render.document import Branch
from tests.lineage.shown import CANARY_RUN, NOW, of_run, shown, train_run
from tests.lineage.worlds import Recorder

RUN = "r-1"


def told(graph: Graph, run_id: str, shown: Shown | None = None) -> list[Branch]:
    links = links_of(graph)
    return list(run_tree(Naming(graph, NOW), links, steps_of(graph, run_id), run_id, shown or Shown()).branches)


def test_a_run_without_tasks_has_none() -> None:
    made = Recorder()
    made.run(RUN)
    assert steps_of(of_run(made, RUN), RUN) == []


def test_dags_with_steps_are_only_path_and_those_without_were_not_triggered() -> None:
    made = Recorder()
    root = made.run(RUN)
    made.task(made.dag(root, "condition-1"), "train")
    made.alter(made.dag(root, "condition-2"), state="CANCELED")
    graph = of_run(made, RUN)
    assert [graph.places[i].path for ids in steps_of(graph, RUN) for i in ids] == ["condition-1/train", "condition-2"]
    assert told(graph, RUN)[1].detail.startswith("not triggered, ")


def test_iterations_are_one_task() -> None:
    graph = of_run(shown(), train_run(1))
    assert [len(ids) for ids in steps_of(graph, train_run(1))] == [1, 3, 1]


def test_outputs_say_where_they_are_used() -> None:
    branches = told(of_run(shown(), train_run(1)), train_run(1))
    assert Branch(1, "out  Dataset features (artifact 4)", "used by for-loop-2/train") in branches
    assert Branch(1, "out  Model model ×3 (artifacts 6, 8, 10)", "used by pick-best, used in 1 other run") in branches


def test_what_others_have_by_the_cache_is_said() -> None:
    made = Recorder()
    table = made.artifact(name="table")
    first = made.task(made.run(RUN), "extract", {}, {"table": table})
    made.cached(made.run("r-2"), first)
    assert told(of_run(made, RUN), RUN)[1].detail == "from the cache in 1 other run"


def a_run_and_one_that_took_its_table() -> tuple[Recorder, str]:
    """Both use the table; the second took all from the cache, so the first one's steps are in its graph as origins."""
    made = Recorder()
    table = made.artifact(name="table")
    root = made.run(RUN)
    first = made.task(root, "extract", {}, {"table": table})
    score = made.task(root, "score", {"table": table})
    second = made.run("r-2")
    made.cached(second, first)
    made.cached(second, score)
    return made, "r-2"


def test_uses_elsewhere_of_what_the_run_did_not_make_are_not_its_own() -> None:
    made, second = a_run_and_one_that_took_its_table()
    assert told(of_run(made, RUN), RUN)[1].detail == "used by score, used in 1 other run, from the cache in 1 other run"
    graph = of_run(made, second)
    assert told(graph, second)[1].detail == "used by score"
    assert made_by_run(graph, links_of(graph), steps_of(graph, second)) == set()


def test_upwards_no_use_is_told() -> None:
    made, second = a_run_and_one_that_took_its_table()
    for run_id in (RUN, second):
        outputs = [b for b in told(of_run(made, run_id), run_id, Shown(uses=False)) if b.label.startswith("out")]
        assert [b.detail for b in outputs] == [""]


def test_of_attempts_at_one_step_the_last_one_counts() -> None:
    made = Recorder()
    root = made.run(RUN)
    for state in ("RUNNING", "FAILED", "COMPLETE"):
        made.alter(made.task(root, "extract"), state=state)
    (branch,) = told(of_run(made, RUN), RUN)
    assert (branch.label, branch.tone) == ("extract (execution 4)", "plain")
    assert branch.detail.startswith("3 attempts, 2 d")


def test_iterations_that_wrote_one_object_are_said_to() -> None:
    made = Recorder()
    loop = made.dag(made.run(RUN), "for-loop-1")
    for index in range(3):
        made.task(
            made.dag(loop, "for-loop-1", index), "write", {}, {"report": made.artifact("s3://b/report", name="report")}
        )
    assert told(of_run(made, RUN), RUN)[1] == Branch(1, "out  Dataset report ×3 (artifacts 1, 2, 3)", "all at one URI")


def test_an_input_of_nobody() -> None:
    made = Recorder()
    root = made.run(RUN)
    made.task(root, "train", {"data": made.artifact(name="table")})
    assert told(of_run(made, RUN), RUN)[1] == Branch(
        1, "in   Dataset table (artifact 1) as data", "nothing is recorded that made it"
    )


def test_logs_are_shown_when_asked_for() -> None:
    graph = of_run(shown(), train_run(1))
    assert len(told(graph, train_run(1), Shown(logs=True))) - len(told(graph, train_run(1))) == 2
    assert len(logs_of(links_of(graph), steps_of(graph, train_run(1)))) == 4


def test_elsewhere() -> None:
    made = shown()
    graph = of_run(made, train_run(1))
    assert elsewhere(graph, links_of(graph), steps_of(graph, train_run(1))) == (["artifact:2"], ["artifact:6"])
    graph = of_run(made, train_run(2))
    inputs, outputs = elsewhere(graph, links_of(graph), steps_of(graph, train_run(2)))
    assert (inputs, outputs) == (["artifact:1", "artifact:2"], [])


def test_what_an_importer_found_is_from_elsewhere() -> None:
    graph = of_run(shown(), CANARY_RUN)
    assert elsewhere(graph, links_of(graph), steps_of(graph, CANARY_RUN)) == (["artifact:14"], [])
