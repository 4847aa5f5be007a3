"""The tasks of a run, from its executions in the lineage store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Final

from kfpops.knowledge.execution_place import place_of
from kfpops.metrics.attempt import Attempt, attempt_at, known
from kfpops.metrics.seen import SeenTask
from kfpops.model.lineage import CACHED, CANCELED, COMPLETE, FAILED, Execution

_STATES: Final = {COMPLETE: "SUCCEEDED", CACHED: "CACHED", FAILED: "FAILED", CANCELED: "SKIPPED"}
"""MLMD's words → KFP's. CANCELED is what was not triggered."""

_NEVER: Final = datetime.min.replace(tzinfo=timezone.utc)


def tasks_of(executions: Iterable[Execution], attempts: tuple[Attempt, ...]) -> tuple[SeenTask, ...]:
    """The tasks of a run's attempts that have ended; `executions`: all that the store holds of the run.

    Several executions of one task, or of one iteration of it, in one attempt are one task whose driver was retried. Retries
    of the executor alone write no execution: they are not seen here. An execution that the store leaves running was killed
    with its pod or cancelled with its run, whose state it then has.
    """
    by_id = {execution.id: execution for execution in executions}
    tries: Mapping[tuple[int, str], list[Execution]] = defaultdict(list)
    for execution in by_id.values():
        number = attempt_at(attempts, known(execution.created_at))
        if number is not None and execution.task and execution.kind in ("container", "importer"):
            tries[number, place_of(execution, by_id).path].append(execution)
    return tuple(_task(found, attempts[number]) for (number, _), found in tries.items())


def _task(tries: list[Execution], attempt: Attempt) -> SeenTask:
    newest = max(tries, key=lambda execution: execution.created_at or _NEVER)
    ended_at = known(newest.updated_at) if newest.state in _STATES else None
    state = _STATES.get(newest.state) or ("CANCELED" if attempt.state == "CANCELED" else "FAILED")
    return SeenTask(newest.task, state, known(newest.created_at), ended_at, len(tries) - 1)
