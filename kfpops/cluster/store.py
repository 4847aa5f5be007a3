"""Objects of an S3-compatible store: ports.Store through boto3, read only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kfpops.cluster.s3_client import ABSENT, DENIED, NO_KEYS, NO_KEYS_HINT, WRONG_KEYS_HINT, s3_client
from kfpops.cluster.store_config import Location, parse_uri
from kfpops.cluster.store_place import Place, Places
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.model.stored_object import StoredObject

_CHUNK = 256 << 10


class S3Store:
    """ports.Store. Safe for use by several threads."""

    def __init__(self, places: Places, *, timeout: float = 30.0) -> None:
        self._places = places
        self._timeout = timeout
        self._clients: dict[Place, Any] = {}
        self._lock = threading.Lock()

    def tail(self, uri: str, max_bytes: int) -> bytes:
        """The last bytes of an object, with one ranged request. Raises `NotFound` when it is not there."""
        location = parse_uri(uri)
        client = self._client(location)
        with _translated(location, "s3:GetObject"):
            try:
                answer = client.get_object(Bucket=location.bucket, Key=location.key, Range=f"bytes=-{max_bytes}")
            except client.exceptions.ClientError as error:
                # An empty object has no range.
                if _code(error) in ("InvalidRange", "416"):
                    return b""
                raise
            # `with answer["Body"]` would hand out the raw stream, which does not notice a body that ends early.
            with closing(answer["Body"]) as body:
                # A server that does not know ranges sends all; of that too only the end is wanted.
                return _last(body, max_bytes)

    def download(self, uri: str, to: Path) -> None:
        """The object as a file. Raises `NotFound` when it is not there; after any error the file may be there in part."""
        location = parse_uri(uri)
        client = self._client(location)
        with _translated(location, "s3:GetObject"):
            answer = client.get_object(Bucket=location.bucket, Key=location.key)
            with closing(answer["Body"]) as body, to.open("wb") as file:
                while chunk := body.read(_CHUNK):
                    file.write(chunk)

    def exists(self, uri: str) -> bool:
        """Whether an object, or anything below the prefix, is there."""
        location = parse_uri(uri)
        client = self._client(location)
        with _translated(location, "s3:GetObject, s3:ListBucket"):
            if location.key and not location.key.endswith("/"):
                try:
                    client.head_object(Bucket=location.bucket, Key=location.key)
                    return True
                except client.exceptions.ClientError as error:
                    if _code(error) not in ABSENT:
                        raise
            prefix = location.key.rstrip("/") + "/" if location.key else ""
            try:
                found = client.list_objects_v2(Bucket=location.bucket, Prefix=prefix, MaxKeys=1)
            except client.exceptions.ClientError as error:
                if _code(error) in ABSENT:
                    return False
                raise
            return bool(found.get("Contents"))

    def stat(self, uri: str) -> StoredObject | None:
        """Size, ETag and time of an object; None when there is none of exactly this key."""
        location = parse_uri(uri)
        if not location.key or location.key.endswith("/"):
            return None
        client = self._client(location)
        with _translated(location, "s3:GetObject"):
            try:
                found = client.head_object(Bucket=location.bucket, Key=location.key)
            except client.exceptions.ClientError as error:
                if _code(error) in ABSENT:
                    return None
                raise
            return StoredObject(found.get("ContentLength"), str(found.get("ETag", "")).strip('"'), found.get("LastModified"))

    def _client(self, location: Location) -> Any:
        place = self._places.of(location)
        with self._lock:
            if place not in self._clients:
                self._clients[place] = s3_client(place, self._timeout)
            return self._clients[place]


@contextmanager
def _translated(location: Location, needs: str) -> Iterator[None]:
    """botocore's errors as ours; their texts hold no keys, but may hold the request's headers, so they are not passed on."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in ABSENT:
            raise NotFound(f"There is no object {location}.") from None
        if code in DENIED:
            right = f"{needs} on {location.bucket}"
            raise Forbidden(f"The object store refuses to read {location} ({code}).", WRONG_KEYS_HINT, right) from None
        raise Unreachable(f"The object store failed to read {location} ({code}).") from None
    except BotoCoreError as error:
        kind = type(error).__name__
        if kind in NO_KEYS:
            right = f"{needs} on {location.bucket}"
            raise Forbidden(f"There are no keys to read {location} with.", NO_KEYS_HINT, right) from None
        if kind in ("IncompleteReadError", "ResponseStreamingError", "ResponseParserError"):
            raise BadAnswer(f"The object store broke off in the middle of {location}.") from None
        raise Unreachable(
            f"The object store with {location} cannot be reached ({kind}).", hint="Check --store-endpoint."
        ) from None
    except OSError as error:
        raise BadAnswer(f"The object store broke off in the middle of {location} ({type(error).__name__}).") from None


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _last(body: Any, max_bytes: int) -> bytes:
    kept = b""
    while chunk := body.read(_CHUNK):
        kept = (kept + chunk)[-max_bytes:]
    return kept
