"""Gauges that are read whole and shown as they are: what is not told any more is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

from kfpops.exporter.exposition import Exposition
from kfpops.exporter.last_plan import BadPlan, LastPlan
from kfpops.metrics.family import Series

Gauges: TypeAlias = Mapping[Series, float]
_PLAN: Final = ("", -1)


class Told:
    """For the thread that writes. `sources`: each gives gauges of a namespace. `plan`: None for none."""

    def __init__(
        self, exposition: Exposition, sources: Sequence[Callable[[str], Gauges]], plan: LastPlan | None = None
    ) -> None:
        self._exposition, self._sources, self._plan = exposition, tuple(sources), plan
        self._shown: dict[tuple[str, int], Gauges] = {}

    def reads(self, namespace: str) -> Iterator[Callable[[], None]]:
        """Calls that read what is to be read, each for itself: one that raises leaves what it would show as it was."""
        for number in range(len(self._sources)):
            yield partial(self._read, namespace, number)

    def leave(self, namespaces: Collection[str]) -> None:
        """Only these are read any more."""
        for key in [key for key in self._shown if key != _PLAN and key[0] not in namespaces]:
            self._show(key, {})
            del self._shown[key]

    def look_at_plan(self) -> None:
        """Raises `BadPlan`, once for each state of the file."""
        if self._plan is not None:
            try:
                self._show(_PLAN, self._plan.gauges())
            except BadPlan:
                self._show(_PLAN, self._plan.gauges())
                raise

    def _read(self, namespace: str, number: int) -> None:
        self._show((namespace, number), self._sources[number](namespace))

    def _show(self, key: tuple[str, int], gauges: Gauges) -> None:
        for series in self._shown.get(key, {}):
            if series not in gauges:
                self._exposition.drop(series)
        for series, value in gauges.items():
            self._exposition.set(series, value)
        self._shown[key] = gauges
