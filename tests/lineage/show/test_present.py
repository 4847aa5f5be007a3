"""What a person reads: golden texts of whole documents, and the sentences that answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.lineage.filters import Filters, filtered
from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.graph import Graph, StartRun, artifact_node, run_of_start
from kfpops.lineage.show.present import View, present
from kfpops.model.diagnosis import State
from kfpops.model.finding import NotChecked
from kfpops.render.html import to_html
from kfpops.render.layout import columns
from kfpops.render.markdown import to_markdown
from kfpops.render.text import to_text
from tests.golden import matches_golden
from tests.lineage.shown import NOW, RAW, SERVE_RUN, TABLE, around, of_run, shown, train_run
from tests.lineage.worlds import Recorder

GOLDEN = Path(__file__).parent.parent / "golden"
STORE = shown()


def text(graph: Graph, view: View | None = None, width: int = 80) -> str:
    return to_text(present(graph, NOW, view or View()), width)


def answer(made: Recorder, artifact: str, view: View | None = None) -> str:
    return present(around(made, artifact), NOW, view or View()).verdict


def test_a_lonely_artifact_is_a_sentence_and_what_is_known_of_it() -> None:
    made = Recorder()
    made.artifact("-")
    assert text(around(made, "1")) == (
        "Dataset data (artifact 1) has no execution recorded that made it; nothing uses\nit.\n\n"
        "Recorded  2026-11-01 06:00:01 UTC\n"
    )


@pytest.mark.parametrize("name, artifact", [("table", TABLE), ("report", "12"), ("raw", RAW), ("deployed", "14")])
def test_an_artifact(name: str, artifact: str) -> None:
    matches_golden(text(around(STORE, artifact)), GOLDEN / f"artifact-{name}.txt")


def test_an_artifact_with_all_there_is() -> None:
    matches_golden(text(around(STORE, TABLE), View(wide=True), 160), GOLDEN / "artifact-table-wide.txt")


def test_an_execution() -> None:
    graph = around(STORE, TABLE)
    matches_golden(text(replace(graph, start=("execution:3",))), GOLDEN / "execution.txt")


@pytest.mark.parametrize("name, run_id", [("train", train_run(1)), ("cached", train_run(2)), ("serve", SERVE_RUN)])
def test_a_run(name: str, run_id: str) -> None:
    graph = of_run(STORE, run_id)
    assert run_of_start(graph) == run_id
    matches_golden(text(graph, View(run_id=run_id)), GOLDEN / f"run-{name}.txt")


@pytest.mark.parametrize(
    "state, deleted, expected",
    [
        pytest.param("unknown", None, "(serve): 1 task", id="KFP did not tell"),
        pytest.param("succeeded", False, "(serve) succeeded: 1 task", id="it succeeded"),
        pytest.param("failed", False, "(serve) failed: 1 task", id="it failed"),
        pytest.param("cancelled", False, "(serve) was cancelled: 1 task", id="it was cancelled"),
        pytest.param("running", False, "(serve) is still running: 1 task", id="it runs"),
        pytest.param("unknown", True, "(serve) was deleted from KFP: 1 task", id="it was deleted"),
    ],
)
def test_the_first_line_says_what_became_of_the_run(state: State, deleted: bool | None, expected: str) -> None:
    graph = replace(of_run(STORE, SERVE_RUN), run=StartRun(SERVE_RUN, "", state, deleted))
    assert expected in present(graph, NOW, View(run_id=SERVE_RUN)).verdict


def test_a_run_that_was_cut_says_so_and_how_to_go_on() -> None:
    graph = gather_graph(STORE.lineage(), of_run(STORE, train_run(1)).start, Reach(limit=14))
    told = " ".join(text(graph, View(run_id=train_run(1))).split())
    assert "(churn-training): at least 3 tasks, " in told
    assert "used elsewhere" not in told
    assert f"Stopped at the limit of 14 nodes: {graph.left} nodes were known but not followed. `--limit 100` goes" in told


def test_inputs_beyond_the_depth_are_not_called_those_of_others() -> None:
    start = of_run(STORE, train_run(1)).start
    for depth, expected in (
        (1, "what made 5 inputs was not read: beyond --depth or --limit."),
        (2, "1 input from elsewhere."),
    ):
        graph = gather_graph(STORE.lineage(), start, Reach(down=False, depth=depth))
        assert present(graph, NOW, View(down=False, run_id=train_run(1))).verdict.endswith(expected)


def test_uses_beyond_the_depth_are_not_denied() -> None:
    graph = gather_graph(STORE.lineage(), of_run(STORE, train_run(1)).start, Reach(depth=1))
    verdict = present(graph, NOW, View(run_id=train_run(1))).verdict
    assert verdict.endswith("who uses it elsewhere was not read: beyond --depth or --limit.")


def test_steps_of_a_run_that_failed_are_named_and_iterations_counted() -> None:
    made = shown()
    assert "; failed: for-loop-2[2]/train; " in present(of_run(made, train_run(1)), NOW, View(run_id=train_run(1))).verdict
    for execution in [e for e in made.executions if e.task == "train"]:
        made.alter(execution.id, state="FAILED")
    assert "; failed: for-loop-2/train ×3; " in present(of_run(made, train_run(1)), NOW, View(run_id=train_run(1))).verdict


def test_attempts_that_failed_before_one_succeeded_are_no_failure() -> None:
    made = Recorder()
    root = made.run("r-1")
    made.alter(made.task(root, "extract"), state="FAILED")
    made.task(root, "extract")
    assert "failed" not in text(of_run(made, "r-1"), View(run_id="r-1"))


def test_downwards_the_run_of_a_cache_hit_is_named() -> None:
    graph = gather_graph(STORE.lineage(), of_run(STORE, train_run(2)).start, Reach(up=False))
    told = " ".join(text(graph, View(up=False, run_id=train_run(2))).split())
    assert "from the cache of run 0a000000 (daily-import)" in told
    assert "not known" not in told
    assert "not read" not in told


def test_two_hundred_nodes_fit_on_a_page() -> None:
    graph = around(shown(runs=9, iterations=9), RAW)
    assert len(graph.artifacts) + len(graph.executions) > 290
    assert len(text(graph).splitlines()) < 45


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    for graph in (around(STORE, TABLE), around(STORE, "14")):
        assert max(columns(line) for line in text(graph, width=width).splitlines()) <= width


def test_many_starts_are_counted_by_what_they_are() -> None:
    graph = around(STORE, TABLE)
    many = replace(graph, start=tuple(artifact_node(i) for i in graph.artifacts))
    matches_golden(text(many), GOLDEN / "many.txt")


def test_of_a_direction_that_was_not_walked_nothing_is_said() -> None:
    up = text(around(STORE, TABLE, down=False), View(down=False))
    down = text(around(STORE, TABLE, up=False), View(up=False))
    assert "use" not in up.split("\n\n")[0]
    assert "What uses it" not in up
    assert down.startswith("Dataset table (artifact 2) is used by featurize in 4 runs")
    assert "Where it comes from" not in down


def test_without_a_hop_nothing_is_claimed() -> None:
    assert present(around(STORE, TABLE, depth=0), NOW, View(up=False, down=False)).verdict == "Dataset table (artifact 2)."


def test_an_importer_is_not_the_origin_where_the_object_was_made() -> None:
    assert answer(STORE, "14").startswith(
        "Model minio://models/prod/churn/model (artifact 14) was imported by importer in run ca000000 (canary), 2 d ago; "
        "is the same object as artifact 13, made by deploy in run 5e000000 (serve), 2 d ago, from Model model;"
    )


def test_a_maker_whose_row_is_gone_leaves_a_cache_hit() -> None:
    made = Recorder()
    table = made.artifact(name="table")
    first = made.task(made.run("r-1"), "extract", {}, {"table": table})
    made.cached(made.run("r-2"), first)
    made.forget(execution=first)
    assert "was taken from the cache by extract in run r-2" in answer(made, table)


def test_a_cut_graph_says_so_and_how_to_go_on() -> None:
    told = text(around(STORE, TABLE, limit=6))
    assert "Stopped at the limit of 6 nodes:" in told
    assert "--limit" in told
    assert "nothing uses it" not in text(around(STORE, RAW, limit=1))


def test_what_could_not_be_read_is_listed() -> None:
    graph = replace(around(STORE, TABLE), not_checked=(NotChecked("lineage store", "3 artifacts have no row any more"),))
    assert text(graph).endswith("Not checked\n   - lineage store: 3 artifacts have no row any more\n")


def test_a_filter_shows_the_way_and_the_answer_stays_whole() -> None:
    graph = around(STORE, TABLE)
    kept = filtered(graph, Filters(states=("FAILED",)))
    document = present(graph, NOW, View(), kept)
    assert document.verdict == present(graph, NOW).verdict
    assert f"1 of {len(graph.artifacts) + len(graph.executions)} nodes fit the filters" in to_text(document)
    assert "failed" in to_text(document)
    assert "pick-best" not in to_text(document)


def test_a_filter_that_nothing_fits_says_so() -> None:
    graph = around(STORE, TABLE)
    kept = filtered(graph, Filters(types=("system.HTML",), pipelines=("none",)))
    assert "None of" in to_text(present(graph, NOW, View(), kept))


def test_other_formats_hold_the_same_tree() -> None:
    document = present(around(STORE, TABLE), NOW)
    assert "      - for-loop-2/train ×12, in the same runs," in to_markdown(document)
    page = to_html(document)
    assert page.count("<ul") == page.count("</ul>")
    assert page.count("<li>") == page.count("</li>")
    assert '<span class="bad">for-loop-2/train ×12</span>' in page
