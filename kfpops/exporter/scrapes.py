"""Who has taken which revision: a first value may only be replaced when everybody who scrapes has seen it."""

from __future__ import annotations

from threading import Lock
from typing import Final

AWAY: Final = 150.0
"""Seconds after which somebody who scraped is taken to come no more: Prometheus rarely waits longer than a minute."""


class Scrapes:
    """Two Prometheus servers scrape the same exporter when one of them is the other's spare. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: dict[str, tuple[int, float]] = {}

    def took(self, who: str, revision: int, now: float) -> None:
        """`who`: an address. `now`: seconds of a clock that never steps."""
        with self._lock:
            self._taken[who] = (revision, now)

    def seen_by_all(self, now: float) -> int:
        """The newest revision that nobody lacks who came lately; 0 when nobody did."""
        with self._lock:
            latest = max((at for _, at in self._taken.values()), default=0.0)
            # Who came last counts, however long ago: with one scraper a pause between scrapes changes nothing.
            lately = {who: (rev, at) for who, (rev, at) in self._taken.items() if at >= min(now - AWAY, latest)}
            self._taken = lately
            return min((revision for revision, _ in lately.values()), default=0)
