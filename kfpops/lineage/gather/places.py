"""Where the executions of a graph stand: their ancestors are read in batches, since KFP leaves no other way that is quick.

Asking for the contexts of an execution scans a whole table: MLMD has no index on `Association.execution_id`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kfpops.knowledge.execution_place import place_of
from kfpops.lineage.gather.rows import Rows
from kfpops.model.lineage import Place


def gather_places(rows: Rows, ids: Iterable[str]) -> Mapping[str, Place]:
    """The place of each of these executions, which `rows` holds already. One request for each level of nesting."""
    ids = list(ids)
    above = [rows.executions[i] for i in ids]
    seen: set[str] = set()
    while above:
        parents = dict.fromkeys(e.parent_id for e in above if e.parent_id and e.parent_id not in seen)
        seen.update(parents)
        rows.read_executions(parents)
        above = [rows.executions[i] for i in parents if i in rows.executions]
    return {i: place_of(rows.executions[i], rows.executions) for i in ids}
