"""The ports `Pipelines`, `PipelineChanges` and `Lock` over the world's KFP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from kfpops.errors import Busy, NotFound
from kfpops.model.log import Log
from kfpops.model.run import CacheRow, Experiment, KfpHealth, RecurringRun, Run
from kfpops.model.workflow import Workflow
from tests.cleanup.world.kfp import NAMESPACE
from tests.cleanup.world.process import Process
from tests.cleanup.world.world import World

PAGE = 3


@dataclass
class MemoryPipelines:
    process: Process

    def __post_init__(self) -> None:
        self.kfp = self.process.world.kfp

    def health(self) -> KfpHealth:
        return self.process.call("kfp health", lambda: KfpHealth("2.17.0", bool(self.kfp.users)))

    def run(self, run_id: str) -> Run:
        def effect() -> Run | None:
            self.process.world.reader.asked[run_id] = self.process.world.reader.turn
            return self.kfp.runs.get(run_id)

        found = self.process.call("get run", effect)
        if found is None or self._is_hidden(found):
            raise NotFound(f"There is no run {run_id}.")
        return replace(found, state="SUCCEEDED") if "wait" in self.process.world.broken else found

    def runs(
        self,
        namespace: str,
        *,
        name: str = "",
        id_part: str = "",
        state: str = "",
        experiment_id: str = "",
        since: datetime | None = None,
        limit: int | None = None,
        whole: bool = False,
    ) -> Iterator[Run]:
        """Newest first. A run that begins while pages are read stands above what was read, and is not seen."""
        last: tuple[datetime | None, str] | None = None
        given = 0
        while limit is None or given < limit:
            page = self.process.call("list runs", partial(self._page, namespace, last))
            for run in page:
                fits = name in ("", run.name) and id_part in run.id and state in ("", run.state)
                if fits and experiment_id in ("", run.experiment_id) and not self._older(run, since):
                    given += 1
                    yield run
            if len(page) < PAGE:
                return
            last = (page[-1].created_at, page[-1].id)

    def _page(self, namespace: str, last: tuple[datetime | None, str] | None) -> list[Run]:
        """A KFP with users tells of one namespace at a time."""
        wanted = [r for r in self.kfp.runs.values() if namespace in ("", r.namespace) and not self._is_hidden(r)]
        rows = sorted(wanted, key=lambda r: (str(r.created_at), r.id), reverse=True)
        return [r for r in rows if last is None or (str(r.created_at), r.id) < (str(last[0]), last[1])][:PAGE]

    def _is_hidden(self, run: Run) -> bool:
        return "namespace" in self.process.world.broken and run.namespace == self.kfp.users[-1]

    def _older(self, run: Run, since: datetime | None) -> bool:
        return since is not None and run.created_at is not None and run.created_at < since

    def workflow(self, run_id: str) -> Workflow | None:
        return self.process.call("get workflow", lambda: None)

    def archived_log(self, run_id: str, node_id: str) -> Log | None:
        return self.process.call("get log", lambda: None)

    def cache_rows(self, namespace: str) -> Iterator[CacheRow]:
        """All of them: whoever reads the cache must read it whole."""
        rows = self.process.call("cache rows", lambda: list(self.kfp.cache))
        return iter(rows)

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]:
        return self.process.call("recurring runs", lambda: ())

    def pipeline_count(self, namespace: str) -> int:
        return self.process.call("pipelines", lambda: 0)

    def experiments(self, namespace: str) -> Sequence[Experiment]:
        return self.process.call("experiments", lambda: (Experiment("experiment-1", "Default", NAMESPACE),))


@dataclass
class MemoryPipelineChanges:
    """KFP deletes a run whatever it does: one that a user retries in this moment goes as well, which is counted."""

    process: Process

    def delete_run(self, run_id: str) -> bool:
        def effect() -> bool:
            kfp = self.process.world.kfp
            self.process.world.reader.evicts(run_id)
            return "evict" in self.process.world.broken or kfp.delete_run(run_id)

        return self.process.call("delete run", effect)


@dataclass
class Lease:
    """Outlives processes: a dead holder's hold ends, a living one's does not."""

    world: World
    holder: Process | None = None
    generation: int = 0
    grabs: list[int] = field(default_factory=list)


@dataclass
class MemoryLock:
    process: Process
    lease: Lease

    def acquire(self) -> int:
        def effect() -> int:
            if self.lease.holder is not None and not self.lease.holder.dead and self.lease.holder is not self.process:
                raise Busy("Another clean-up holds the lock.")
            self.lease.holder = self.process
            self.lease.generation += 1
            self.lease.grabs.append(self.lease.generation)
            self.process.generation = self.lease.generation
            return self.lease.generation

        return self.process.call("acquire", effect)

    def renew(self) -> None:
        def effect() -> None:
            if self.lease.generation != self.process.generation:
                raise Busy("Another clean-up has taken the lock.")

        self.process.call("renew", effect)

    def release(self) -> None:
        def effect() -> None:
            if self.lease.generation == self.process.generation:
                self.lease.holder = None

        self.process.call("release", effect)
