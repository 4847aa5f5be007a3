"""Where the executions of a graph stand: their ancestors are read in batches, since KFP leaves no other way that is quick.

Asking for the contexts of an execution scans a whole table: MLMD has no index on `Association.execution_id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kfpops.knowledge.execution_place import ancestors_of, place_of
from kfpops.lineage.gather.rows import Rows
from kfpops.model.lineage import Execution, Place


def gather_places(rows: Rows, ids: Iterable[str]) -> Mapping[str, Place]:
    """The place of each of these executions, which `rows` holds already. One request for each level of nesting."""
    ids = list(ids)

    def read(parents: Sequence[str]) -> Sequence[Execution]:
        rows.read_executions(parents)
        return [rows.executions[i] for i in parents if i in rows.executions]

    ancestors_of([rows.executions[i] for i in ids], rows.executions, read)
    return {i: place_of(rows.executions[i], rows.executions) for i in ids}
