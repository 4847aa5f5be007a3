"""What is asked of a bucket once, not by the million: boto3 for every store.

Of a `minio://` bucket, the package minio tells the versioning: only it knows the prefixes and folders that are excepted,
where deletes are final although the bucket says Enabled. The lifecycle is boto3's there too: minio's client leaves out
conditions on sizes and refuses rules without a Filter, and would be a second reading of the same document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from kfpops.cluster.bucket.heading import clock_of
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.minio_versioning import ask_minio
from kfpops.cluster.s3_client import ABSENT, DENIED, NO_KEYS, NO_KEYS_HINT, WRONG_KEYS_HINT, s3_client
from kfpops.cluster.store_place import Place
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.knowledge.lifecycle_json import lifecycle_rules
from kfpops.model.bucket import LifecycleRule, ObjectVersion, Upload, Versioning

_NO_RULES: Final = frozenset({"NoSuchLifecycleConfiguration", "NotImplemented", "501"})
_NO_UPLOAD: Final = frozenset({"NoSuchUpload", "404", "NoSuchKey"})


class Control:
    """The control calls of one bucket. Safe for use by several threads."""

    def __init__(self, line: Line, place: Place, scheme: str, timeout: float) -> None:
        self._line, self._scheme = line, scheme
        self._bucket = line.bucket
        self._client = s3_client(place, timeout)

    def versions(self, prefix: str) -> Iterator[Sequence[ObjectVersion]]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in self._each(pages, "s3:ListBucketVersions"):
            with self._translated(""):
                rows = [_version(row, False) for row in page.get("Versions", ())]
                rows += [_version(row, True) for row in page.get("DeleteMarkers", ())]
            yield rows

    def uploads(self, prefix: str) -> Iterator[Sequence[Upload]]:
        """MinIO's own server lists none unless `prefix` is a whole key; it ends uploads by itself after 24 h."""
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in self._each(pages, "s3:ListBucketMultipartUploads"):
            with self._translated(""):
                rows = [self._upload(row) for row in page.get("Uploads", ())]
            yield rows

    def abort(self, key: str, upload_id: str) -> bool:
        try:
            with self._translated("s3:AbortMultipartUpload"):
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id)
        except NotFound:
            return False
        return True

    def versioning(self) -> Versioning:
        """`unknown` also where only a part of the bucket keeps versions."""
        if self._scheme == "minio":
            return ask_minio(self._line)
        with self._translated("s3:GetBucketVersioning"):
            status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
        known: dict[str | None, Versioning] = {None: "off", "Enabled": "enabled", "Suspended": "suspended"}
        return known.get(status, "unknown")

    def lifecycle(self) -> tuple[LifecycleRule, ...]:
        with self._translated("s3:GetLifecycleConfiguration"):
            try:
                return lifecycle_rules(self._client.get_bucket_lifecycle_configuration(Bucket=self._bucket))
            except self._client.exceptions.ClientError as error:
                if _code(error) in _NO_RULES:
                    return ()
                raise

    def _upload(self, row: dict[str, Any]) -> Upload:
        """SeaweedFS does not tell when an upload began: then its newest part counts, and one without parts began now."""
        name = {"Key": row["Key"], "UploadId": row["UploadId"]}
        pages = self._client.get_paginator("list_parts").paginate(Bucket=self._bucket, **name)
        size: int | None
        try:
            parts = [part for page in self._each(pages, "s3:ListMultipartUploadParts") for part in page.get("Parts", ())]
            size = sum(part["Size"] for part in parts)
        except (Unreachable, NotFound):
            # The size is a figure for people: whether the upload may go does not hang on it.
            parts, size = [], None
        times = [row["Initiated"]] if "Initiated" in row else [part["LastModified"] for part in parts]
        began = max(times) if times else clock_of(self._line)
        return Upload(row["Key"], row["UploadId"], began.timestamp(), size)

    def _each(self, pages: Any, needs: str) -> Iterator[dict[str, Any]]:
        found = iter(pages)
        while True:
            with self._translated(needs):
                page = next(found, None)
            if page is None:
                return
            yield page

    @contextmanager
    def _translated(self, needs: str) -> Iterator[None]:
        """botocore's errors as ours. Their texts may hold the request's headers, so they are not passed on."""
        from botocore.exceptions import BotoCoreError, ClientError

        name, right = self._line.peer.subject, f"{needs} on {self._bucket}"
        try:
            yield
        except ClientError as error:
            code = _code(error)
            if code in DENIED:
                raise Forbidden(f"{name} refuses bucket {self._bucket} ({code}).", WRONG_KEYS_HINT, right) from None
            if code in ABSENT or code in _NO_UPLOAD:
                raise NotFound(f"There is no bucket {self._bucket}, or not what was asked of it ({code}).") from None
            raise Unreachable(f"{name} failed when asked about bucket {self._bucket} ({code}).") from None
        except KeyError as error:
            raise BadAnswer(f"{name} leaves out {error} of what it lists in bucket {self._bucket}.") from None
        except BotoCoreError as error:
            kind = type(error).__name__
            if kind in NO_KEYS:
                raise Forbidden("There are no keys for the object store.", NO_KEYS_HINT, right) from None
            if kind in ("ResponseParserError", "PaginationError", "IncompleteReadError", "ResponseStreamingError"):
                raise BadAnswer(f"{name} sent an answer about bucket {self._bucket} that is cut off or loops.") from None
            raise Unreachable(f"{name} cannot be reached ({kind}).", hint=self._line.peer.down_hint) from None


def _version(row: dict[str, Any], is_marker: bool) -> ObjectVersion:
    etag = "" if is_marker else str(row.get("ETag", "")).strip('"')
    size = 0 if is_marker else int(row.get("Size", 0))
    version_id, latest = str(row.get("VersionId", "")), bool(row.get("IsLatest"))
    return ObjectVersion(row["Key"], version_id, latest, is_marker, size, etag, row["LastModified"].timestamp())


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
