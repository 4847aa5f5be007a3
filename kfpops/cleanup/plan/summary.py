"""What a plan comes to: counts that grow while objects are judged, and the sum of all that is shown to people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kfpops.cleanup.plan.entry import Count, Footer, Header
from kfpops.cleanup.plan.kind import KIND_OF
from kfpops.cleanup.verdict import Label, Reason, Verdict

Group: TypeAlias = tuple[Reason, str, str]
"""Reason, who (the run, or whatever it belonged to) and rule of what may go: the end of a `Verdict`."""

UNWRITABLE: tuple[Label, Reason] = ("foreign", "not-run-shaped")
"""What is said of an object whose key is no Unicode text: no KFP writes such keys, and no plan can hold them."""


@dataclass(slots=True)
class Tally:
    """Counts of objects and bytes, as pairs that are added to. `goes`: current objects; `extras`: uploads and versions."""

    goes: dict[Group, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    extras: dict[Group, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    keeps: dict[tuple[Label, Reason], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    labels: dict[Label, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    duplicates: int = 0

    def keep(self, kept: Mapping[tuple[Label, Reason], tuple[int, int]]) -> None:
        for key, (objects, size) in kept.items():
            _add(self.keeps[key], objects, size)
            _add(self.labels[key[0]], objects, size)

    def go(self, verdict: Verdict, size: int, objects: int = 1) -> None:
        """Current objects that may go. `size`: of all of them."""
        _add(self.goes[verdict[2:]], objects, size)
        _add(self.labels[verdict[1]], objects, size)

    def go_besides(self, verdict: Verdict, size: int) -> None:
        """An upload, an old version or a marker that may go."""
        _add(self.extras[verdict[2:]], 1, size)

    def add(self, other: Tally) -> None:
        """All that another has counted."""
        for mine, others in ((self.goes, other.goes), (self.extras, other.extras)):
            for group, (objects, size) in others.items():
                _add(mine[group], objects, size)
        for key, (objects, size) in other.keeps.items():
            _add(self.keeps[key], objects, size)
        for label, (objects, size) in other.labels.items():
            _add(self.labels[label], objects, size)
        self.duplicates += other.duplicates

    @property
    def current(self) -> Count:
        """Current objects that may go."""
        return _sum(self.goes.values())

    @property
    def all_goes(self) -> Count:
        """Everything that may go, uploads and versions too."""
        extra = _sum(self.extras.values())
        return Count(self.current.objects + extra.objects, self.current.bytes + extra.bytes)

    @property
    def listed(self) -> Count:
        return _sum(self.labels.values())

    @property
    def below_roots(self) -> Count:
        """What shares are of: all that was listed but what is outside the roots, protected, or kfpops's own."""
        outside = _sum(v for (_, reason), v in self.keeps.items() if reason in _OUTSIDE)
        listed = self.listed
        return Count(listed.objects - outside.objects, listed.bytes - outside.bytes)

    def footer(self, dangling: int | None = None) -> Footer:
        """The footer that says this; without a sha256."""
        goes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for group, (objects, size) in (*self.goes.items(), *self.extras.items()):
            _add(goes[group[0]], objects, size)
        keeps: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for (_, reason), (objects, size) in self.keeps.items():
            _add(keeps[reason], objects, size)
        return Footer(
            listed=self.listed,
            goes=_counts(goes),
            keeps=_counts(keeps),
            labels=_counts(self.labels),
            duplicates=self.duplicates,
            dangling=dangling,
            sha256="",
        )


_OUTSIDE: frozenset[Reason] = frozenset({"outside-roots", "protected-prefix", "own-files"})


@dataclass(frozen=True, slots=True)
class Dangling:
    """An artifact that lineage calls live, below a root, whose bytes are gone.

    `cached`: the cache may hand it out. `users`: how many runs that KFP has use it.
    """

    id: str
    uri: str
    run_id: str = ""
    task: str = ""
    cached: bool = False
    users: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A plan that was made. `path`: where it lies. `groups`: what may go, the largest first.

    `names`: run id → its name and pipeline, as far as known, of the runs in `groups`. `dangling` is None when it was not
    asked for. `notes`: sentences on what was seen while it was made.
    """

    path: str
    header: Header
    footer: Footer
    groups: tuple[tuple[Group, Count], ...] = ()
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    dangling: tuple[Dangling, ...] | None = None
    deletes_nothing: bool = False
    notes: tuple[str, ...] = ()

    @property
    def goes(self) -> Count:
        return added(self.footer.goes.values())

    @property
    def keeps(self) -> Count:
        return added(self.footer.keeps.values())

    def by_kind(self) -> dict[str, Count]:
        """The largest first."""
        return by_size((KIND_OF[reason], counted) for (reason, _, _), counted in self.groups)

    def by_rule(self) -> dict[str, Count]:
        return by_size((rule, counted) for (_, _, rule), counted in self.groups if rule)

    def by_who(self) -> dict[str, Count]:
        return by_size((who, counted) for (_, who, _), counted in self.groups if who)


def largest(tally: Tally) -> tuple[tuple[Group, Count], ...]:
    """Its groups, the largest first."""
    merged: dict[Group, list[int]] = defaultdict(lambda: [0, 0])
    for group, (objects, size) in (*tally.goes.items(), *tally.extras.items()):
        _add(merged[group], objects, size)
    return tuple((g, Count(*v)) for g, v in sorted(merged.items(), key=lambda i: (-i[1][1], -i[1][0], i[0])))


def added(counts: Iterable[Count]) -> Count:
    every = list(counts)
    return Count(sum(c.objects for c in every), sum(c.bytes for c in every))


def by_size(pairs: Iterable[tuple[str, Count]]) -> dict[str, Count]:
    """Summed by name, the largest first."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, counted in pairs:
        _add(sums[name], counted.objects, counted.bytes)
    return {n: Count(*v) for n, v in sorted(sums.items(), key=lambda i: (-i[1][1], -i[1][0], i[0]))}


def _add(to: list[int], objects: int, size: int) -> None:
    to[0] += objects
    to[1] += size


def _sum(pairs: Iterable[list[int]]) -> Count:
    every = list(pairs)
    return Count(sum(p[0] for p in every), sum(p[1] for p in every))


def _counts(sums: Mapping[str, list[int]] | Mapping[Label, list[int]]) -> dict[str, Count]:
    return {name: Count(*sums[name]) for name in sorted(sums)}  # type: ignore[index]
