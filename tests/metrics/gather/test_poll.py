"""The poll: what it costs, and what it meets."""

from __future__ import annotations

import pytest

from kfpops.errors import BadAnswer
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines
from tests.metrics.world.reader import Reader


@pytest.fixture
def pipelines() -> WorldPipelines:
    return WorldPipelines(kfp=Kfp(), page=3)


def _run(kfp: Kfp, id: str, seconds: float = 10) -> None:
    kfp.create(id, "team-a", "train")
    kfp.wait(seconds)
    kfp.end(id, "SUCCEEDED")


def _calls(reader: Reader) -> int:
    before = reader.pipelines.calls
    assert reader.poll()
    return reader.pipelines.calls - before


def test_an_idle_poll_is_one_call_for_each_list(pipelines: WorldPipelines) -> None:
    for number in range(20):
        _run(pipelines.kfp, f"r{number:02}", 100)
    single, several = Reader(pipelines), Reader(pipelines, ("team-a", "team-b"))
    for reader, calls in ((single, 1), (several, 2)):
        reader.poll()
        for _ in range(50):
            pipelines.kfp.wait(15)
            assert _calls(reader) == calls


def test_runs_that_began_just_now_cost_nothing_more(pipelines: WorldPipelines) -> None:
    reader = Reader(pipelines)
    reader.poll()
    pipelines.kfp.create("a", "team-a", "train")
    assert _calls(reader) == 1
    pipelines.kfp.wait(15)
    assert _calls(reader) == 1


def test_a_hundred_old_open_runs_cost_one_call_more(pipelines: WorldPipelines) -> None:
    pipelines.page = 200
    for number in range(100):
        pipelines.kfp.create(f"r{number:03}", "team-a", "train")
    reader = Reader(pipelines)
    reader.poll()
    pipelines.kfp.wait(3600)
    _run(pipelines.kfp, "new")
    reader.poll()
    assert _calls(reader) == 2
    pipelines.kfp.end("r007", "FAILED")
    reader.poll()
    assert reader.sums[("team-a", "train", "FAILED")] == 1


def test_the_times_narrow_where_ids_are_looked_for(pipelines: WorldPipelines) -> None:
    reader = Reader(pipelines)
    pipelines.kfp.create("a", "team-a", "train")
    created = pipelines.kfp.rows["a"].run.created_at
    pipelines.kfp.wait(1000)
    _run(pipelines.kfp, "b")
    reader.poll()
    reader.poll()
    query = pipelines.queries[-1]
    assert (query.ids, query.created_since, query.created_until) == (("a",), created, created)


def test_a_whole_second_of_runs_at_the_border_of_a_page(pipelines: WorldPipelines) -> None:
    reader = Reader(pipelines)
    reader.poll()
    for number in range(10):
        _run(pipelines.kfp, f"r{9 - number}", 0)
    reader.poll()
    for number in range(10):
        _run(pipelines.kfp, f"a{number}", 0)
    reader.poll()
    assert reader.sums == {("team-a", "train", "SUCCEEDED"): 20}


def test_who_is_stopped_in_the_first_poll_begins_again(pipelines: WorldPipelines) -> None:
    pipelines.page = 900
    for number in range(4000):
        _run(pipelines.kfp, f"r{number:04}", 1)
    reader = Reader(pipelines)
    assert not reader.poll(most=2)
    assert (reader.cursors, sum(reader.sums.values())) == ({}, 3600)
    assert reader.poll()
    assert sum(reader.sums.values()) == 4000
    assert reader.cursors[""] == pipelines.kfp.rows["r3999"].run.created_at


def test_later_polls_go_on_where_they_were_stopped(pipelines: WorldPipelines) -> None:
    reader = Reader(pipelines)
    _run(pipelines.kfp, "r0")
    reader.poll()
    for number in range(1, 40):
        _run(pipelines.kfp, f"r{number:02}", 60)
    reader.poll(most=8)
    stopped_at = reader.cursors[""]
    reader.poll()
    assert pipelines.queries[-1].created_since is not None
    assert pipelines.queries[-1].created_since < stopped_at
    assert sum(reader.sums.values()) == 40


def test_what_came_before_an_error_holds(pipelines: WorldPipelines) -> None:
    reader = Reader(pipelines)
    reader.poll()
    for number in range(7):
        _run(pipelines.kfp, f"r{number}")
    before = pipelines.calls

    def breaks() -> None:
        pipelines.is_down = pipelines.calls > before

    pipelines.between = breaks
    assert not reader.poll()
    assert sum(reader.sums.values()) == 3


def test_a_run_from_the_future_does_not_hide_those_of_today(pipelines: WorldPipelines) -> None:
    kfp = pipelines.kfp
    reader = Reader(pipelines)
    reader.poll()
    kfp.skew = 90_000
    _run(kfp, "future")
    kfp.skew = 0
    reader.poll()
    _run(kfp, "today")
    reader.poll()
    assert reader.sums == {("team-a", "train", "SUCCEEDED"): 2}


def test_a_run_that_kfp_does_not_know_any_more_is_gone(pipelines: WorldPipelines) -> None:
    reader = Reader(pipelines)
    pipelines.kfp.create("a", "team-a", "train")
    pipelines.kfp.create("b", "team-a", "train")
    reader.poll()
    pipelines.kfp.wait(1000)
    pipelines.kfp.delete("a")
    reader.poll()
    assert set(reader.open) == {"b"}


def test_half_an_answer_makes_nothing_gone(pipelines: WorldPipelines) -> None:
    class Half(WorldPipelines):
        def run_pages(self, namespace, query):  # type: ignore[no-untyped-def]
            if not query.ids:
                return super().run_pages(namespace, query)
            raise BadAnswer("The KFP API told 0 of 1 runs.")

    half = Half(kfp=Kfp())
    reader = Reader(half)
    half.kfp.create("a", "team-a", "train")
    reader.poll()
    half.kfp.wait(1000)
    _run(half.kfp, "b")
    assert reader.poll()
    assert not reader.poll()
    assert set(reader.open) >= {"a"}
