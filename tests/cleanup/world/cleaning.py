"""The real `make_plan` and `apply_plan`, run on the world: one life after the other, until nothing is left to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kfpops.cleanup.apply.apply import Work, apply_plan, undo_plan
from kfpops.cleanup.apply.journal import read_journal
from kfpops.cleanup.apply.outcome import Result
from kfpops.cleanup.apply.record import Intent
from kfpops.cleanup.gather.plan import PlanRequest, make_plan
from kfpops.cleanup.policy.read import read_policy
from kfpops.errors import KfpopsError, Unreachable
from kfpops.model.diagnosis import Source
from kfpops.ports import Changes, Cluster
from tests.cleanup.world.acting import Killed
from tests.cleanup.world.bucket import MemoryBucket, name_of
from tests.cleanup.world.bucket_changes import Going, MemoryBucketChanges
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.installation import kubernetes_of
from tests.cleanup.world.kfp import NAMESPACE
from tests.cleanup.world.lineage import MemoryLineage, MemoryLineageChanges
from tests.cleanup.world.ports import Lease, MemoryLock, MemoryPipelineChanges, MemoryPipelines
from tests.cleanup.world.process import Process
from tests.cleanup.world.world import World


@dataclass
class Cleaning:
    """A cleaner with its folder. `wrong`: what must never be, of the journal and of states. `ends`: how each life ended.

    `patient`: it waits for runs and for the end of the quarantine, else it ends there. `told`: what the last life that came
    to an end gave; None after a death or an error.
    """

    world: World
    policy: str
    folder: Path
    faults: Faults = field(default_factory=Faults)
    wrong: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    patient: bool = True
    told: Result | None = None
    deaths: int = 0

    def __post_init__(self) -> None:
        self.lease = Lease(self.world)
        self.plan, self.journal = self.folder / "plan.jsonl", self.folder / "journal.jsonl"

    def until_done(self, lives: int = 40) -> bool:
        """Plans and applies, again after each death; whether it came to an end."""
        return any(self.live() for _ in range(lives))

    def live(self) -> bool:
        """One process, from its start to its end or death. False: it died or did not reach the store, and is to go on."""
        return self._lived(self._plan_and_apply)

    def undo(self) -> bool:
        """One process that takes the plan back; as `live`."""
        return self._lived(lambda p: undo_plan(self.plan, lambda: self.cluster(p), self.changes(p), self._work(p)))

    def _plan_and_apply(self, process: Process) -> Result:
        if not self.plan.exists():
            policy = read_policy(self.policy, "policy.yaml")
            pins = "" if "pins" in self.world.broken else "\n".join(self.world.pins_file)
            make_plan(self.cluster(process), policy, PlanRequest("policy.yaml", pins), self.plan)
        return apply_plan(self.plan, lambda: self.cluster(process), self.changes(process), self._work(process))

    def _lived(self, act: Callable[[Process], Result]) -> bool:
        process = Process(self.world, at_death=self._remember)
        self.told = None
        try:
            self.told = result = act(process)
        except Killed as killed:
            self._restore()
            self.deaths += 1
            self.ends.append(str(killed))
            return False
        except KfpopsError as error:
            self.ends.append(f"{type(error).__name__}: {error.message}")
            return not isinstance(error, Unreachable)
        finally:
            process.dead = True
            self.calls += process.calls
        left = result.state.phase not in ("finished", "undone", "new")
        self.ends.append(f"stopped: {result.stopped or result.left}" if left else "done")
        return not left

    def cluster(self, process: Process) -> Cluster:
        kfp = self.world.kfp
        return Cluster(
            source=Source("cluster", "memory"), namespace=NAMESPACE, home=lambda: NAMESPACE, now=kfp.now,
            kubernetes=kubernetes_of(kfp.users), pipelines=MemoryPipelines(process), store=None,
            lineage=MemoryLineage(process), bucket=lambda uri: MemoryBucket(process, self.faults, name_of(uri)),
        )  # fmt: skip

    def changes(self, process: Process) -> Changes:
        lineage = None if "mark" in self.world.broken else MemoryLineageChanges(process, self.faults, self.wrong)
        return Changes(
            bucket=lambda uri: MemoryBucketChanges(process, self.faults, name_of(uri), self._is_journalled),
            pipelines=MemoryPipelineChanges(process), lineage=lineage, lock=lambda uri: MemoryLock(process, self.lease),
        )  # fmt: skip

    def _work(self, process: Process) -> Work:
        def sync(file: int) -> None:
            process.point("journal written")
            os.fsync(file)
            process.point("journal synced")

        folder = self.folder / "work"
        folder.mkdir(exist_ok=True)
        return Work(
            journal=self.journal, folder=folder, clock=lambda: self.world.kfp.now.timestamp(), sleep=process.slept,
            wait=self.patient, say=lambda text: None, sync=sync,
        )  # fmt: skip

    def _is_journalled(self, batch: Sequence[Going]) -> None:
        """Called before anything of a batch is deleted: all of it must stand in the journal as an intent by now."""
        records = read_journal(self.journal)
        intents = [record for record in records if isinstance(record, Intent)]
        if "journal" in self.world.broken:
            intents = [intent for intent in intents if intent.what != "uploads"]
        named = {(o[0], o[1], o[3]) for intent in intents for o in intent.objects}
        self.wrong += [f"{'/'.join(one)} is deleted without an intent" for one in batch if one not in named]

    def _remember(self) -> None:
        """What is on the disk when the process dies: its last `finally` does not run."""
        self._disk = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def _restore(self) -> None:
        for path in [path for path in self.folder.rglob("*") if path.is_file() and path not in self._disk]:
            path.unlink()
        for path, content in self._disk.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
