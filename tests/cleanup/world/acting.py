"""Who does what when, beside clean-up: schedules, those who follow them, and what ports may only pretend to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tests.cleanup.world.pipelines import Steps

Ingredient: TypeAlias = Literal[
    "evict",
    "mark",
    "wait",
    "condition",
    "journal",
    "version",
    "undelete",
    "bucket",
    "pins",
    "tags",
    "namespace",
    "upload",
]
"""evict: runs are not deleted · mark: the lineage store cannot be written to · wait: a run that is asked for has ended ·
condition: a delete has none · journal: what is written of uploads is lost · version: a delete of an old version takes what
is current · undelete: markers stay · bucket: a delete takes the key from every bucket · pins: nobody reads the pins file ·
tags: nor an artifact's metadata · namespace: KFP hides the runs of the last one · upload: all uploads to a key are aborted.
"""


class Killed(BaseException):
    """kill -9: nothing of the process runs any more, whatever it catches."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`steps`: point → which actors take a step there, in their order. `kills`: points at which the process dies.

    `at`: the same as `steps` by what is called, at every such call: "delete" is before one, "delete, answered" after it.
    """

    steps: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    kills: frozenset[int] = frozenset()
    at: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass
class Actor:
    """Somebody in the world. `run_id`: whose pods these are, "" for a user; they live `linger` steps longer than the run."""

    name: str
    steps: Steps
    run_id: str = ""
    linger: int = 2
    begun: bool = False
    over: bool = False
    busy: bool = False
