"""A plan that is being carried out: its ports, its journal and its state, held together for the steps of an apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from kfpops.cleanup.apply.journal import Journal
from kfpops.cleanup.apply.record import Record
from kfpops.cleanup.apply.state import State
from kfpops.cleanup.apply.work import Work
from kfpops.cleanup.plan.entry import Entry, Header
from kfpops.cleanup.plan.read import Plan
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import PlanRefused
from kfpops.model.bucket import StoreTraits
from kfpops.ports import Bucket, BucketChanges, Changes, Cluster, Lineage, Lock, Pipelines


@dataclass(slots=True)
class Job:
    """`state` grows with what is written to the journal, and only so. `traits`: by bucket, once the stores were probed."""

    plan: Plan
    policy: Policy
    journal: Journal
    state: State
    look: Callable[[], Cluster]
    changes: Changes
    work: Work
    locks: tuple[Lock, ...] = ()
    generation: int = 0
    traits: dict[str, StoreTraits] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        """How many entries the plan has."""
        return sum(counted.objects for counted in self.plan.footer.goes.values())

    @property
    def header(self) -> Header:
        return self.plan.header

    def write(self, *records: Record) -> None:
        """Returns when they are on the disk."""
        self.journal.append(*records)
        for record in records:
            self.state.add(record)

    def now(self) -> float:
        return self.work.clock()

    def renew(self) -> None:
        """Before anything is changed. Raises `Busy` when somebody else cleans by now."""
        for lock in self.locks:
            lock.renew()

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """All of the plan, with their numbers."""
        return enumerate(self.plan.entries)

    @property
    def bucket_names(self) -> tuple[str, ...]:
        return tuple(map(bucket_name, self.header.buckets))

    def bucket_uri(self, name: str) -> str:
        """The URI of a bucket that entries name. Raises `PlanRefused` for one that the header does not tell."""
        found = next((uri for uri in self.header.buckets if name in (uri, bucket_name(uri))), None)
        if found is None:
            raise PlanRefused(f"The plan has entries of the bucket {name}, which its header does not name.")
        return found

    def bucket(self, name: str) -> Bucket:
        opened = self.look().bucket
        if opened is None:
            raise PlanRefused("Nothing leads to the object store from here.", "Check with: kfpops status")
        return opened(self.bucket_uri(name))

    def bucket_changes(self, name: str) -> BucketChanges:
        return self.changes.bucket(self.bucket_uri(name))

    def lineage(self) -> Lineage:
        found = self.look().lineage
        if found is None:
            raise PlanRefused("Nothing leads to the lineage store from here.", "Check with: kfpops status")
        return found

    def pipelines(self) -> Pipelines:
        found = self.look().pipelines
        if found is None:
            raise PlanRefused("Nothing leads to KFP from here.", "Check with: kfpops status")
        return found


def bucket_name(uri: str) -> str:
    return uri.partition("://")[2].partition("/")[0] or uri


@contextmanager
def held(locks: tuple[Lock, ...]) -> Iterator[int]:
    """Holds all of them, in their order; gives the largest of their generations. Raises `Busy` naming who has one."""
    with ExitStack() as stack:
        generation = 0
        for lock in locks:
            generation = max(generation, lock.acquire())
            stack.callback(lock.release)
        yield generation
