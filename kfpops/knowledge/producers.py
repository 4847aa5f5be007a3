"""Which execution really made an artifact: KFP lets a cache hit and an importer write the same output event as its maker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Final

from kfpops.knowledge.lineage_ids import by_id
from kfpops.model.lineage import CACHED, Event, Execution

_LATEST: Final = datetime.max.replace(tzinfo=timezone.utc)


def producer_of(events: Iterable[Event], executions: Mapping[str, Execution]) -> str | None:
    """The maker's id. `events` are those of one artifact; executions that are not known have no say.

    Steps come first, cache hits last: they are all that is left when the maker's row is gone. Between importers (which may
    find what exists) and DAGs (which repeat what is put out inside them) the first is the maker. Among equals the earliest
    event wins, then the smallest id; where a back end gives events no time, the execution's own stands in.
    """
    found = [(e, executions[e.execution_id]) for e in events if e.kind == "output" and e.execution_id in executions]
    if not found:
        return None
    if len(found) == 1:
        return found[0][1].id
    return min(found, key=lambda pair: _order(*pair))[1].id


def reuses(execution: Execution, producer: str | None) -> bool:
    """Whether it has an artifact among its outputs without having made it; `producer` is the artifact's.

    An importer made the row at most, never the object: a run that imports it depends on it, and nothing depends on that run.
    """
    return execution.kind == "importer" or (execution.state == CACHED and execution.id != producer)


def _order(event: Event, execution: Execution) -> tuple[int, datetime, bool, tuple[int, int, str]]:
    rank = 2 if execution.state == CACHED else 1 if execution.kind in ("importer", "dag") else 0
    return (rank, event.at or execution.created_at or _LATEST, execution.kind == "dag", by_id(execution.id))
