"""The loop: what is shown when, what a restart keeps, what a KFP that is down changes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kfpops.errors import Forbidden
from kfpops.exporter.checkpoint import Ingested, Unwritable
from kfpops.exporter.pace import Pace
from kfpops.metrics.page import Batch
from tests.exporter.running import running
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines

DONE = 'kfp_runs_finished_total{namespace="team-a",pipeline="train",state="SUCCEEDED",trigger="manual"}'
ALL = 'kfp_run_attempts_total{namespace="team-a",pipeline="train"}'


@pytest.fixture
def kfp() -> Kfp:
    return Kfp()


@pytest.fixture
def pipelines(kfp: Kfp) -> WorldPipelines:
    return WorldPipelines(kfp=kfp)


def _run(kfp: Kfp, id: str, state: str = "SUCCEEDED") -> None:
    kfp.create(id, "team-a", "train")
    kfp.wait(30)
    kfp.end(id, state)


def test_nothing_of_a_history_is_shown_before_all_of_it_was_read(pipelines: WorldPipelines, tmp_path: Path) -> None:
    for number in range(9):
        _run(pipelines.kfp, f"r{number}")
    asked = 0

    def breaks_off() -> None:
        nonlocal asked
        asked += 1
        pipelines.is_down = asked > 1

    with running(pipelines, tmp_path / "c") as one:
        pipelines.between = breaks_off
        one.turn()
        assert DONE not in one.scrape()
        assert one.scrape()["kfp_api_up"] == 0
        assert one.exporter.served.why_not_ready() != ""
        pipelines.between, pipelines.is_down = (lambda: None), False
        one.turn()
        assert (one.scrape()[DONE], one.exporter.served.why_not_ready()) == (9, "")


def test_a_first_event_is_shown_after_its_zero_was_scraped(pipelines: WorldPipelines, tmp_path: Path) -> None:
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        _run(pipelines.kfp, "a")
        one.turn()
        one.turn()
        assert one.scrape()[DONE] == 0
        assert one.scrape()[DONE] == 1
        _run(pipelines.kfp, "b")
        one.turn()
        assert one.scrape()[DONE] == 2


def test_both_of_two_prometheus_servers_get_the_zero(pipelines: WorldPipelines, tmp_path: Path) -> None:
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        one.scrape("10.0.0.1")
        one.scrape("10.0.0.2")
        _run(pipelines.kfp, "a")
        one.turn()
        assert one.scrape("10.0.0.1")[DONE] == 0
        assert one.scrape("10.0.0.1")[DONE] == 0
        assert one.scrape("10.0.0.2")[DONE] == 0
        assert one.scrape("10.0.0.2")[DONE] == 1


def test_a_restart_keeps_what_was_shown_and_adds_what_ended_meanwhile(pipelines: WorldPipelines, tmp_path: Path) -> None:
    _run(pipelines.kfp, "a")
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert one.scrape()[DONE] == 1
    _run(pipelines.kfp, "b")
    pipelines.kfp.delete("a")
    with running(pipelines, tmp_path / "c") as one:
        assert one.scrape()[DONE] == 1
        one.turn()
        assert one.scrape()[DONE] == 2


def test_a_kfp_that_is_down_leaves_the_values_and_says_so(pipelines: WorldPipelines, tmp_path: Path) -> None:
    _run(pipelines.kfp, "a")
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        before = one.scrape()
        pipelines.is_down = True
        one.turn()
        after = one.scrape()
        assert (after[DONE], before["kfp_api_up"], after["kfp_api_up"]) == (1, 1, 0)
        polled = "kfpops_exporter_last_poll_success_timestamp_seconds"
        assert after[polled] == before[polled]
        assert after['kfpops_exporter_poll_errors_total{reason="unreachable"}'] == 1
    with running(pipelines, tmp_path / "c") as one:
        assert one.scrape()[DONE] == 1
        one.turn()
        assert one.scrape()[DONE] == 1


def test_a_namespace_that_may_not_be_read_does_not_keep_the_others(tmp_path: Path) -> None:
    class Users(WorldPipelines):
        def run_pages(self, namespace, query):  # type: ignore[no-untyped-def]
            if namespace == "team-b":
                raise Forbidden("Not allowed to list runs.", needs="list runs in team-b")
            return super().run_pages(namespace, query)

    pipelines = Users(kfp=Kfp(), with_users=True)
    _run(pipelines.kfp, "a", "FAILED")
    with running(pipelines, tmp_path / "c", namespaces=("team-a", "team-b")) as one:
        one.turn()
        shown = one.scrape()
        assert (shown[ALL], shown["kfp_api_up"], one.exporter.served.why_not_ready()) == (1, 1, "")
        assert shown['kfpops_exporter_poll_errors_total{reason="forbidden"}'] == 1
        # Nor from being looked at again: only a reconcile pass sees that an old run was tried again.
        pipelines.kfp.wait(90_000)
        pipelines.kfp.retry("a")
        pipelines.kfp.end("a", "SUCCEEDED")
        one.turn(301)
        one.scrape()
        assert one.scrape()[ALL] == 2


def test_open_runs_come_and_go(pipelines: WorldPipelines, tmp_path: Path) -> None:
    active = 'kfp_runs_active{namespace="team-a",pipeline="train",state="%s"}'
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        pipelines.kfp.create("a", "team-a", "train")
        pipelines.kfp.report("a", "RESTING")
        one.turn()
        shown = one.scrape()
        assert (shown[active % "RESTING"], shown[active % "RUNNING"]) == (1, 0)
        assert shown['kfpops_exporter_open_runs{namespace=""}'] == 1
        pipelines.kfp.end("a", "FAILED")
        one.turn()
        assert active % "RESTING" not in one.scrape()


def test_an_old_run_that_is_tried_again_is_found(pipelines: WorldPipelines, tmp_path: Path) -> None:
    _run(pipelines.kfp, "a", "FAILED")
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert one.scrape()[ALL] == 1
        pipelines.kfp.wait(90_000)
        pipelines.kfp.retry("a")
        pipelines.kfp.end("a", "SUCCEEDED")
        one.turn(301)
        one.scrape()
        assert one.scrape()[ALL] == 2


def test_an_end_is_shown_by_the_next_poll(pipelines: WorldPipelines, tmp_path: Path) -> None:
    kfp, rng = pipelines.kfp, random.Random(7)
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        _run(kfp, "first")
        one.turn()
        one.scrape()
        going: list[str] = []
        ended = 1
        for turn in range(60):
            for number in range(rng.randrange(3)):
                going.append(f"r{turn}-{number}")
                kfp.create(going[-1], "team-a", "train")
            for id in rng.sample(going, len(going) // 2):
                going.remove(id)
                kfp.end(id, "SUCCEEDED")
                ended += 1
            one.turn()
            assert one.scrape()[DONE] == ended


def test_a_disk_that_is_full_changes_nothing_and_is_tried_again(pipelines: WorldPipelines, tmp_path: Path) -> None:
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        _run(pipelines.kfp, "a")
        ingest, failing = one.exporter.loop._parts.checkpoint.ingest, True

        def full(batch: Batch) -> Ingested:
            if failing:
                raise Unwritable("The checkpoint cannot be written: the disk is full.")
            return ingest(batch)

        object.__setattr__(one.exporter.loop._parts.checkpoint, "ingest", full)
        one.turn()
        shown = one.scrape()
        assert (shown.get(DONE, 0.0), shown["kfp_api_up"]) == (0, 1)
        assert shown["kfpops_exporter_checkpoint_write_errors_total"] == 1
        failing = False
        one.turn()
        one.scrape()
        assert one.scrape()[DONE] == 1


def test_the_pause_grows_while_kfp_is_down() -> None:
    assert [Pace().pause(n) for n in (0, 1, 2, 3, 4, 9, 99)] == [15, 15, 30, 60, 120, 120, 120]
    assert Pace(interval=600).pause(5) == 600
