"""Remarks about a whole run, each told once: what the cache does not see and may have changed, and what was not compared."""

from __future__ import annotations

from collections.abc import Sequence

from kfpops.cache.explanation import TaskExplanation
from kfpops.render.words import count

# Tasks up to so many are named, of more the number is told.
_NAMED = 2


def notes_of(tasks: Sequence[TaskExplanation], against: str) -> tuple[str, ...]:
    """`against`: the run that misses were to be compared with, "" when none was asked for."""
    hits = [t.task for t in tasks if t.verdict == "hit"]
    found = []
    if against and hits:
        found.append(f"--against is for misses: a hit is compared with nothing ({_tasks(hits)}).")
    same: dict[str, list[str]] = {}
    for task in tasks:
        for warning in task.warnings:
            if warning.changed is None:
                same.setdefault(warning.text, []).append(task.task)
    return (*found, *(f"{text} Concerns {_tasks(names)}." for text, names in same.items()))


def _tasks(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) <= _NAMED else count(len(names), "task")
