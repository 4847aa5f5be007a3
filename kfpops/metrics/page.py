"""What the poll hands on: a page of runs as KFP listed it, and what becomes of it in the checkpoint in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kfpops.metrics.change import Change
from kfpops.model.run import Run


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has not ended, as it was last seen. `began_at`: its attempt's begin; None when KFP does not tell."""

    run_id: str
    namespace: str
    pipeline: str
    state: str
    created_at: datetime | None = None
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list. `namespace`: what was asked for, "" on a KFP without users; runs may tell more of theirs.

    `cursor`: everything created before it was read whole, None leaves the checkpoint's as it is. `gone`: runs that were
    open and that KFP does not know any more: they are open no longer, and count for nothing.
    """

    namespace: str
    runs: tuple[Run, ...] = ()
    cursor: datetime | None = None
    gone: tuple[str, ...] = ()


class Counting(NamedTuple):
    """What a run adds. `before`: attempts that were counted when `changes` were made, `after`: from now on.

    A run that adds nothing is told too: the checkpoint remembers that it was there.
    """

    run_id: str
    before: int
    after: int
    changes: tuple[Change, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What a page changes: `Checkpoint.ingest` writes all of it or nothing.

    `changes`: of no run, such as series that are born at 0. `opened`: runs that are open, as they are now. `closed`: ids of
    those that are not (any more). `history`: it ended before anybody measured, so it is what the series begin with.
    """

    namespace: str
    runs: tuple[Counting, ...] = ()
    changes: tuple[Change, ...] = ()
    opened: tuple[OpenRun, ...] = ()
    closed: tuple[str, ...] = ()
    cursor: datetime | None = None
    history: bool = False
