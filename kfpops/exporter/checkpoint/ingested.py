"""What became of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kfpops.exporter.checkpoint.held import Held
from kfpops.exporter.checkpoint.shown import Shown
from kfpops.metrics.family import Series


@dataclass(frozen=True, slots=True)
class Ingested:
    """`stale`: ids of runs that were counted from another number than the checkpoint holds and that have more attempts.

    Nothing of those was taken: read `counted` again and hand them in anew.
    """

    touched: Mapping[Series, Held]
    stale: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Shown, ...]:
        """Series that are to be shown otherwise than before. Made when asked for: a history's pages need not ask."""
        return tuple(held.as_shown(series) for series, held in self.touched.items())
