"""Tasks are counted with the attempt that they belong to, once; a lineage store that is down holds up nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from kfpops.errors import KfpopsError, NotFound, Unreachable
from kfpops.exporter.own_series import OwnSeries
from kfpops.exporter.tasks import Tasks
from kfpops.metrics.family import Series
from kfpops.metrics.page import Batch
from kfpops.metrics.seen import SeenTask
from kfpops.model.lineage import Execution
from kfpops.ports import Lineage
from tests.exporter.running import Running, running
from tests.metrics.building import a_run, at, seen
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines

MISSING = Series("kfpops_exporter_runs_without_tasks_total")
WITHOUT = "kfpops_exporter_runs_without_tasks_total"
DONE = 'kfp_tasks_finished_total{component="fit",namespace="team-a",pipeline="train",state="%s"}'


@dataclass
class Executions:
    """The part of a lineage store that is asked here."""

    kfp: Kfp
    known: dict[str, list[Execution]] = field(default_factory=dict)
    broken: KfpopsError | None = None
    asked: list[str] = field(default_factory=list)

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        self.asked.append(run_id)
        if self.broken:
            raise self.broken
        if run_id not in self.known:
            raise NotFound(f"There is no run {run_id}.")
        return self.known[run_id]

    def ran(self, run_id: str, state: str) -> None:
        """A task of a minute that begins now."""
        began = self.kfp.now()
        found = self.known.setdefault(run_id, [])
        id = f"{run_id}-{len(found)}"
        ended = began + timedelta(minutes=1)
        found.append(Execution(id, "x", "container", state, "fit", created_at=began, updated_at=ended))


def _a_world() -> tuple[WorldPipelines, Executions]:
    kfp = Kfp()
    return WorldPipelines(kfp=kfp), Executions(kfp)


def _run(kfp: Kfp, store: Executions, id: str, state: str = "SUCCEEDED", task: str = "COMPLETE") -> None:
    if id not in kfp.rows:
        kfp.create(id, "team-a", "train")
    kfp.wait(30)
    store.ran(id, task)
    kfp.wait(90)
    kfp.end(id, state)


def _exporter(pipelines: WorldPipelines, store: Executions, path: Path):  # type: ignore[no-untyped-def]
    return running(pipelines, path, lineage=cast(Lineage, store))


def _twice(one: Running) -> dict[str, float]:
    """The first scrape takes the zeros."""
    one.scrape()
    return one.scrape()


def test_without_a_store_nothing_is_missing() -> None:
    mine = OwnSeries()
    run = seen(a_run("RUNNING SUCCEEDED"))
    assert Tasks(None, mine, lambda: 0.0).of(run) is run
    assert dict(mine.all())[MISSING] == 0


def test_a_run_that_the_store_does_not_know_has_none_and_nothing_is_missing() -> None:
    mine, store = OwnSeries(), Executions(Kfp())
    run = seen(a_run("RUNNING FAILED"))
    assert Tasks(cast(Lineage, store), mine, lambda: 0.0).of(run) is run
    assert dict(mine.all())[MISSING] == 0


def test_the_tasks_of_a_run() -> None:
    store = Executions(Kfp(), {"r": [Execution("1", "x", "container", "CACHED", "fit", created_at=at(0), updated_at=at(1))]})
    found = Tasks(cast(Lineage, store), OwnSeries(), lambda: 0.0).of(seen(a_run("RUNNING SUCCEEDED")))
    assert found.tasks == (SeenTask("fit", "CACHED", at(0), at(1)),)


def test_a_store_that_failed_is_left_alone_for_a_while() -> None:
    now, mine, store = 100.0, OwnSeries(), Executions(Kfp(), broken=Unreachable("No answer."))
    tasks = Tasks(cast(Lineage, store), mine, lambda: now)
    for id in "abcde":
        tasks.of(seen(a_run("RUNNING SUCCEEDED", id=id)))
    tasks.settle("abcde")
    assert (len(store.asked), dict(mine.all())[MISSING]) == (1, 5)
    now = 116.0
    tasks.of(seen(a_run("RUNNING SUCCEEDED")))
    assert len(store.asked) == 2


def test_tasks_that_are_read_before_their_run_is_counted_are_not_missing() -> None:
    mine, store = OwnSeries(), Executions(Kfp(), broken=Unreachable("No answer."))
    now = 0.0
    tasks = Tasks(cast(Lineage, store), mine, lambda: now)
    tasks.of(seen(a_run("RUNNING SUCCEEDED")))
    store.broken, store.known, now = None, {"r": []}, 60.0
    tasks.of(seen(a_run("RUNNING SUCCEEDED")))
    tasks.settle(["r"])
    assert dict(mine.all())[MISSING] == 0


def test_of_a_history_no_tasks_are_counted(tmp_path: Path) -> None:
    pipelines, store = _a_world()
    _run(pipelines.kfp, store, "old")
    with _exporter(pipelines, store, tmp_path / "c") as one:
        one.turn()
        assert DONE % "SUCCEEDED" not in _twice(one)
        assert store.asked == []


def test_tasks_are_counted_once_with_the_attempt_they_belong_to(tmp_path: Path) -> None:
    pipelines, store = _a_world()
    with _exporter(pipelines, store, tmp_path / "c") as one:
        one.turn()
        _run(pipelines.kfp, store, "a", "FAILED", "FAILED")
        for _ in range(3):
            one.turn()
        shown = _twice(one)
        assert (shown[DONE % "FAILED"], store.asked) == (1, ["a"])
    with _exporter(pipelines, store, tmp_path / "c") as one:
        one.turn()
        pipelines.kfp.retry("a")
        one.turn()
        _run(pipelines.kfp, store, "a")
        one.turn(301)
        shown = _twice(one)
        assert (shown[DONE % "FAILED"], shown[DONE % "SUCCEEDED"], shown[WITHOUT]) == (1, 1, 0)
        took = 'kfp_task_duration_seconds_%s{component="fit",namespace="team-a",pipeline="train"}'
        assert (shown[took % "count"], shown[took % "sum"]) == (2, 120)


def test_a_store_that_is_down_holds_up_no_run(tmp_path: Path) -> None:
    pipelines, store = _a_world()
    with _exporter(pipelines, store, tmp_path / "c") as one:
        one.turn()
        store.broken = Unreachable("No answer.")
        _run(pipelines.kfp, store, "a")
        one.turn()
        shown = _twice(one)
        done = 'kfp_runs_finished_total{namespace="team-a",pipeline="train",state="SUCCEEDED",trigger="manual"}'
        assert (shown[done], shown[WITHOUT], shown["kfp_api_up"], DONE % "SUCCEEDED" in shown) == (1, 1, 1, False)
        store.broken = None
        _run(pipelines.kfp, store, "b")
        one.turn()
        shown = _twice(one)
        assert (shown[DONE % "SUCCEEDED"], shown[WITHOUT]) == (1, 1)


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


@pytest.mark.parametrize("after", [False, True], ids=["before it was counted", "after it was counted"])
def test_tasks_are_counted_once_whenever_the_exporter_is_killed(tmp_path: Path, after: bool) -> None:
    pipelines, store = _a_world()
    with suppress(Killed), _exporter(pipelines, store, tmp_path / "c") as one:
        one.turn()
        _run(pipelines.kfp, store, "a")
        checkpoint = one.exporter.loop._parts.checkpoint
        ingest = checkpoint.ingest

        def killed(batch: Batch) -> None:
            if after:
                ingest(batch)
            raise Killed

        object.__setattr__(checkpoint, "ingest", killed)
        one.turn()
    with _exporter(pipelines, store, tmp_path / "c") as one:
        for _ in range(3):
            one.turn()
        assert _twice(one)[DONE % "SUCCEEDED"] == 1
        assert len(store.asked) == 2 - after
