"""To which run an execution belongs: by the DAGs above it, of which only the latest are kept in memory."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from kfpops.knowledge.execution_place import ancestors_of, place_of
from kfpops.model.lineage import Execution, JsonValue, Place
from kfpops.ports import Lineage

Placed: TypeAlias = tuple[Execution, Place]

MOST = 20_000
"""So many executions are kept: some 15 MB. Lists come newest first, so what belongs together comes close together."""


class Owners:
    """Reads executions by id, and all ancestors of one level in one go. Not safe for several threads."""

    def __init__(self, lineage: Lineage, most: int = MOST) -> None:
        self._lineage, self._most = lineage, most
        self._known: dict[str, Execution] = {}

    def of(self, ids: Iterable[str]) -> Mapping[str, Placed]:
        """The executions with these ids and where they stand, by id; those without a row are left out."""
        wanted = tuple(dict.fromkeys(ids))
        new = [i for i in wanted if i not in self._known]
        return self.placed([*(self._known[i] for i in wanted if i in self._known), *(self._read(new) if new else ())])

    def placed(self, executions: Iterable[Execution]) -> Mapping[str, Placed]:
        """Executions that somebody has read already, and where they stand, by id."""
        ours = {e.id: _slim(e) for e in executions}
        above = ancestors_of(ours.values(), ChainMap(ours, self._known), self._read)
        everything = ChainMap(ours, above, self._known)
        found = {e.id: (e, place_of(e, everything)) for e in ours.values()}
        self._keep(everything, ours.values())
        return found

    def _read(self, ids: Sequence[str]) -> Sequence[Execution]:
        return [_slim(e) for e in self._lineage.executions(ids)]

    def _keep(self, everything: Mapping[str, Execution], used: Iterable[Execution]) -> None:
        """What was used moves to the end, with its ancestors behind it; the front is forgotten."""
        chain = {e.id: e for e in used}
        for execution in tuple(chain.values()):
            parent = everything.get(execution.parent_id)
            while parent is not None and parent.id not in chain:
                chain[parent.id] = parent
                parent = everything.get(parent.parent_id)
        for execution in chain.values():
            self._known.pop(execution.id, None)
            self._known[execution.id] = execution
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]


def _slim(execution: Execution) -> Execution:
    """Without what nobody asks for here: of the inputs only those that can be a number of accelerators."""
    inputs = {name: value for name, value in execution.inputs.items() if _countable(value)}
    if len(inputs) == len(execution.inputs) and not execution.outputs:
        return execution
    return replace(execution, inputs=inputs, outputs={})


def _countable(value: JsonValue) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and len(value) < 8 and value[:1].isdigit())
