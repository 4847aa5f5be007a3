"""Random histories: what is counted is what was there. `benchmarks`-sized numbers of them are for `make prove`."""

from __future__ import annotations

import pytest

from kfpops.metrics.page import Page
from tests.metrics.world.histories import History
from tests.metrics.world.reader import Reader


@pytest.mark.parametrize("part", range(8))
def test_every_attempt_is_counted_once(part: int) -> None:
    for seed in range(part * 12, part * 12 + 12):
        history = History(seed)
        history.play()
        assert history.wrong() == {}, f"seed {seed}"


def test_the_histories_hold_what_they_are_about() -> None:
    retried = cancelled = late = early = failing = shifting = users = 0
    for seed in range(30):
        history = History(seed)
        history.play()
        retried += any(len(row.attempts) > 1 for row in history.kfp.rows.values())
        cancelled += any(state == "CANCELED" for *_, state in history.total())
        late += len({row.run.created_at for row in history.kfp.rows.values()}) < len(history.kfp.rows)
        early += bool(sum(history.kfp.may.values()))
        failing += history.failing > 0
        shifting += history.pipelines.by_offset
        users += history.reader.namespaces != ("",)
    assert min(retried, cancelled, late, early, failing, shifting, users) >= 3


class CountsAgain(Reader):
    """Forgets what it had counted when a run is open again."""

    def take(self, page: Page) -> None:
        super().take(page)
        for id in self.open:
            self.counted[id] = 0


class LooksAtTheStateOnly(Reader):
    """A run is one attempt, that which it shows now."""

    def take(self, page: Page) -> None:
        before = dict(self.counted)
        super().take(page)
        for run in page.runs:
            self.counted[run.id] = max(1, before.get(run.id, 0)) if self.counted[run.id] else 0


class LooksBehindNothing(Reader):
    """Polls, and never reads the history."""

    def all_history(self, pages: int = 2) -> bool:
        return True

    def reconcile(self, most: int = 1 << 30) -> bool:
        return True


@pytest.mark.parametrize("reader", [CountsAgain, LooksAtTheStateOnly, LooksBehindNothing])
def test_the_histories_find_who_counts_wrong(reader: type[Reader]) -> None:
    found = 0
    for seed in range(12):
        history = History(seed)
        history.reader = reader(history.pipelines, history.reader.namespaces)
        history.play()
        found += history.wrong() != {}
    assert found >= 3
