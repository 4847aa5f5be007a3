"""An object in an S3-compatible store, as a HEAD or a listing tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`size` in bytes; `etag` without its quotes, "" when unknown: of multipart uploads it is no digest of the content."""

    size: int | None = None
    etag: str = ""
    modified_at: datetime | None = None
