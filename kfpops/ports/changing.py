"""What may be changed: deleting in a bucket, in KFP and in the lineage store, and the lock that keeps others out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kfpops.model.bucket import Deleted, Deletion, StoreTraits, Upload
from kfpops.model.lineage import Artifact


class BucketChanges(Protocol):
    """What may be changed in a bucket."""

    def probe(self) -> StoreTraits:
        """What the store does with conditional deletes, seen on objects of its own below `_kfpops/probe/`."""
        ...

    def delete(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        """Deletes what is still as it was seen: one answer for each, in their order.

        A store that ignores conditions is asked (HEAD) right before each delete. A request that fails as a whole
        (connection lost, 503) raises `Unreachable`: what came of it is not known, and the caller must look.
        """
        ...

    def undelete(self, key: str, marker_id: str) -> bool:
        """Removes a delete marker; False when it is not there any more."""
        ...

    def abort(self, upload: Upload) -> bool:
        """Ends an incomplete upload; False when it is not there any more."""
        ...


class PipelineChanges(Protocol):
    """What may be changed in KFP."""

    def delete_run(self, run_id: str) -> bool:
        """Deletes KFP's record of a run, and with it the run's cache entries: KFP's only way. False: there was none."""
        ...


class LineageChanges(Protocol):
    """What may be changed in the lineage store."""

    def set_state(self, artifacts: Sequence[Artifact], state: str) -> Sequence[bool]:
        """Compare-and-set of `Artifact.state`, one answer for each: False when the row has changed since it was read."""
        ...


class Lock(Protocol):
    """Keeps a second clean-up of the same bucket out: a Lease in the cluster, a file outside."""

    def acquire(self) -> int:
        """The generation of this hold: larger than that of every hold before. Raises `Busy` naming who holds it."""
        ...

    def renew(self) -> None:
        """Raises `Busy` when somebody else has it by now: then nothing more may be changed."""
        ...

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Changes:
    """The ports that change something: what an `apply` is given beside a `Cluster`, and nothing else is.

    `lineage` is None where the back end cannot be written to (a database, KFP's own API). `lock` makes the lock of a
    bucket, by the bucket's URI.
    """

    bucket: Callable[[str], BucketChanges]
    pipelines: PipelineChanges
    lineage: LineageChanges | None
    lock: Callable[[str], Lock]
