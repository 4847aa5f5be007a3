"""What lies in a bucket, and what came of deleting it: the nouns of S3, as a listing or a delete tells them.

Keys are text as the store has it; bytes that are no UTF-8 stand as surrogate escapes. Times are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Versioning: TypeAlias = Literal["off", "enabled", "suspended", "unknown"]

Fate: TypeAlias = Literal["gone", "changed", "absent", "refused", "failed"]
"""gone: deleted now · changed: another ETag or version is there, kept · absent: it was not there any more ·
refused: not allowed (AccessDenied, Object Lock), asking again is useless · failed: any other error, may be tried again.
"""


class BucketObject(NamedTuple):
    """A row of a listing; made by the million. `etag` without quotes. `modified_at`: by the store's clock.

    `version_id` is "" where the bucket has no versions, or where the listing does not tell.
    """

    key: str
    size: int
    etag: str
    modified_at: float
    version_id: str = ""


class ObjectVersion(NamedTuple):
    """A row of a listing of versions: one of an object's, or a delete marker (no size, no ETag)."""

    key: str
    version_id: str
    is_latest: bool
    is_marker: bool
    size: int
    etag: str
    modified_at: float


class Upload(NamedTuple):
    """A multipart upload that was begun and neither completed nor aborted. `size` is what its parts take up, if known."""

    key: str
    upload_id: str
    began_at: float
    size: int | None = None


class Deletion(NamedTuple):
    """What to delete, and the state in which it was seen: another state is kept.

    Without `version_id` the current object goes (in a bucket with versions: a delete marker is put on it).
    """

    key: str
    etag: str
    size: int = 0
    version_id: str = ""


class Deleted(NamedTuple):
    """What came of a `Deletion`. `why` is the store's error code, "" when there is none.

    `marker_id` is the version id of the delete marker that was put, by which it can be undone.
    """

    key: str
    fate: Fate
    why: str = ""
    version_id: str = ""
    marker_id: str = ""


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """A rule of the bucket's lifecycle configuration, as far as it deletes or moves anything. Days are None when unset.

    `prefix` "" is the whole bucket. `tags`, `size_over`, `size_under`: further conditions of its filter.
    """

    id: str
    enabled: bool
    prefix: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    size_over: int | None = None
    size_under: int | None = None
    expire_days: int | None = None
    expire_at: float | None = None
    expired_markers: bool = False
    noncurrent_days: int | None = None
    newer_noncurrent: int | None = None
    abort_upload_days: int | None = None
    transitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreTraits:
    """What a store was seen to do, by a probe in a scratch prefix of the bucket; None where it was not asked.

    `honours_etag`: a delete with a wrong ETag leaves the object alone, singly (`If-Match`) and in a batch; a store that
    answers so but deletes is a liar, and counts as false. `byte_order`: listings come in UTF-8 byte order.
    `batches`: DeleteObjects works. `server`: the Server header.
    """

    server: str = ""
    honours_etag_in_batch: bool | None = None
    honours_etag: bool | None = None
    byte_order: bool | None = None
    batches: bool | None = None
    versioning: Versioning = "unknown"
