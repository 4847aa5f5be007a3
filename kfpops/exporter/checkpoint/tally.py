"""Series in memory, and the changes of a batch on copies of them: taken over only when they are on the disk."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

from kfpops.exporter.checkpoint.budget import Budget, Group, group_of, overflow, tidied
from kfpops.exporter.checkpoint.held import Held, new_held
from kfpops.metrics.change import Add, Change, Keep, Observe
from kfpops.metrics.family import Family, Series


class Tally:
    """All series: as many as the budget allows, however many names there are."""

    def __init__(self, families: Mapping[str, Family], budget: Budget, held: dict[Series, Held], number: int) -> None:
        self.families, self.budget, self.held, self.number = families, budget, held, number
        groups = (group_of(families[series.family], series) for series in held)
        self.groups: set[Group] = {group for group in groups if group is not None}

    def take(self, staged: Staged) -> None:
        """The copies become what counts."""
        self.held.update(staged.touched)
        self.groups |= staged.groups
        self.number += staged.born


class Staged:
    """A batch's changes before they are written. `born`: new series. `folded`: changes without room of their own."""

    def __init__(self, tally: Tally, history: bool) -> None:
        self._tally, self._history = tally, history
        self.touched: dict[Series, Held] = {}
        self.groups: set[Group] = set()
        self.born = self.folded = 0
        self._elsewhere: dict[Series, Held] = {}
        self._overflown: set[Series] = set()

    def apply(self, changes: Iterable[Change]) -> None:
        history = self._history
        for change in changes:
            series = change.series
            birth = isinstance(change, Add) and not change.amount
            if birth and series in self._tally.held:
                continue
            held = self.touched.get(series) or self._place(series)
            if isinstance(change, Add):
                held.add(change.amount, change.run_id, history)
            elif isinstance(change, Observe):
                held.observe(change.value, change.run_id, history)
            elif isinstance(change, Keep):
                # Of what is counted together there are no percentiles.
                if series not in self._overflown:
                    held.keep(change.value, change.at)
                continue
            else:
                held.put(change.value, change.at)
            if self._overflown and series in self._overflown and not birth:
                self.folded += 1

    def kept(self) -> Iterator[Held]:
        """Series that have other last values than before."""
        for series, held in self.touched.items():
            known = self._tally.held.get(series)
            if held.recent and (known is None or held.recent is not known.recent):
                yield held

    def _place(self, asked: Series) -> Held:
        """Where a series that was not touched yet is counted: its own copy, or that of the one that takes it up."""
        known = self._tally.held.get(asked)
        if known is not None:
            held = self.touched[asked] = known.copy()
            return held
        if asked not in self._elsewhere:
            self._elsewhere[asked] = self._copy(self._room(asked))
        return self._elsewhere[asked]

    def _copy(self, series: Series) -> Held:
        held = self.touched.get(series)
        if held is None:
            known = self._tally.held.get(series)
            held = self.touched[series] = known.copy() if known else self._bear(series)
        return held

    def _bear(self, series: Series) -> Held:
        self.born += 1
        return new_held(self._tally.families[series.family], self._tally.number + self.born)

    def _room(self, asked: Series) -> Series:
        """The name under which a series that does not exist is counted: its own while there is room."""
        tally, known = self._tally, self._tally.held
        series = tidied(asked)
        if series in known or series in self.touched:
            return series
        family, count = tally.families[series.family], len(known) + self.born
        group = group_of(family, series)
        within = group is None or group in tally.groups or group in self.groups
        if count < (tally.budget.for_members() if within else tally.budget.for_groups()):
            if group is not None:
                self.groups.add(group)
            return series
        place = overflow(family, series, ChainMap(self.touched, known), count, tally.budget)
        if place != series:
            self._overflown.add(asked)
        return place
