"""One object: PUT, GET, HEAD and DELETE, with their conditions."""

from __future__ import annotations

import re
from email.utils import formatdate

from kfpops.sandbox.s3.asked import Answer, Request, error
from kfpops.sandbox.s3.faults import Conditions, Faults
from kfpops.sandbox.s3.kept import Entry, KeptBucket


def put_object(bucket: KeptBucket, request: Request) -> Answer:
    now = bucket.current(request.key)
    if request.headers.get("if-none-match") == "*" and now:
        return error(412, "PreconditionFailed")
    wanted = request.headers.get("if-match")
    if wanted and not (now and fits(wanted, now.etag)):
        return error(412, "PreconditionFailed") if now else error(404, "NoSuchKey")
    entry = bucket.put(request.key, _unwrapped(request))
    return Answer(200, b"", {"ETag": f'"{entry.etag}"', **_version(bucket, entry)})


def get_object(bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    """A GET, also of the end of an object, or a HEAD."""
    entry = bucket.get(request.key, request.query.get("versionId", ""))
    if entry is None or entry.is_marker:
        marked = {"x-amz-delete-marker": "true"} if entry else {}
        named = entry is not None and "versionId" in request.query
        return error(405, "MethodNotAllowed", **marked) if named else error(404, "NoSuchKey", **marked)
    headers = {
        "ETag": f'"{entry.etag}"',
        "Last-Modified": formatdate(entry.modified_at + faults.skew, usegmt=True),
        "Content-Type": "application/octet-stream",
        **_version(bucket, entry),
    }
    if request.method == "HEAD":
        return Answer(200, b"", headers, length=len(entry.body))
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("range", ""))
    if not found:
        return Answer(200, entry.body, headers)
    size = len(entry.body)
    start = int(found[1]) if found[1] else max(0, size - int(found[2] or 0))
    end = min(size, int(found[2]) + 1) if found[1] and found[2] else size
    if start >= size:
        return error(416, "InvalidRange")
    return Answer(206, entry.body[start:end], {**headers, "Content-Range": f"bytes {start}-{end - 1}/{size}"})


def delete_object(bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    wanted, version_id = request.headers.get("if-match", ""), request.query.get("versionId", "")
    if faults.denies(request.key):
        return error(403, "AccessDenied")
    if wanted and faults.singly == "not-understood":
        return error(501, "NotImplemented")
    found, code = deleted(bucket, (request.key, version_id), wanted, faults.singly)
    if code:
        return error(412 if code == "PreconditionFailed" else 404, code)
    headers = _version(bucket, found) if found else {}
    return Answer(204, b"", {**headers, "x-amz-delete-marker": "true"} if found and found.is_marker else headers)


def deleted(bucket: KeptBucket, name: tuple[str, str], wanted: str, conditions: Conditions) -> tuple[Entry | None, str]:
    """What was removed or put, and the error code that is told. `name`: key and version id; `wanted`: an ETag, or ""."""
    key, version_id = name
    now = bucket.get(key, version_id) if version_id else bucket.current(key)
    if wanted and now is None:
        return None, "" if conditions == "ignored" else "NoSuchKey"
    if not wanted or now is None or fits(wanted, now.etag):
        return bucket.delete(key, version_id), ""
    if conditions == "ignored":
        return bucket.delete(key, version_id), ""
    if conditions == "deleted-but-says-kept":
        bucket.delete(key, version_id)
    return None, "" if conditions == "kept-but-says-gone" else "PreconditionFailed"


def fits(wanted: str, etag: str) -> bool:
    """Whether an If-Match allows this ETag."""
    return wanted == "*" or wanted.strip().strip('"') == etag


def _version(bucket: KeptBucket, entry: Entry) -> dict[str, str]:
    return {"x-amz-version-id": entry.version_id} if bucket.versioning or entry.version_id != "null" else {}


def _unwrapped(request: Request) -> bytes:
    """The body without the frames of `aws-chunked`: a size in hexadecimal before each piece, and trailers."""
    if "aws-chunked" not in request.headers.get("content-encoding", ""):
        return request.body
    pieces, rest = [], request.body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            break
        pieces.append(rest[:length])
        rest = rest[length + 2 :]
    return b"".join(pieces)
