from __future__ import annotations

from pathlib import Path

from kfpops.knowledge.pins import Pin
from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.gather.impact import gather_around
from kfpops.lineage.impact.affected import Impact
from kfpops.lineage.impact.impact import Around, impact
from kfpops.lineage.impact.present import present_impact
from kfpops.lineage.impact.recompute import Cost
from kfpops.render.text import to_text
from tests.golden import matches_golden
from tests.lineage.impact_world import a_world, down_from, recorded
from tests.lineage.worlds import Recorder, at

GOLDEN = Path(__file__).parent.parent / "golden"


def known(start: str = "artifact:1", limit: int | None = None) -> Impact:
    graph = down_from(start, limit=limit)
    pins = (Pin("s3://mlpipeline/v2/artifacts/training", "all of it", 3),)
    return impact(graph, gather_around(a_world(), recorded().lineage(), graph, pins, lambda text: ()))


def test_nothing_is_one_sentence() -> None:
    found = impact(down_from("artifact:5"), Around())
    assert to_text(present_impact(found, at(60))).splitlines()[0] == "Nothing depends on it."


def test_the_text() -> None:
    matches_golden(to_text(present_impact(known(), at(3600))), GOLDEN / "impact.txt")


def test_the_wide_text_has_whole_ids() -> None:
    matches_golden(to_text(present_impact(known(), at(3600), wide=True), 160), GOLDEN / "impact-wide.txt")


def test_a_cut_graph_says_so_first_and_how_to_go_on() -> None:
    text = to_text(present_impact(known(limit=6), at(3600)))
    assert text.startswith("At least ")
    assert "NOT COMPLETE: stopped at the limit of 6 nodes" in text
    assert "`--limit 20` goes on." in text


def told(made: Recorder, artifact: str, *costs: Cost) -> str:
    graph = gather_graph(made.lineage(), [f"artifact:{artifact}"], Reach(up=False))
    return to_text(present_impact(impact(graph, Around(costs=costs)), at(3600)), 200)


def test_an_import_is_called_so() -> None:
    made = Recorder()
    table = made.artifact("s3://b/table", name="table")
    made.importer(made.run("r-1"), table)
    assert "Dataset table (artifact 1), imported by importer in run r-1 (training), " in told(made, table)


def test_artifacts_that_are_one_object_are_counted_as_one_too() -> None:
    made = Recorder()
    table, root = made.artifact(), made.run("r-1")
    outputs = {str(n): made.artifact("s3://b/report", name="report") for n in range(2)}
    made.task(root, "report", {"table": table}, {**outputs, "other": made.artifact()})
    assert "Artifacts: 3, 2 objects" in told(made, table)
    assert "objects" not in to_text(present_impact(known(), at(3600)))


def test_of_attempts_at_one_step_the_last_counts() -> None:
    made = Recorder()
    table, root = made.artifact(), made.run("r-1")
    for state in ("FAILED", "RUNNING", "COMPLETE"):
        made.alter(made.task(root, "fit", {"table": table}), state=state)
    made.alter(made.task(root, "score", {"table": table}), state="FAILED")
    assert "fit (3 attempts), score (failed)" in told(made, table)


def test_what_is_estimated_is_said() -> None:
    made = Recorder()
    table, root = made.artifact(), made.run("r-1")
    id = made.task(root, "fit", {"table": table})
    assert "Guessed" not in told(made, table, Cost(id, 60, True, 0))
    assert "the time of 1 step, by other executions" in told(made, table, Cost(id, 60, True, 0))
    assert "Estimated" not in told(made, table, Cost(id, 60, False, 2, True))
    assert "the accelerators of 1 step, by another run" in told(made, table, Cost(id, 60, False, 2, True))


def a_wide_world(runs: int) -> Impact:
    """Every run of it trains on one table, in a loop of five."""
    world = Recorder()
    table = world.artifact("s3://data/table", name="table")
    for number in range(runs):
        root = world.run(f"{number:08d}-run", f"pipeline-{number % 3}")
        loop = world.dag(root, "for-loop-1")
        for iteration in range(5):
            inside = world.dag(loop, "for-loop-1", iteration)
            world.task(inside, "score", {"table": table}, {"scores": world.artifact(name="scores")})
    return impact(gather_graph(world.lineage(), [f"artifact:{table}"], Reach(up=False)), Around())


def test_two_hundred_nodes_are_told_one_by_one_with_loops_folded() -> None:
    text = to_text(present_impact(a_wide_world(18), at(3600)))
    assert text.count("for-loop-1/score ×5") == 18
    assert "more run" not in text
    assert len(text.splitlines()) < 60


def test_thousands_are_folded() -> None:
    text = to_text(present_impact(a_wide_world(400), at(3600)))
    assert "And 126 more runs: -o wide shows all." in text
    assert len(text.splitlines()) < 60
    assert len(to_text(present_impact(a_wide_world(400), at(3600), wide=True)).splitlines()) > 400
