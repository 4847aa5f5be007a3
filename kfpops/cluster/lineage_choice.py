"""The lineage store of whichever back end there is: chosen when it is first asked, then asked directly."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from kfpops.cluster.kfp_route import KfpRoute
from kfpops.errors import Forbidden, KfpopsError, Unreachable
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, LineageHealth, RunContext
from kfpops.ports import Lineage
from kfpops.settings import Settings

_log = logging.getLogger(__name__)

_AGAIN: Final = 30.0
"""Seconds for which a failed choice stands: it may have cost a time-out, and is asked for again with each run."""


class LineageChoice:
    """`kfpops.ports.Lineage` by the one that `choose` gives, called when something is asked. Safe for several threads."""

    def __init__(self, choose: Callable[[], Lineage]) -> None:
        self._choose = choose
        self._lock = threading.Lock()
        self._chosen: Lineage | None = None
        self._failed: KfpopsError | None = None
        self._failed_at = 0.0
        self.clock: Callable[[], float] = time.monotonic

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        return self._lineage().artifacts(ids)

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        return self._lineage().executions(ids)

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        return self._lineage().events_of_artifacts(ids)

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        return self._lineage().events_of_executions(ids)

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        return self._lineage().artifacts_at(uris)

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        return self._lineage().runs(run_ids)

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        return self._lineage().executions_of_run(run_id)

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        return self._lineage().artifacts_of_run(run_id)

    def all_runs(self) -> Iterator[RunContext]:
        return self._lineage().all_runs()

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        return self._lineage().find_artifacts(query)

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        return self._lineage().find_executions(query)

    def health(self) -> LineageHealth:
        return self._lineage().health()

    def chosen(self) -> Lineage:
        """The one that is asked."""
        return self._lineage()

    def close(self) -> None:
        """Closes what the chosen one keeps open, if it keeps anything."""
        with self._lock:
            close = getattr(self._chosen, "close", None)
            self._chosen = None
        if close is not None:
            close()

    def _lineage(self) -> Lineage:
        with self._lock:
            if self._chosen is not None:
                return self._chosen
            if self._failed and self.clock() - self._failed_at < _AGAIN:
                raise self._failed
            try:
                self._chosen = self._choose()
            except KfpopsError as error:
                self._failed, self._failed_at = error, self.clock()
                raise
            return self._chosen


def choose_lineage(settings: Settings, route: KfpRoute, namespace: str, open_mlmd: Callable[[], Lineage]) -> Lineage:
    """The database or the address that the settings name; else KFP's own API, if the server has it; else ML Metadata.

    `namespace`: the user's, whose artifacts KFP's API shows where it has users. When KFP does not answer and there is no
    ML Metadata either, KFP's error is raised; what kept us from ML Metadata stands in its hint.
    """
    if settings.metadata_db:
        from kfpops.cluster.mlmd_database import open_database

        return open_database(settings.metadata_db, timeout=settings.request_timeout)
    if settings.metadata_url:
        return open_mlmd()
    from kfpops.cluster.kfp_lineage import KfpLineage, available

    unknown: Unreachable | None = None
    try:
        if available(route):
            return KfpLineage(route, namespace)
    except Unreachable as error:
        _log.debug("KFP does not tell whether it has lineage of its own: %s", error.message)
        unknown = error
    try:
        return open_mlmd()
    except Unreachable as error:
        if unknown is None:
            raise
        raise _both(unknown, error) from error


def _both(kfp: Unreachable, mlmd: Unreachable) -> Unreachable:
    """KFP's error, with ML Metadata's in its hint when that is another one: a missing right, mostly."""
    if mlmd.message == kfp.message or not isinstance(mlmd, Forbidden):
        return kfp
    hint = f"{kfp.hint}\nML Metadata is closed to you, too: {mlmd.message} {mlmd.hint}".strip()
    return Forbidden(kfp.message, hint, kfp.needs) if isinstance(kfp, Forbidden) else Unreachable(kfp.message, hint)
