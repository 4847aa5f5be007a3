"""The ports of a small world: each call goes through `Small.at`, before its effect and after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kfpops.errors import Busy
from kfpops.model.bucket import (
    BucketObject,
    Deleted,
    Deletion,
    LifecycleRule,
    ObjectVersion,
    StoreTraits,
    Upload,
    Versioning,
)
from kfpops.model.lineage import Artifact

if TYPE_CHECKING:
    from tests.cleanup.apply.small import Small


@dataclass
class SmallBucket:
    world: Small
    name: str = "mlpipeline"

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        self.world.call("list")
        found = [o for k, o in sorted(self.world.objects.items()) if k.startswith(prefix) and k > start_after]
        yield from (found[at : at + 3] for at in range(0, len(found), 3))

    def folders(self, prefix: str = "") -> Sequence[str]:
        return ()

    def head(self, key: str) -> BucketObject | None:
        self.world.call("head")
        return self.world.objects.get(key)

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        rows = [v for k, rows in self.world.old_versions.items() if k.startswith(prefix) for v in rows]
        current = [o for k, o in self.world.objects.items() if k.startswith(prefix) and self.world.versioning == "enabled"]
        yield [ObjectVersion(o.key, o.version_id, True, False, o.size, o.etag, o.modified_at) for o in current] + rows

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        yield [u for u in self.world.uploads if u.key.startswith(prefix)]

    def versioning(self) -> Versioning:
        return self.world.versioning

    def lifecycle(self) -> Sequence[LifecycleRule]:
        return ()

    def clock(self) -> datetime:
        return self.world.now


@dataclass
class SmallBucketChanges:
    world: Small

    def probe(self) -> StoreTraits:
        self.world.call("probe")
        return self.world.traits

    def delete(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        self.world.call("delete")
        done = [self._one(one) for one in batch]
        self.world.at("delete, done")
        return done

    def _one(self, one: Deletion) -> Deleted:
        world, found = self.world, self.world.objects.get(one.key)
        if one.key in world.refused:
            return Deleted(one.key, "refused", "AccessDenied")
        if one.key in world.failing:
            return Deleted(one.key, "failed", "InternalError")
        if found is None:
            return Deleted(one.key, "absent")
        if found.etag != one.etag:
            return Deleted(one.key, "changed")
        del world.objects[one.key]
        if world.versioning != "enabled":
            return Deleted(one.key, "gone")
        marker = ObjectVersion(one.key, f"m-{one.key}", True, True, 0, "", 0.0)
        world.old_versions[one.key] = [marker, ObjectVersion(one.key, found.version_id, False, False, 10, found.etag, 0.0)]
        return Deleted(one.key, "gone", marker_id=marker.version_id)

    def undelete(self, key: str, marker_id: str) -> bool:
        self.world.call("undelete")
        rows = self.world.old_versions.get(key, [])
        if not rows or rows[0].version_id != marker_id:
            return False
        old = self.world.old_versions.pop(key)[1]
        self.world.objects[key] = BucketObject(key, old.size, old.etag, 0.0, old.version_id)
        return True

    def abort(self, upload: Upload) -> bool:
        self.world.call("abort")
        there = [u for u in self.world.uploads if (u.key, u.upload_id) == (upload.key, upload.upload_id)]
        self.world.uploads = [u for u in self.world.uploads if u not in there]
        self.world.at("abort, done")
        return bool(there)


@dataclass
class SmallPipelineChanges:
    world: Small

    def delete_run(self, run_id: str) -> bool:
        self.world.call("delete run")
        self.world.caching.discard(run_id)
        there = self.world.runs.pop(run_id, None)
        self.world.at("delete run, done")
        return there is not None


@dataclass
class SmallLineageChanges:
    world: Small

    def set_state(self, artifacts: Sequence[Artifact], state: str) -> Sequence[bool]:
        self.world.call(f"set {state}")
        done = [self.world.artifacts.get(one.id) == one for one in artifacts]
        for one, right in zip(artifacts, done, strict=True):
            if right:
                at = (one.updated_at or self.world.now) + timedelta(milliseconds=1)
                self.world.artifacts[one.id] = replace(one, state=state, updated_at=at)
        self.world.at(f"set {state}, done")
        return done


@dataclass
class SmallLock:
    world: Small
    bucket: str
    told: str = "a lock in memory"
    mine: int = 0

    def acquire(self) -> int:
        if self.bucket in self.world.holders:
            raise Busy("Another apply cleans this bucket.")
        self.world.generation += 1
        self.world.holders.add(self.bucket)
        self.mine = self.world.generation
        return self.mine

    def renew(self) -> None:
        self.world.at("renew")
        if self.world.generation > self.mine:
            raise Busy("Somebody else has taken the lock meanwhile.")

    def release(self) -> None:
        self.world.holders.discard(self.bucket)
