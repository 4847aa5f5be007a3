"""Where a URI leads: the bucket and the path in it, by every name under which the same bytes are known.

KFP's own reading (backend/src/v2/objectstore/config.go, `bucketPattern`, `KeyFromURI`): `scheme://bucket/key?query`; slashes
before the key are dropped, what stands behind `?` are settings of the connection. Keys are literal: `%2F` is no slash.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from posixpath import normpath
from typing import Final, NamedTuple
from urllib.parse import unquote

SAME: Final = frozenset({"minio", "s3", "s3a", "s3n", "gs", "gcs"})
"""Schemes of one namespace of buckets: KFP writes `minio://` where KServe reads `s3://`, Hadoop `s3a://`, fsspec `gcs://`."""

WEB: Final = frozenset({"http", "https"})

EXTERNAL: Final = frozenset(
    {
        "oci", "hf", "file", "pvc", "mem", "azblob", "wasb", "wasbs", "abfs", "abfss", "adl", "bq", "bigquery", "docker",
        "hdfs", "webhdfs", "ftp", "sftp", "git", "ssh", "data", "inline", "dbfs", "mlflow-artifacts", "model-registry",
    }
)  # fmt: skip
"""Schemes that never lead into a bucket of `SAME`."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_MOUNTED = re.compile(r"/(?:minio|s3|gcs)/([^/]+)/*(.*)", re.DOTALL)
"""Where KFP's launcher puts the objects of a bucket in a pod: a row may hold such a path."""
_SLASHES = re.compile(r"/{2,}")
_UP_OR_CONTROL = re.compile(r"(?<=\.\.)/|[\x00-\x1f]")


class Place(NamedTuple):
    """`path` has no `/` at its end; "" is the whole bucket."""

    bucket: str
    path: str


@dataclass(frozen=True, slots=True)
class UnknownScheme:
    """A URI of which nobody knows whether it leads into our buckets."""

    scheme: str
    uri: str


def places_of(uri: str, buckets: Collection[str], external: Collection[str] = ()) -> tuple[Place, ...] | UnknownScheme:
    """All places that it may mean, first the one that KFP reads; () when it leads nowhere in particular.

    `buckets` are ours: only into these can web addresses and paths lead. `external`: further schemes that never do.
    """
    scheme, _, rest = uri.partition("://")
    if scheme in SAME:
        bucket, _, key = rest.partition("/")
        if bucket and not (":" in bucket or "@" in bucket or "?" in bucket) and is_plain(key):
            # What KFP writes, without the detours for what others may.
            return (Place(bucket, key),)
    uri = uri.lstrip()
    found = _SCHEME.match(uri)
    if not found:
        # No scheme by RFC 3986 (`my_store://…`), and yet somebody may read it as one.
        head, odd, _ = uri.partition("://")
        unknown = bool(odd and head) and "/" not in head and not _names(head, external)
        return UnknownScheme(head.lower(), uri) if unknown else _of_path(uri, buckets)
    scheme, rest = found[1].lower(), uri[found.end() :]
    if scheme in SAME:
        return _of_bucket(rest.lstrip("/"), buckets)
    if scheme in WEB:
        return tuple(dict.fromkeys(_of_web(rest.lstrip("/"), buckets)))
    if scheme in EXTERNAL or _names(scheme, external):
        return ()
    return UnknownScheme(scheme, uri)


def _names(scheme: str, external: Collection[str]) -> bool:
    return any(scheme.lower() == name.lower().partition(":")[0] for name in external)


def _of_bucket(rest: str, buckets: Collection[str]) -> tuple[Place, ...]:
    bucket, _, key = rest.partition("/")
    plain = bucket.partition("?")[0]
    if not plain:
        return ()
    places = tuple(Place(plain, path) for path in dict.fromkeys(spellings(key)))
    # An address in the bucket's stead (`s3://minio:9000/bucket/key`) is nothing that KFP reads, but somebody may.
    return (*places, *_of_web(rest, buckets)) if ":" in plain or "@" in plain else places


def spellings(key: str) -> Iterator[str]:
    """The path as KFP reads it, then as others may, as KFP's library escapes it (gocloud.dev, `escapeKey`), and as stores
    keep it: SeaweedFS 4.34 was seen to take `a//b` and `/a/b` for `a/b`.
    """
    if is_plain(key):
        yield key
        return
    read = [key.partition("?")[0].lstrip("/"), key.partition("?")[0], key, key.rstrip()]
    for path in [path.rstrip("/") for path in read]:
        yield path
        yield _UP_OR_CONTROL.sub(lambda found: f"__{ord(found[0]):#x}__", path)
        yield _SLASHES.sub("/", path).lstrip("/")
        yield normpath(f"/{path}").lstrip("/")


def is_plain(key: str) -> bool:
    """Whether everybody reads it in the same way: nearly all are so."""
    if "//" in key or "?" in key or "./" in key or not key.isprintable():
        return False
    return key[:1] not in ("", "/") and key[-1] not in "/." and not key[-1].isspace()


def _of_web(rest: str, buckets: Collection[str]) -> Iterator[Place]:
    """`host/bucket/key` and `bucket.host/key`, as it is and decoded. A bucket without a key is a page, not all it holds."""
    authority, _, raw = rest.partition("/")
    host = authority.rpartition("@")[2]
    raw = raw.partition("?")[0].partition("#")[0]
    for path in dict.fromkeys((raw, unquote(raw, errors="surrogateescape"))):
        first, _, key = path.lstrip("/").partition("/")
        if first in buckets and key.strip("/"):
            yield Place(first, key.strip("/"))
        for bucket in buckets:
            if host.startswith(f"{bucket}.") and path.strip("/"):
                yield Place(bucket, path.strip("/"))


def _of_path(text: str, buckets: Collection[str]) -> tuple[Place, ...]:
    mounted = _MOUNTED.fullmatch(text)
    bucket, _, key = text.partition("/")
    if mounted:
        bucket, key = mounted[1], mounted[2]
    elif bucket not in buckets:
        return ()
    return tuple(Place(bucket, path) for path in dict.fromkeys(spellings(key)))
