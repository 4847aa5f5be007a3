"""An object store in memory: objects with ETags of their content, incomplete uploads, and a clock of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from kfpops.model.bucket import BucketObject, Upload

BUCKET = "mlpipeline"
ROOT = "v2/artifacts"


@dataclass
class Store:
    """`puts`: of each key, how often it was written: with the key, which writing of it an object is. Times: the store's."""

    objects: dict[str, BucketObject] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    puts: dict[str, int] = field(default_factory=dict)
    aborted: set[str] = field(default_factory=set)

    def put(self, key: str, content: str, at: float) -> None:
        """Writes an object. Equal content has an equal ETag: a store cannot tell the two apart."""
        etag = hashlib.md5(content.encode()).hexdigest()
        self.objects[key] = BucketObject(key, len(content), etag, at)
        self.puts[key] = self.puts.get(key, 0) + 1

    def begin(self, key: str, at: float) -> str:
        upload_id = f"upload-{len(self.uploads) + len(self.aborted)}-{key}"
        self.uploads[upload_id] = Upload(key, upload_id, at, 5)
        return upload_id

    def complete(self, upload_id: str, content: str, at: float) -> bool:
        """False when somebody has aborted it."""
        upload = self.uploads.pop(upload_id, None)
        if upload is None:
            return False
        self.put(upload.key, content, at)
        return True

    def below(self, path: str) -> list[str]:
        """The keys that an artifact with this path consists of: the object itself, and all below it."""
        return sorted(key for key in self.objects if covers(path, key))


def covers(path: str, key: str) -> bool:
    """Whether a URI with this path names the object: at `/` boundaries only."""
    return key == path or key.startswith(f"{path}/")


def path_of(uri: str) -> str:
    """`minio://mlpipeline/a/b?query` → `a/b`."""
    return uri.partition("?")[0].split("://", 1)[1].partition("/")[2].rstrip("/")
