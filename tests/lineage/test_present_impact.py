from __future__ import annotations

from pathlib import Path

from kfpops.lineage.affected import Impact
from kfpops.lineage.gather import Reach, gather_graph
from kfpops.lineage.gather.impact import gather_around
from kfpops.lineage.impact import Around, impact
from kfpops.lineage.pins import Pin
from kfpops.lineage.present_impact import present_impact
from kfpops.render.text import to_text
from tests.golden import matches_golden
from tests.lineage.impact_world import a_world, down_from, recorded
from tests.lineage.worlds import Recorder, at

GOLDEN = Path(__file__).parent / "golden"


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
    assert "--limit" in text


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
