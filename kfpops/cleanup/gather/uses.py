"""From events to uses: which run has what to do with an artifact, and which execution belongs to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from kfpops.cleanup.gather.owners import Placed
from kfpops.cleanup.inventory import How, Use
from kfpops.model.lineage import CACHED, Event, Execution

_ORDER: Final[tuple[How, ...]] = ("made", "cached", "imported", "read", "attributed")


def uses_in(events: Iterable[Event], executions: Mapping[str, Placed]) -> tuple[tuple[Use, ...], tuple[str, ...]]:
    """One use for each run, the strongest first; and the ids of executions of which nobody knows the run.

    A DAG repeats what is put out inside it: that alone says only that the two belong together.
    """
    found: dict[str, How] = {}
    nobodys: dict[str, None] = {}
    for event in events:
        execution, place = executions.get(event.execution_id, (None, None))
        if execution is None or place is None or not place.run_id:
            nobodys[event.execution_id] = None
            continue
        how, known = _how(event, execution), found.get(place.run_id)
        if known is None or _ORDER.index(how) < _ORDER.index(known):
            found[place.run_id] = how
    ordered = sorted(found.items(), key=lambda item: (_ORDER.index(item[1]), item[0]))
    return tuple(Use(run_id, how) for run_id, how in ordered), tuple(nobodys)


def with_attributed(uses: Sequence[Use], run_ids: Iterable[str]) -> tuple[Use, ...]:
    """The uses, and those that only an attribution tells of."""
    known = {use.run_id for use in uses}
    return (*uses, *(Use(run_id, "attributed") for run_id in dict.fromkeys(run_ids) if run_id not in known))


def _how(event: Event, execution: Execution) -> How:
    if event.kind == "input":
        return "read"
    if execution.kind == "importer":
        return "imported"
    if execution.kind == "dag":
        return "attributed"
    return "cached" if execution.state == CACHED else "made"
