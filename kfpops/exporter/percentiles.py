"""Shows the percentiles of the last durations: worked out anew when there is a new one, or when one has become too old."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.checkpoint.recent import pairs_of
from kfpops.exporter.exposition import Exposition
from kfpops.metrics.family import Series
from kfpops.metrics.percentiles import percentiles, series_of
from kfpops.metrics.pipelines import WINDOW


class _Known(NamedTuple):
    """`recent`: of what percentiles are shown. `until`: so long they hold, seconds since the epoch."""

    recent: bytes
    until: float


class Percentiles:
    """For the thread that writes. `is_held`: series that may not be shown yet."""

    def __init__(self, checkpoint: Checkpoint, exposition: Exposition, is_held: Callable[[Series], bool]) -> None:
        self._checkpoint, self._exposition, self._is_held = checkpoint, exposition, is_held
        self._known: dict[Series, _Known] = {}

    def show(self, now: float) -> None:
        """`now`: seconds since the epoch."""
        for series, recent in self._checkpoint.recent():
            known = self._known.get(series)
            is_new = known is None or known.recent is not recent or now >= known.until
            if is_new and not self._is_held(series):
                self._known[series] = _Known(recent, self._show(series, recent, now))

    def _show(self, series: Series, recent: bytes, now: float) -> float:
        """How long it holds."""
        within = [(at, value) for at, value in pairs_of(recent) if at > now - WINDOW]
        places = series_of(series.labels[0], series.labels[1])
        if not within:
            for place in places:
                self._exposition.drop(place)
            return math.inf
        for place, value in zip(places, percentiles(value for _, value in within), strict=True):
            self._exposition.set(place, value)
        return within[0][0] + WINDOW
