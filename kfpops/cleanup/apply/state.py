"""How far an apply has come: a fold over its journal, and nothing else. What is not in the journal has not happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, Literal, TypeAlias

from kfpops.cleanup.apply.bits import Bits
from kfpops.cleanup.apply.record import (
    GONE,
    LOST,
    Begun,
    Confirmed,
    Evicted,
    Finished,
    Intent,
    Kept,
    Marking,
    Outcome,
    Record,
    RunEvicting,
    Settled,
    Undone,
    Unmarked,
)
from kfpops.cleanup.inventory import RunFact

Phase: TypeAlias = Literal["new", "evicting", "waiting", "deleting", "finished", "undone"]
"""new: nothing was done · evicting: runs and artifacts are being made unreachable · waiting: for runs, and for the end of
the quarantine · deleting: what still may go is being judged and deleted · finished, undone: nothing is left to do.
"""

FINAL: Final = frozenset({"gone", "absent", "changed", "kept"})
"""Fates after which an object is not looked at again. What was refused or failed is tried again by the next apply."""

_EXAMPLES: Final = 20
_SIZE: Final = itemgetter(4)


@dataclass(slots=True)
class Sum:
    objects: int = 0
    bytes: int = 0

    def add(self, size: int, sign: int = 1) -> None:
        self.objects += sign
        self.bytes += sign * size


@dataclass(slots=True)
class State:
    """Grows record by record (`add`), and is changed by nothing else.

    `evicting`: runs whose record was deleted, or may have been. `marked`: artifacts that were, or may have been, marked, and
    are neither LIVE again nor DELETED; `not_live` were not LIVE before. `to_unmark`: the others among the marked that are
    kept, as are all `kept_artifacts`: LIVE again once they are seen whole. `open`: intents whose outcome nobody has seen.
    `done`, `gone`, `lost`: numbers of entries; the objects of `gone` are not there any more, those of `lost` were there when
    we looked, but the answer to a delete of them was lost.
    `sums`: by fate, `markers` those of the gone that only got a delete marker, and so free nothing. `examples`: by number
    (fate, why, key) of the last that were refused or failed, and still are.
    """

    plan: str = ""
    sha256: str = ""
    generation: int = 0
    begun_at: float | None = None
    evicting: dict[str, RunFact | None] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)
    unmarked: set[str] = field(default_factory=set)
    not_live: set[str] = field(default_factory=set)
    to_unmark: set[str] = field(default_factory=set)
    kept_artifacts: set[str] = field(default_factory=set)
    confirmed: int = 0
    waits_for: tuple[str, ...] = ()
    until: float = 0.0
    open: dict[int, Intent] = field(default_factory=dict)
    last_batch: int = 0
    done: Bits = field(default_factory=Bits)
    gone: Bits = field(default_factory=Bits)
    lost: Bits = field(default_factory=Bits)
    sums: dict[str, Sum] = field(default_factory=dict)
    kept_for: Counter[str] = field(default_factory=Counter)
    examples: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    evicted: bool = False
    settled: bool = False
    finished_at: float | None = None
    undone_at: float | None = None
    last_at: float = 0.0
    troubles: dict[str, Bits] = field(default_factory=lambda: {"refused": Bits(), "failed": Bits()})

    @property
    def phase(self) -> Phase:
        if self.undone_at is not None:
            return "undone"
        if self.finished_at is not None:
            return "finished"
        if self.settled:
            return "deleting"
        if self.evicted:
            return "waiting"
        return "new" if self.begun_at is None else "evicting"

    @property
    def bytes_freed(self) -> int:
        """Bytes of what was deleted, but for what only lies behind a delete marker."""
        return self.sum("gone").bytes - self.sum("markers").bytes

    @property
    def has_changed_anything(self) -> bool:
        return bool(self.evicting or self.marked or self.unmarked or self.last_batch)

    def sum(self, fate: str) -> Sum:
        return self.sums.get(fate) or Sum()

    def add(self, record: Record) -> None:
        self.last_at = record.at
        match record:
            case Begun():
                self.plan, self.sha256, self.generation = record.plan, record.sha256, record.generation
                self.begun_at = record.at if self.begun_at is None else self.begun_at
            case RunEvicting():
                self.evicting[record.run_id] = record.run or self.evicting.get(record.run_id)
            case Marking():
                self.marked.update(record.artifact_ids)
                self.not_live.update(record.not_live)
                self.unmarked.difference_update(record.artifact_ids)
            case Unmarked():
                self._unmark(record.artifact_ids)
            case Confirmed():
                self.confirmed += len(record.artifact_ids)
                self.marked.difference_update(record.artifact_ids)
            case Kept():
                self._keep(record)
            case Intent():
                self.open[record.batch] = record
                self.last_batch = max(self.last_batch, record.batch)
            case Outcome():
                self._settle(record)
            case Evicted():
                self.evicted, self.waits_for, self.until = True, record.waits_for, record.until
            case Settled():
                self.settled = True
            case Finished():
                self.finished_at = record.at
            case Undone():
                self.undone_at = record.at

    def _unmark(self, ids: Iterable[str]) -> None:
        ids = list(ids)
        # Those of them that are not marked had been DELETED by now.
        self.confirmed = max(0, self.confirmed - sum(id not in self.marked for id in ids))
        self.marked.difference_update(ids)
        self.to_unmark.difference_update(ids)
        self.unmarked.update(ids)

    def _keep(self, record: Kept) -> None:
        new = [number for number in record.entries if self.done.add(number)]
        for number in new:
            self._untrouble(number, 0)
        kept = self.sums.setdefault("kept", Sum())
        kept.objects += len(new)
        kept.bytes += record.bytes
        self.kept_for.update(reason for _, _, reason, _ in record.objects)
        self.kept_artifacts.update(record.artifact_ids)
        self.to_unmark.update(id for id in record.artifact_ids if id in self.marked and id not in self.not_live)

    def _settle(self, record: Outcome) -> None:
        intent = self.open.pop(record.batch, None)
        if intent is None or self._all_gone(intent, record):
            return
        for number, (_, key, _, _, size), (fate, why, marker) in zip(
            intent.entries, intent.objects, record.fates, strict=False
        ):
            self._untrouble(number, size)
            if fate not in FINAL:
                self.troubles[fate].add(number)
                self.examples[number] = fate, why, key
                if len(self.examples) > _EXAMPLES:
                    del self.examples[next(iter(self.examples))]
                if why == LOST:
                    self.lost.add(number)
            elif not self.done.add(number):
                continue
            self.sums.setdefault(fate, Sum()).add(size)
            if fate in ("gone", "absent"):
                self.gone.add(number)
                self.lost.discard(number)
            if marker:
                self.sums.setdefault("markers", Sum()).add(size)

    def _all_gone(self, intent: Intent, record: Outcome) -> bool:
        """Takes what nearly always comes in one go: all gone, nothing known of them before."""
        if record.fates.count(GONE) != len(intent.entries) or any(numbers.count for numbers in self.troubles.values()):
            return False
        known = self.done.update(intent.entries)
        self.gone.update(intent.entries)
        gone = self.sums.setdefault("gone", Sum())
        gone.objects += len(intent.entries) - len(known)
        gone.bytes += sum(map(_SIZE, intent.objects))
        if known:
            sizes = dict(zip(intent.entries, map(_SIZE, intent.objects), strict=True))
            gone.bytes -= sum(sizes[number] for number in known)
        return True

    def _untrouble(self, number: int, size: int) -> None:
        """What was refused or failed before is counted by what came of it later."""
        self.examples.pop(number, None)
        for fate, numbers in self.troubles.items():
            if numbers.discard(number):
                self.sums[fate].add(size, -1)


def state_of(records: Iterable[Record]) -> State:
    """The state after these records, from the first one on."""
    state = State()
    for record in records:
        state.add(record)
    return state
