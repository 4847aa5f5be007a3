"""An object store in memory: buckets of objects with ETags of their content, old versions where they are kept, a clock.

A place is `bucket/key`: what a URI is without its scheme and query.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kfpops.model.bucket import BucketObject, ObjectVersion, Upload

BUCKET = "mlpipeline"
OTHER = "models"
ROOT = f"{BUCKET}/v2/artifacts"


@dataclass
class Store:
    """`objects`: what is current, by place. `versions`: the oldest first, only where `versioned`. Times: the store's.

    `uploads`: with their buckets. `puts`: of each place, how often it was written: with the place, which writing of it an
    object is.
    """

    objects: dict[str, BucketObject] = field(default_factory=dict)
    uploads: dict[str, tuple[str, Upload]] = field(default_factory=dict)
    puts: dict[str, int] = field(default_factory=dict)
    aborted: set[str] = field(default_factory=set)
    versioned: bool = False
    versions: dict[str, list[ObjectVersion]] = field(default_factory=dict)
    numbers: int = 0

    def put(self, place: str, content: str, at: float) -> None:
        """Writes an object. Equal content has an equal ETag: a store cannot tell the two apart."""
        etag = hashlib.md5(content.encode()).hexdigest()
        key = key_of(place)
        self.objects[place] = BucketObject(key, len(content), etag, at)
        self.puts[place] = self.puts.get(place, 0) + 1
        if self.versioned:
            self._push(place, ObjectVersion(key, self._number(), True, False, len(content), etag, at))

    def remove(self, place: str, at: float) -> str:
        """Removes the current object; the id of the delete marker that hides it now, "" where no versions are kept."""
        del self.objects[place]
        if not self.versioned:
            return ""
        marker = ObjectVersion(key_of(place), self._number(), True, True, 0, "", at)
        self._push(place, marker)
        return marker.version_id

    def remove_version(self, place: str, version_id: str) -> bool:
        """For good. Where it was the newest, the next one is current again, be it an object or a marker."""
        rows = [row for row in self.versions.get(place, []) if row.version_id != version_id]
        if len(rows) == len(self.versions.get(place, [])):
            return False
        self.versions[place] = [row._replace(is_latest=row is rows[-1]) for row in rows]
        self.objects.pop(place, None)
        if rows and not rows[-1].is_marker:
            newest = rows[-1]
            self.objects[place] = BucketObject(newest.key, newest.size, newest.etag, newest.modified_at)
        return True

    def can_come_back(self, place: str) -> bool:
        """Whether the object is there, or a version of it that a marker hides."""
        return place in self.objects or any(not row.is_marker for row in self.versions.get(place, ()))

    def _push(self, place: str, row: ObjectVersion) -> None:
        self.versions[place] = [*(old._replace(is_latest=False) for old in self.versions.get(place, ())), row]

    def _number(self) -> str:
        """Ids tell no time and no order."""
        self.numbers += 1
        return hashlib.md5(str(self.numbers).encode()).hexdigest()[:12]

    def begin(self, place: str, at: float) -> str:
        upload_id = f"{self._number()}-{place}"
        self.uploads[upload_id] = (place.partition("/")[0], Upload(key_of(place), upload_id, at, 5))
        return upload_id

    def complete(self, upload_id: str, content: str, at: float) -> bool:
        """False when somebody has aborted it."""
        bucket, upload = self.uploads.pop(upload_id, ("", None))
        if upload is None:
            return False
        self.put(f"{bucket}/{upload.key}", content, at)
        return True

    def below(self, path: str) -> list[str]:
        """The places that an artifact with this path consists of: the object itself, and all below it."""
        return sorted(place for place in self.objects if covers(path, place))


def key_of(place: str) -> str:
    return place.partition("/")[2]


def covers(path: str, place: str) -> bool:
    """Whether a URI with this path names the object: at `/` boundaries only."""
    return place == path or place.startswith(f"{path}/")


def path_of(uri: str) -> str:
    """`minio://mlpipeline/a/b?query` → `mlpipeline/a/b`."""
    return uri.partition("?")[0].split("://", 1)[1].rstrip("/")
