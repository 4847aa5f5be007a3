"""Lines of `mlmd/*.jsonl` with indexes that stay small: a line is decoded when it is asked for, events are columns."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from sys import intern

import msgspec

from kfpops.knowledge.mlmd import moment
from kfpops.knowledge.mlmd_json import Link, Thing, decoder, read_line
from kfpops.model.lineage import Event

_THING, _LINK = decoder(Thing), decoder(Link)


class Things:
    """A file of artifacts or executions. `bad` counts lines that cannot be read; of two with one id the last holds."""

    def __init__(self, body: bytes) -> None:
        self._body = memoryview(body)
        self._lines: dict[str, int] = {}
        self._starts, self._ends = array("q"), array("q")
        self._by_uri: dict[str, list[str]] = {}
        self.bad = 0
        created: dict[str, int] = {}
        for start, end in _lines(body):
            thing = read_line(_THING, self._body[start:end])
            if thing is None:
                self.bad += 1
                continue
            id = str(thing.id)
            self._lines[id] = len(self._starts)
            self._starts.append(start)
            self._ends.append(end)
            created[id] = thing.create_time_since_epoch or 0
            if thing.uri:
                self._by_uri.setdefault(thing.uri, []).append(id)
        self.oldest_first = _sorted(created)

    def get(self, ids: Iterable[str]) -> Iterator[Thing]:
        """Those that are there, in the order of the ids, each once."""
        for id in dict.fromkeys(ids):
            number = self._lines.get(id)
            if number is None:
                continue
            thing = read_line(_THING, self._body[self._starts[number] : self._ends[number]])
            if thing is not None:
                yield thing

    def at(self, uris: Iterable[str]) -> list[str]:
        """The ids of those with one of these URIs, by id."""
        found = {id for uri in set(uris) for id in self._by_uri.get(uri, ())}
        return sorted(found, key=lambda id: (len(id), id) if id.isdecimal() else (0, id))


class Links:
    """A file of events."""

    def __init__(self, body: bytes) -> None:
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._artifacts, self._executions, self._times = array("i"), array("i"), array("q")
        self._kinds: list[str] = []
        self._ports: list[str] = []
        self.bad = 0
        view = memoryview(body)
        for start, end in _lines(body):
            link = read_line(_LINK, view[start:end])
            if link is None:
                self.bad += 1
            else:
                self._add(link)
        self._by_artifact, self._by_execution = _Index(self._artifacts), _Index(self._executions)

    def of_artifacts(self, ids: Iterable[str]) -> list[Event]:
        return self._found(self._by_artifact, ids)

    def of_executions(self, ids: Iterable[str]) -> list[Event]:
        return self._found(self._by_execution, ids)

    def _add(self, link: Link) -> None:
        kind = link.kind
        if kind is None:
            return
        self._artifacts.append(self._number(str(link.artifact_id)))
        self._executions.append(self._number(str(link.execution_id)))
        self._times.append(link.milliseconds_since_epoch or 0)
        self._kinds.append(kind)
        self._ports.append(intern(link.port))

    def _number(self, id: str) -> int:
        """Artifacts and executions of one id share its number: they stand in columns of their own."""
        number = self._numbers.setdefault(id, len(self._ids))
        if number == len(self._ids):
            self._ids.append(id)
        return number

    def _found(self, index: _Index, ids: Iterable[str]) -> list[Event]:
        known = [self._numbers[id] for id in dict.fromkeys(ids) if id in self._numbers]
        return [self._event(position) for number in known for position in index.positions(number)]

    def _event(self, position: int) -> Event:
        return Event(
            artifact_id=self._ids[self._artifacts[position]],
            execution_id=self._ids[self._executions[position]],
            kind="input" if self._kinds[position] == "input" else "output",
            port=self._ports[position],
            at=moment(self._times[position]),
        )


class _Index:
    """Where each number stands in a column: positions sorted by number, those of one number as in the file."""

    def __init__(self, column: Sequence[int]) -> None:
        self._order = array("i", sorted(range(len(column)), key=column.__getitem__))
        self._keys = array("i", (column[position] for position in self._order))

    def positions(self, number: int) -> Sequence[int]:
        return self._order[bisect_left(self._keys, number) : bisect_right(self._keys, number)]


def _sorted(created: dict[str, int]) -> tuple[str, ...]:
    """MLMD counts upwards; ids that are no numbers tell nothing, so there the times do."""
    if all(id.isdecimal() for id in created):
        return tuple(sorted(created, key=int))
    return tuple(sorted(created, key=lambda id: (created[id], id)))


def decoded(kind: type[msgspec.Struct], body: bytes) -> tuple[list[msgspec.Struct], int]:
    """All lines of a small file as values, and how many cannot be read."""
    reading = decoder(kind)
    found = [read_line(reading, body[start:end]) for start, end in _lines(body)]
    good = [value for value in found if value is not None]
    return good, len(found) - len(good)


def _lines(body: bytes) -> Iterator[tuple[int, int]]:
    """Where lines that are not blank begin and end."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        if end > start and not body[start:end].isspace():
            yield start, end
        start = end + 1
