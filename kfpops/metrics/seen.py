"""A run as it was seen by a poll, with what is told of it elsewhere: the whole input of counting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kfpops.model.run import Run


@dataclass(frozen=True, slots=True)
class SeenTask:
    """A task that ended. `component`: its name in the pipeline, the same for all iterations of a loop.

    `state`: SUCCEEDED, FAILED, SKIPPED, CANCELED or CACHED. `retries`: how often it was tried again within one attempt of
    its run. Times are None when unknown.
    """

    component: str
    state: str
    began_at: datetime | None = None
    ended_at: datetime | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class SeenRun:
    """`namespace`, `pipeline` and `recurring` (the recurring run) are names, "" when there is none.

    `cause`: id of the first cause that `diagnose` finds in the run's last attempt, `unexplained` when it finds none, "" when
    nobody looked. `tasks`: of all attempts.
    """

    run: Run
    namespace: str
    pipeline: str
    recurring: str = ""
    cause: str = ""
    tasks: tuple[SeenTask, ...] = ()
