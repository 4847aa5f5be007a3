"""The whole exporter on random histories of KFP, killed at any page: what it shows is what was there."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from kfpops.exporter.pace import Pace
from tests.exporter.running import Running, running
from tests.metrics.world.histories import NAMESPACES, History
from tests.metrics.world.kfp import Key

PACE = Pace(reconcile_every=60.0, history_every=600.0, portion=3)
THOROUGH = Pace(reconcile_every=60.0, history_every=60.0, portion=1000)


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


class Exported(History):
    """A history that an exporter reads, which is killed and started again now and then."""

    def __init__(self, seed: int, path: Path) -> None:
        super().__init__(seed, steps=25)
        self.path, self.kills, self.shown_before = path, 0, dict[Key, int]()
        self.pipelines.with_users = self.rng.random() < 0.5

    def play(self) -> None:
        left = self.steps
        while left:
            with suppress(Killed), self._started() as one:
                while left:
                    left -= 1
                    self._live()
                    one.turn(self.rng.choice((1, 15, 70)))
                    self._look(one)
        self._rest()

    def wrong(self) -> dict[Key, tuple[int, int, int]]:
        must, may, shown = self.kfp.must, self.kfp.may, self.shown_before
        keys = {*must, *may, *shown}
        found = {key: (shown.get(key, 0), must[key], may[key]) for key in keys}
        return {key: (is_, low, top) for key, (is_, low, top) in found.items() if not low <= is_ <= low + top}

    def _started(self, pace: Pace = PACE) -> AbstractContextManager[Running]:
        return running(self.pipelines, self.path, namespaces=NAMESPACES, pace=pace)

    def _live(self) -> None:
        for _ in range(self.rng.randrange(4)):
            self._happens()

    def _meanwhile(self) -> None:
        super()._meanwhile()
        if self.rng.random() < 0.02:
            self.kills += 1
            raise Killed

    def _look(self, one: Running) -> None:
        if self.rng.random() < 0.7:
            one.take()
        shown = one.finished()
        fallen = {key: (before, shown[key]) for key, before in self.shown_before.items() if shown[key] < before}
        assert not fallen
        self.shown_before = dict(shown)

    def _rest(self) -> None:
        self.pipelines.between = lambda: None
        self.pipelines.failing = 0.0
        self.kfp.wait(10_000_000)
        with self._started(THOROUGH) as one:
            for _ in range(4):
                one.turn(700)
                one.take()
            self.shown_before = dict(one.finished())


@pytest.mark.parametrize("seed", range(8))
def test_what_is_shown_is_what_was_there(seed: int, tmp_path: Path) -> None:
    history = Exported(seed, tmp_path / "checkpoint")
    history.play()
    assert history.wrong() == {}
    assert sum(history.shown_before.values()) > 3
