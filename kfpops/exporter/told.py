"""Gauges that are read whole and shown as they are: what is not told any more is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from kfpops.exporter.exposition import Exposition
from kfpops.metrics.family import Series

Gauges = Mapping[Series, float]


class Told:
    """For the thread that writes. `schedules`: the gauges of a namespace's recurring runs."""

    def __init__(self, exposition: Exposition, schedules: Callable[[str], Gauges]) -> None:
        self._exposition, self._schedules = exposition, schedules
        self._shown: dict[str, Gauges] = {}

    def read(self, namespace: str) -> None:
        """Raises what KFP answers: then all stays as it was."""
        self._show(namespace, self._schedules(namespace))

    def leave(self, namespaces: Collection[str]) -> None:
        """Only these are read any more."""
        for namespace in [name for name in self._shown if name not in namespaces]:
            self._show(namespace, {})
            del self._shown[namespace]

    def _show(self, source: str, gauges: Gauges) -> None:
        for series in self._shown.get(source, {}):
            if series not in gauges:
                self._exposition.drop(series)
        for series, value in gauges.items():
            self._exposition.set(series, value)
        self._shown[source] = gauges
