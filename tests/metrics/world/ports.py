"""The world's KFP behind `ports.Pipelines`: pages, what happens between them, and answers that fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from kfpops.errors import BadAnswer, Unreachable
from kfpops.knowledge.run_query import fits
from kfpops.model.run import KfpHealth, Run, RunQuery
from tests.fakes import FakePipelines
from tests.metrics.world.kfp import Kfp


@dataclass
class WorldPipelines(FakePipelines):
    """`between`: called before each page. `failing`: how likely an answer fails. `by_offset`: pages shift when rows go."""

    kfp: Kfp = field(default_factory=Kfp)
    page: int = 4
    between: Callable[[], None] = lambda: None
    failing: float = 0.0
    by_offset: bool = False
    is_down: bool = False
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    queries: list[RunQuery] = field(default_factory=list)
    calls: int = 0
    with_users: bool = False

    def health(self) -> KfpHealth:
        self._fail()
        return KfpHealth("2.17.0", self.with_users)

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]:
        self.queries.append(query)
        last: tuple[object, str] | None = None
        given, totals = 0, list[int]()
        while True:
            self.between()
            self._fail()
            rows = [run for run in self.kfp.shown(namespace) if fits(run, query)]
            totals.append(len(rows))
            page = rows[given:] if self.by_offset else [run for run in rows if last is None or _key(run) > last]
            more, page = len(page) > self.page, page[: self.page]
            if more and self.rng.random() < self.failing / 2:
                raise BadAnswer("A page of runs that is not whole.")
            given += len(page)
            yield tuple(page)
            if not more:
                break
            last = _key(page[-1])
        if given < min(totals[0], totals[-1]):
            raise BadAnswer("Fewer runs than there are.")

    def _fail(self) -> None:
        self.calls += 1
        if self.is_down or self.rng.random() < self.failing:
            raise Unreachable("The KFP API failed (500).")


def _key(run: Run) -> tuple[object, str]:
    return (run.created_at, run.id)
