"""A bucket's lifecycle configuration in JSON, as GetBucketLifecycleConfiguration gives it and bundles keep it → rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from kfpops.knowledge.kfp_json import items_of, object_of, text_of, time_of
from kfpops.model.bucket import LifecycleRule

Json: TypeAlias = Mapping[str, object]


def lifecycle_rules(document: Json) -> tuple[LifecycleRule, ...]:
    """The rules under `Rules`, in their order; none for `{"error": "NoSuchLifecycleConfiguration"}`.

    The names are those of the S3 API (`NoncurrentVersionExpiration` …). A rule of the first API has its `Prefix` beside the
    filter; several conditions stand under `Filter.And`.
    """
    return tuple(_rule(item) for item in items_of(document, "Rules"))


def _rule(item: Json) -> LifecycleRule:
    filter_ = object_of(item, "Filter")
    both = object_of(filter_, "And")
    parts = (item, filter_, both)
    expiration, noncurrent = object_of(item, "Expiration"), object_of(item, "NoncurrentVersionExpiration")
    tags = [*items_of(both, "Tags"), *([object_of(filter_, "Tag")] if filter_.get("Tag") else [])]
    moves = (*items_of(item, "Transitions"), *items_of(item, "NoncurrentVersionTransitions"))
    return LifecycleRule(
        id=text_of(item, "ID"),
        enabled=text_of(item, "Status") == "Enabled",
        prefix=next((found for part in parts if (found := text_of(part, "Prefix"))), ""),
        tags=tuple((text_of(tag, "Key"), text_of(tag, "Value")) for tag in tags),
        size_over=_first(parts, "ObjectSizeGreaterThan"),
        size_under=_first(parts, "ObjectSizeLessThan"),
        expire_days=_number(expiration, "Days"),
        expire_at=_seconds(expiration.get("Date")),
        expired_markers=expiration.get("ExpiredObjectDeleteMarker") is True,
        noncurrent_days=_number(noncurrent, "NoncurrentDays"),
        newer_noncurrent=_number(noncurrent, "NewerNoncurrentVersions"),
        abort_upload_days=_number(object_of(item, "AbortIncompleteMultipartUpload"), "DaysAfterInitiation"),
        transitions=tuple(text_of(move, "StorageClass") for move in moves),
    )


def _first(parts: Sequence[Json], key: str) -> int | None:
    return next((found for part in parts if (found := _number(part, key)) is not None), None)


def _number(document: Json, key: str) -> int | None:
    value = document.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _seconds(value: object) -> float | None:
    """A time of a client's answer, or RFC 3339; None for neither."""
    found = value if isinstance(value, datetime) else time_of(value)
    return found.timestamp() if found else None
