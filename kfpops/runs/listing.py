"""A list of runs: what was asked for, and each run with its state, its duration and, where known, its cause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kfpops.model.diagnosis import Source, State
from kfpops.model.finding import NotChecked
from kfpops.model.run import Run


@dataclass(frozen=True, slots=True)
class Query:
    """Empty and None: no restriction. `pipeline` and `experiment` are names; `namespace` None: all namespaces."""

    namespace: str | None
    state: State | None = None
    pipeline: str = ""
    experiment: str = ""
    since: datetime | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Row:
    """`seconds` is how long it took, or has taken so far; None when KFP has no time for it. `cause`: an id."""

    run: Run
    state: State
    seconds: float | None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """`rows` newest first; `more`: there are others beyond the limit."""

    source: Source
    now: datetime
    rows: tuple[Row, ...]
    more: bool = False
    missing: tuple[NotChecked, ...] = ()
