"""What the checkpoint gives to who shows it."""

from __future__ import annotations

from typing import NamedTuple

from kfpops.metrics.family import Series
from kfpops.metrics.value import Exemplar, Value


class Shown(NamedTuple):
    """A series as it is to be shown: one whose first value was never sent comes with that first value.

    `exemplar`: of a counter; a histogram's are in its `Distribution`. None while nothing was counted since the start.
    """

    series: Series
    value: Value
    exemplar: Exemplar | None = None
