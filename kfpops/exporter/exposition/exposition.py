"""All series that are served: one thread writes them and publishes, others read what was published last."""

from __future__ import annotations

from collections.abc import Iterable

from kfpops.exporter.exposition.body import Body
from kfpops.exporter.exposition.entry import Layout
from kfpops.exporter.exposition.shelf import Shelf
from kfpops.metrics.family import Family, Series
from kfpops.metrics.value import Distribution, Exemplar, Value


class Exposition:
    """Families are served in the order of their names, series in the order of their label values."""

    def __init__(self, families: Iterable[Family], *, native: bool = False) -> None:
        """`native`: protobuf shows native histograms; only where all distributions come with native buckets.

        ValueError: two families of one name.
        """
        ordered = sorted(families, key=lambda family: family.name)
        self._families = {family.name: family for family in ordered}
        if len(self._families) != len(ordered):
            raise ValueError("two families have the same name")
        self._shelves = {family.name: Shelf(Layout(family, native=native)) for family in ordered}
        self._changed = True
        self._body = Body(0, tuple(shelf.chapter() for shelf in self._shelves.values()))

    def set(self, series: Series, value: Value, exemplar: Exemplar | None = None) -> None:
        """Seen after the next `publish`. `exemplar`: of a counter; a distribution brings its own.

        ValueError: no such family, other labels than the family's, or a value of another kind.
        """
        self._check(series, value)
        self._changed |= self._shelves[series.family].put(series.labels, value, exemplar)

    def drop(self, series: Series) -> None:
        """A gauge of what is no more. One that was never there is no error."""
        if series.family in self._shelves:
            self._changed |= self._shelves[series.family].drop(series.labels)

    def publish(self) -> int:
        """All that was set since the last time is seen at once. The revision that is served from now on."""
        if self._changed:
            self._body = Body(self._body.revision + 1, tuple(shelf.chapter() for shelf in self._shelves.values()))
            self._changed = False
        return self._body.revision

    def body(self) -> Body:
        """What was published last. Any thread may ask, and keep it."""
        return self._body

    def _check(self, series: Series, value: Value) -> None:
        family = self._families.get(series.family)
        if family is None:
            raise ValueError(f"no family is called {series.family}")
        if len(series.labels) != len(family.labels):
            raise ValueError(f"{family.name} has the labels {', '.join(family.labels)}, not {len(series.labels)} values")
        if isinstance(value, Distribution) != (family.kind == "histogram"):
            raise ValueError(f"{family.name} is a {family.kind}: {value!r} is no value of it")
        if isinstance(value, Distribution) and len(value.buckets) != len(family.buckets) + 1:
            raise ValueError(f"{family.name} has {len(family.buckets) + 1} buckets, not {len(value.buckets)}")
