from __future__ import annotations

from dataclasses import replace

from kfpops.lineage.show.drawing import Box, Drawing, drawing
from kfpops.model.lineage import Artifact, Execution, RunContext
from tests.lineage.shown import TABLE, around, of_run, shown, train_run
from tests.lineage.worlds import Recorder, a_graph, places_of

DRAWN = drawing(around(shown(), TABLE))


def boxes(drawn: Drawing) -> dict[str, Box]:
    return {box.node: box for _, inside in drawn.runs for box in inside}


def test_artifacts_stand_with_the_run_that_made_them() -> None:
    runs = {label: {b.node for b in inside} for label, inside in DRAWN.runs}
    assert runs["run 5e000000 (serve)"] == {"artifact:13", "execution:15"}
    assert {"artifact:1", "artifact:2", "execution:3"} <= runs["run 0a000000 (daily-import)"]


def test_logs_are_left_out_with_a_note() -> None:
    assert DRAWN.notes == ("16 logs are not drawn",)
    assert not any("executor-logs" in line for box in boxes(DRAWN).values() for line in box.lines)
    assert all(e.start in boxes(DRAWN) and e.end in boxes(DRAWN) for e in DRAWN.edges)


def test_a_log_that_was_asked_for_is_drawn() -> None:
    graph = around(shown(), "3")
    assert "artifact:3" in boxes(drawing(graph))


def test_dags_that_nothing_touches_are_not_drawn() -> None:
    graph = of_run(shown(), train_run(1))
    assert any(e.kind == "dag" for e in graph.executions.values())
    assert not any(
        graph.executions[n.partition(":")[2]].kind == "dag" for n in boxes(drawing(graph)) if n.startswith("exec")
    )


def test_labels() -> None:
    found = boxes(DRAWN)
    assert found["artifact:2"] == Box("artifact:2", ("Dataset table", "artifact 2"), True, "", True)
    assert found["execution:10"].lines == ("for-loop-2[1]/train", "execution 10")
    assert (found["execution:20"].state, found["execution:12"].state) == ("CACHED", "FAILED")


def test_runs_whose_ids_begin_alike_stay_apart() -> None:
    ids = ("7a000001-0000-4000-8000-000000000000", "7a000001-1111-4000-8000-000000000000")
    executions = [Execution("1", "t"), Execution("2", "t")]
    places = {**places_of(ids[0], {"1": "a"}), **places_of(ids[1], {"2": "a"})}
    runs = {i: RunContext(i, "p") for i in ids}
    graph = a_graph([], executions, [], start=("execution:1",), places=places, runs=runs)
    assert [(label, len(inside)) for label, inside in drawing(graph).runs] == [("run 7a000001 (p)", 1)] * 2


def test_labels_are_one_safe_short_line() -> None:
    names = ["two\nlines", "\x1b[31mred", "x" * 5_000]
    artifacts = [Artifact(str(n), "t", name=name) for n, name in enumerate(names, 1)]
    lines = [box.lines[0] for box in boxes(drawing(a_graph(artifacts, [], []))).values()]
    assert lines[:2] == ["t two lines", "t red"]
    assert len(lines[2]) == 60


def test_an_unnamed_artifact_shows_its_uri_without_a_password() -> None:
    drawn = drawing(a_graph([Artifact("1", "t", "https://me:hunter2@h/x")], [], []))
    assert boxes(drawn)["artifact:1"].lines[0] == "t https://me:[redacted]@h/x"


def test_a_cut_graph_has_a_note() -> None:
    made = Recorder()
    made.artifact()
    assert drawing(replace(around(made, "1"), truncated=True, left=12)).notes == (
        "stopped at the limit: 12 more nodes are known",
    )
