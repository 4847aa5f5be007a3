"""Gauges that are read whole: they come, change and go with what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.errors import Unreachable
from kfpops.exporter.exposition import Exposition
from kfpops.exporter.told import Told
from kfpops.metrics.catalog import FAMILIES
from kfpops.metrics.family import Series
from kfpops.model.run import RecurringRun
from tests.exporter.running import running
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines

NEXT = "kfp_recurring_run_next_expected_timestamp_seconds"
INFO = 'kfp_recurring_run_info{concurrency="",cron="every 60 s",enabled="%s",namespace="kubeflow",recurring_run="nightly"}'


def _lines(exposition: Exposition) -> list[str]:
    exposition.publish()
    return [line for line in exposition.body().text().decode().splitlines() if line.startswith(NEXT)]


def _read(told: Told, namespace: str) -> None:
    for read in told.reads(namespace):
        read()


def test_what_is_not_told_any_more_is_gone() -> None:
    exposition = Exposition(FAMILIES)
    answers = {"a": {Series(NEXT, ("a", "x")): 1.0, Series(NEXT, ("a", "y")): 2.0}, "b": {Series(NEXT, ("b", "x")): 3.0}}
    told = Told(exposition, [lambda namespace: answers[namespace]])
    _read(told, "a")
    _read(told, "b")
    assert len(_lines(exposition)) == 3
    answers["a"] = {Series(NEXT, ("a", "x")): 4.0}
    _read(told, "a")
    assert _lines(exposition) == [
        f'{NEXT}{{namespace="a",recurring_run="x"}} 4',
        f'{NEXT}{{namespace="b",recurring_run="x"}} 3',
    ]
    told.leave(("a",))
    assert len(_lines(exposition)) == 1


def test_an_error_leaves_what_was_told_and_the_other_sources() -> None:
    exposition = Exposition(FAMILIES)
    answers = [{Series(NEXT, ("a", "x")): 1.0}]
    count = 0.0

    def other(namespace: str) -> dict[Series, float]:
        nonlocal count
        count += 1.0
        return {Series("kfp_pipelines", (namespace,)): count}

    told = Told(exposition, [lambda namespace: answers.pop(), other])
    _read(told, "a")
    first, second = told.reads("a")
    with pytest.raises(IndexError):
        first()
    second()
    assert _lines(exposition) == [f'{NEXT}{{namespace="a",recurring_run="x"}} 1']
    assert 'kfp_pipelines{namespace="a"} 2' in exposition.body().text().decode().splitlines()


class Scheduling(WorldPipelines):
    """Counts how often recurring runs are asked for."""

    reads = 0

    def recurring_runs(self, namespace: str):  # type: ignore[no-untyped-def]
        self.reads += 1
        if self.broken:
            raise self.broken
        return super().recurring_runs(namespace)


def test_schedules_are_read_at_the_start_and_then_with_each_reconcile_pass(tmp_path: Path) -> None:
    pipelines = Scheduling(kfp=Kfp())
    pipelines.recurring = [RecurringRun("id", "nightly", True, schedule="every 60 s")]
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert one.scrape()[INFO % "true"] == 1
        pipelines.recurring = [RecurringRun("id", "nightly", False, schedule="every 60 s")]
        for _ in range(5):
            one.turn()
        assert (pipelines.reads, one.scrape()[INFO % "true"]) == (1, 1)
        one.turn(300)
        shown = one.scrape()
        assert (pipelines.reads, shown[INFO % "false"], INFO % "true" in shown) == (2, 1, False)


def test_schedules_that_cannot_be_read_stay_and_are_said(tmp_path: Path) -> None:
    pipelines = Scheduling(kfp=Kfp())
    pipelines.recurring, pipelines.pipelines = [RecurringRun("id", "nightly", True, schedule="every 60 s")], 4
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        pipelines.broken = Unreachable("The KFP API failed (500).")
        one.turn(301)
        shown = one.scrape()
        assert (shown[INFO % "true"], shown['kfp_pipelines{namespace="kubeflow"}']) == (1, 4)
        assert (shown["kfp_api_up"], shown['kfpops_exporter_poll_errors_total{reason="unreachable"}']) == (0, 2)
