"""In which order the tasks of two runs stand: as the data flows, else as time went.

Tasks depend on tasks of their own level only, so each level of the tree of paths is put in order by itself.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Key: TypeAlias = tuple[tuple[int, int], ...]
_SEGMENT = re.compile(r"(?P<name>.*?)(?:\[(?P<iteration>\d+)\])?")


def plain(path: str) -> str:
    """The path without its iterations: `for-loop-2[3]/train` → `for-loop-2/train`."""
    return "/".join(_parts(segment)[0] for segment in path.split("/"))


def siblings(before: str, after: str) -> tuple[str, str] | None:
    """Where two task paths part: the two tasks of one level; None when one holds the other.

    `prepare/a`, `train` → `prepare`, `train`: a task that depends on one inside a pipeline comes after all of it.
    """
    one, two = before.split("/"), after.split("/")
    for level, (x, y) in enumerate(zip(one, two)):
        if x != y:
            return "/".join(one[: level + 1]), "/".join(two[: level + 1])
    return None


def keys(offsets: Mapping[str, float], edges: Iterable[tuple[str, str]]) -> dict[str, Key]:
    """A key to sort each path by.

    `offsets`: when each began, in seconds after its run's begin. `edges`: pairs of task paths (without iterations), the
    first of which must come before the second; those that close a circle are left aside.
    """
    earliest: dict[str, float] = {}
    for path, offset in offsets.items():
        names = plain(path).split("/")
        for end in range(1, len(names) + 1):
            name = "/".join(names[:end])
            earliest[name] = min(offset, earliest.get(name, offset))
    pairs = (siblings(before, after) for before, after in edges)
    ranks = _ranked(earliest, {p for p in pairs if p and p[0] in earliest and p[1] in earliest})
    return {path: _key(path, ranks) for path in offsets}


def _key(path: str, ranks: Mapping[str, int]) -> Key:
    found: list[tuple[int, int]] = []
    name = ""
    for segment in path.split("/"):
        task, iteration = _parts(segment)
        name = f"{name}/{task}" if name else task
        found.append((ranks[name], iteration))
    return tuple(found)


def _ranked(offsets: Mapping[str, float], edges: set[tuple[str, str]]) -> dict[str, int]:
    """Ranks of all names at once: names of different levels are never compared."""
    after: dict[str, list[str]] = {}
    waits: dict[str, int] = dict.fromkeys(offsets, 0)
    for first, second in sorted(edges):
        after.setdefault(first, []).append(second)
        waits[second] += 1
    ready = [(offsets[name], name) for name, number in waits.items() if not number]
    rest = sorted(((offset, name) for name, offset in offsets.items()), reverse=True)
    heapq.heapify(ready)
    ranks: dict[str, int] = {}
    while len(ranks) < len(offsets):
        # Nothing is ready: a circle. The earliest of the rest opens it.
        name = heapq.heappop(ready)[1] if ready else rest.pop()[1]
        if name in ranks:
            continue
        ranks[name] = len(ranks)
        for other in after.get(name, ()):
            waits[other] -= 1
            if not waits[other]:
                heapq.heappush(ready, (offsets[other], other))
    return ranks


def folded(paths: Iterable[str]) -> str:
    """One name for paths of one task: `for-loop-2[3-7]/train`; `[*]` where the iterations have gaps."""
    columns = list(zip(*([_parts(segment) for segment in path.split("/")] for path in paths)))
    return "/".join(_folded([iteration for _, iteration in column], column[0][0]) for column in columns)


def _folded(iterations: list[int], name: str) -> str:
    known = sorted({i for i in iterations if i >= 0})
    if not known:
        return name
    low, high = known[0], known[-1]
    if len(known) != high - low + 1:
        return f"{name}[*]"
    return f"{name}[{low}]" if low == high else f"{name}[{low}-{high}]"


def _parts(segment: str) -> tuple[str, int]:
    """Name and iteration, -1 without one."""
    found = _SEGMENT.fullmatch(segment)
    if found is None:
        return segment, -1
    return found["name"], int(found["iteration"]) if found["iteration"] else -1
