"""S3's error codes of a delete → what became of the object."""

from __future__ import annotations

from typing import Final

from kfpops.model.bucket import Fate

NO_ANSWER: Final = "no answer"
"""Not a code of S3: the store answered the request and left this key out."""

NO_ETAG: Final = "no ETag known"
"""Not a code of S3: without an ETag or a version there is nothing to make the delete conditional on, so it is not sent."""

NOT_A_KEY: Final = "no key, or dots in it"
"""Not a code of S3: there are servers that take `a/../b` for `b`, and a delete without a key is one of the bucket."""

_CHANGED = frozenset({"PreconditionFailed", "412"})
_ABSENT = frozenset({"NoSuchKey", "NoSuchVersion"})
"""A bare 404 is not among them: a proxy that has lost its store says that as well."""

_REFUSED = frozenset(
    {"AccessDenied", "AccessForbidden", "AllAccessDisabled", "Forbidden", "403", "ObjectLocked", "InvalidObjectState"}
)
"""Object Lock answers AccessDenied at AWS, ObjectLocked at MinIO."""


def fate_of(code: str) -> Fate:
    """The fate that an error code tells; whatever is not known may be tried again."""
    if code in _CHANGED:
        return "changed"
    if code in _ABSENT:
        return "absent"
    return "refused" if code in _REFUSED else "failed"
