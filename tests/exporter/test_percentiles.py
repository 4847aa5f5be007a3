"""Percentiles as they are shown: of what ended within the window, worked out when something changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.exporter import percentiles as module
from kfpops.exporter.percentiles import Percentiles
from kfpops.metrics.pipelines import WINDOW
from tests.exporter.running import Running, running
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines

NAME = "kfp_pipeline_run_duration_quantile_seconds"


def _run(kfp: Kfp, id: str, seconds: float, state: str = "SUCCEEDED") -> None:
    kfp.create(id, "team-a", "train")
    kfp.wait(seconds)
    kfp.end(id, state)


def _shown(one: Running) -> dict[str, float]:
    """By percentile."""
    found = {}
    for sample, value in one.scrape().items():
        if sample.startswith(NAME):
            assert sample.endswith(',pipeline="train",window="30d"}')
            found[sample.split('percentile="')[1][:2]] = value
    return found


def test_without_a_success_there_are_none(tmp_path: Path) -> None:
    pipelines = WorldPipelines(kfp=Kfp())
    _run(pipelines.kfp, "a", 60, "FAILED")
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert _shown(one) == {}


def test_a_history_and_what_ends_later(tmp_path: Path) -> None:
    pipelines = WorldPipelines(kfp=Kfp())
    for number in range(1, 11):
        _run(pipelines.kfp, f"r{number}", number * 60)
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert _shown(one) == {"50": 300, "90": 540, "99": 600}
        _run(pipelines.kfp, "late", 9000)
        one.turn()
        assert _shown(one) == {"50": 360, "90": 600, "99": 9000}
    with running(pipelines, tmp_path / "c") as one:
        pipelines.is_down = True
        one.turn()
        assert _shown(one) == {"50": 360, "90": 600, "99": 9000}


def test_what_is_older_than_the_window_goes(tmp_path: Path) -> None:
    pipelines = WorldPipelines(kfp=Kfp())
    _run(pipelines.kfp, "older", 60)
    pipelines.kfp.wait(1000)
    _run(pipelines.kfp, "old", 120)
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert _shown(one) == {"50": 60, "90": 120, "99": 120}
        one.turn(WINDOW - 500)
        assert _shown(one) == {"50": 120, "90": 120, "99": 120}
        one.turn(1000)
        assert _shown(one) == {}


def test_nothing_of_a_history_before_the_window_is_kept(tmp_path: Path) -> None:
    pipelines = WorldPipelines(kfp=Kfp())
    _run(pipelines.kfp, "old", 60)
    pipelines.kfp.wait(WINDOW)
    _run(pipelines.kfp, "new", 120)
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        assert _shown(one) == {"50": 120, "90": 120, "99": 120}


def test_they_are_worked_out_when_something_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worked = 0
    percentiles = module.percentiles

    def counting(values: object) -> tuple[float, ...]:
        nonlocal worked
        worked += 1
        return percentiles(values)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "percentiles", counting)
    pipelines = WorldPipelines(kfp=Kfp())
    _run(pipelines.kfp, "a", 60)
    with running(pipelines, tmp_path / "c") as one:
        for _ in range(5):
            one.turn()
        assert worked == 1
        _run(pipelines.kfp, "b", 60)
        one.turn()
        assert worked == 2


def test_what_is_held_back_is_not_shown_and_comes_when_it_is_not(tmp_path: Path) -> None:
    pipelines = WorldPipelines(kfp=Kfp())
    _run(pipelines.kfp, "a", 60)
    with running(pipelines, tmp_path / "c") as one:
        one.turn()
        checkpoint, exposition = one.exporter.loop._parts.checkpoint, one.exporter.exposition
        held, before = True, exposition.body().text()
        other = Percentiles(checkpoint, exposition, lambda series: held)
        for place in module.series_of("team-a", "train"):
            exposition.drop(place)
        other.show(pipelines.kfp.now().timestamp())
        exposition.publish()
        assert NAME + "{" not in exposition.body().text().decode()
        held = False
        other.show(pipelines.kfp.now().timestamp())
        exposition.publish()
        assert exposition.body().text() == before
