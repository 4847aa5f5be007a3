"""How many series there may be, and under which name a new one is counted when there is no room: sums stay whole."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Final, TypeAlias

from kfpops.metrics.family import Family, Series
from kfpops.metrics.labels import label_value

OTHER: Final = "__other__"
NARROW: Final = frozenset({"state", "trigger", "cause"})
"""Labels with few values by their nature. All others take the values that users think up."""

Group: TypeAlias = tuple[str, str, str]
"""Namespace, a label, its value: series that come in and stay out together, such as those of a pipeline."""


@dataclass(frozen=True, slots=True)
class Budget:
    """`series`: at most so many, a histogram is one. The last rooms are kept for the series that take up the overflow.

    New pipelines stop first, so that those that are in keep room for their own new states and components.
    """

    series: int
    families: int

    @property
    def spare(self) -> int:
        return max(self.series, 2 * self.families) - self.families

    def for_groups(self) -> int:
        return self.spare * 7 // 8

    def for_members(self) -> int:
        return self.spare * 15 // 16

    def for_overflow(self, level: int) -> int:
        """How many series there may be already for another of this level (1: of a namespace, 2: of all, 3: of a family)."""
        return (self.spare * 31 // 32, self.spare, self.spare + self.families)[level - 1]


def group_of(family: Family, series: Series) -> Group | None:
    """None for a series whose labels have few values: the state of a namespace."""
    namespace = ""
    for label, value in zip(family.labels, series.labels, strict=True):
        if label == "namespace":
            namespace = value
        elif label not in NARROW:
            return namespace, label, value
    return None


def folded(family: Family, series: Series, level: int) -> Series:
    """Where a series is counted that has no room: 1 leaves namespace and narrow labels, 2 the narrow ones, 3 none."""

    def kept(label: str) -> bool:
        return level < 3 and (label in NARROW or (label == "namespace" and level == 1))

    labels = zip(family.labels, series.labels, strict=True)
    return Series(series.family, tuple(value if kept(label) else OTHER for label, value in labels))


def overflow(family: Family, series: Series, known: Container[Series], count: int, budget: Budget) -> Series:
    """The first series, from narrow to wide, that exists or has room."""
    for level in (1, 2):
        place = folded(family, series, level)
        if place in known or count < budget.for_overflow(level):
            return place
    return folded(family, series, 3)


def tidied(series: Series) -> Series:
    """Labels as they may be shown: what is not printable is escaped, what is long is cut and ends with a hash."""
    return Series(series.family, tuple(map(label_value, series.labels)))
