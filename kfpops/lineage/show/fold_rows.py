"""What a folded graph is made of: rows, each for one node or for many that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["up", "down"]
Relation: TypeAlias = Literal["start", "input", "output", "used", "taken", "same"]
"""What a row is to the one above it: `used` took it as input, `taken` has it as output but did not make it, `same` is at
the same URI."""

LOGS = "executor-logs"
"""The output under which KFP's launcher keeps a step's log (backend/src/v2/component/launcher_v2.go)."""


@dataclass(frozen=True, slots=True)
class Row:
    """`nodes` are told together. `makers`: what made them, upwards and of `same`.

    `again`: they have a row of their own, above or below as `where` says ("": it is not shown). A row without nodes counts
    how many `more` have none.
    """

    depth: int
    relation: Relation
    nodes: tuple[str, ...]
    ports: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    again: bool = False
    where: Literal["", "above", "below"] = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows in the order in which they are read. `logs` are artifacts that have no row, `beyond` counts other such nodes."""

    rows: tuple[Row, ...]
    logs: frozenset[str] = frozenset()
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """`rows` in all and `children` of one row at most, None: as many as there are. `logs`: whether they are shown."""

    rows: int | None = 300
    children: int | None = 40
    logs: bool = False


EVERYTHING = Limits(None, None, logs=True)


Roots: TypeAlias = Sequence[Sequence[str]]
"""Nodes that are told together, for each of the trees."""
