"""Random histories of a KFP that is polled: all that happens there, at any moment, also between two pages of a list."""

from __future__ import annotations

import random
from collections import Counter

from tests.metrics.world.kfp import Key, Kfp
from tests.metrics.world.ports import WorldPipelines
from tests.metrics.world.reader import Reader

NAMESPACES = ("team-a", "team-b")
_ENDS = ("SUCCEEDED", "SUCCEEDED", "FAILED", "FAILED", "SKIPPED")


class History:
    """`seed` decides everything. `with_users`: the lists are of one namespace each."""

    def __init__(self, seed: int, *, steps: int = 60) -> None:
        self.rng = rng = random.Random(seed)
        self.kfp = Kfp()
        self.steps = steps
        self.made = 0
        self.failing, offset = rng.choice((0.0, 0.0, 0.1, 0.3)), rng.random() < 0.3
        self.pipelines = WorldPipelines(
            kfp=self.kfp, page=rng.choice((1, 2, 5)), failing=self.failing, by_offset=offset, rng=rng
        )
        self.pipelines.between = self._meanwhile
        self.reader = Reader(self.pipelines, NAMESPACES if rng.random() < 0.5 else ("",))

    def play(self) -> None:
        for _ in range(self.steps):
            for _ in range(self.rng.randrange(4)):
                self._happens()
            self.kfp.wait(self.rng.choice((0.3, 1, 15, 60)))
            self._reads()
        self.rest()

    def rest(self) -> None:
        """Reports come in, KFP answers again, and a whole round is read: nothing more is unknown."""
        self.pipelines.between = lambda: None
        self.pipelines.failing = 0.0
        self.kfp.wait(10_000_000)
        self.reader.poll()
        self.reader.reconcile()
        self.reader.all_history()
        self.kfp.round_is_over()

    def wrong(self) -> dict[Key, tuple[int, int, int]]:
        """Key → (counted, at least, what may come on top), where it is not so. {} is right."""
        must, may, sums = self.kfp.must, self.kfp.may, self.reader.sums
        keys = {*must, *may, *sums}
        return {key: (sums[key], must[key], may[key]) for key in keys if not must[key] <= sums[key] <= must[key] + may[key]}

    def total(self) -> Counter[Key]:
        return +self.kfp.must

    def _reads(self) -> None:
        rng = self.rng
        self.reader.poll(rng.choice((1 << 30, 1 << 30, 0, 1, 3)))
        if rng.random() < 0.15:
            self.reader.reconcile(rng.choice((1 << 30, 2)))
        if rng.random() < 0.03:
            # All of it must be read as it was before something more happens, to be somebody's fault.
            meanwhile, failing = self.pipelines.between, self.pipelines.failing
            self.pipelines.between, self.pipelines.failing = (lambda: None), 0.0
            if self.reader.poll() and self.reader.reconcile() and self.reader.all_history():
                self.kfp.round_is_over()
            self.pipelines.between, self.pipelines.failing = meanwhile, failing

    def _meanwhile(self) -> None:
        if self.rng.random() < 0.3:
            self._happens()

    def _happens(self) -> None:
        rng, kfp = self.rng, self.kfp
        what = rng.random()
        if what < 0.35 or not kfp.rows:
            self.made += 1
            id = f"{rng.getrandbits(32):08x}-{self.made:04d}"
            late = rng.choice((0, 0, 0, 0, 2, 400, 90_000))
            kfp.create(id, rng.choice(NAMESPACES), rng.choice(("train", "score")), late=late)
            return
        id = rng.choice(sorted(kfp.rows))
        if what < 0.5:
            kfp.report(id, rng.choice(("RUNNING", "RUNNING", "", "RESTING")))
        elif what < 0.75:
            kfp.end(id, rng.choice(_ENDS), late=rng.choice((0, 0, 1, 30, 7200)))
        elif what < 0.85:
            kfp.retry(id)
        elif what < 0.9:
            kfp.cancel(id)
        elif what < 0.97:
            kfp.delete(id)
        else:
            kfp.skew = rng.choice((0, 0, 5, -3, 7200, -7200, -400_000))
