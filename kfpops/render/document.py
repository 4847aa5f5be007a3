"""A document: what a command has to say, without a word about how it will look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["good", "bad", "waiting", "plain"]
"""How the verdict is meant; formats that know colours use green, red, yellow, none."""


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 opens a part (one finding), 2 a section within it. `note` stands beside it: a cause id."""

    text: str
    level: Literal[1, 2] = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of somebody else, lines kept. `source` says where they were read."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be copied: no format may break or re-indent them. `language` is "python", "shell" …"""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as there are columns. Only the last column may be long: text formats wrap it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyValues:
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a tree. `depth` 0 is a root. `label` names a thing, `detail` tells of it, below it where room is short."""

    depth: int
    label: str
    detail: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Tree:
    """Branches in reading order: what follows one and is deeper stands below it. A depth grows by one at most."""

    branches: tuple[Branch, ...]


Block: TypeAlias = Heading | Paragraph | Quote | Code | Bullets | Table | KeyValues | Tree


@dataclass(frozen=True, slots=True)
class Document:
    """`title` names the subject, `verdict` is the answer in one or two sentences; the blocks say why."""

    title: str
    verdict: str
    tone: Tone = "plain"
    blocks: tuple[Block, ...] = ()
