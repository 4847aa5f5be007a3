"""Multipart uploads: begun, filled, completed, listed and aborted."""

from __future__ import annotations

import secrets
from hashlib import md5

from kfpops.sandbox.s3.asked import Answer, Request, Xml, answer, error, iso
from kfpops.sandbox.s3.faults import Faults
from kfpops.sandbox.s3.kept import KeptBucket, Unfinished


def begin(bucket: KeptBucket, request: Request, now: float) -> Answer:
    upload = Unfinished(request.key, secrets.token_hex(16), now)
    bucket.uploads[upload.upload_id] = upload
    content = [("Bucket", bucket.name), ("Key", request.key), ("UploadId", upload.upload_id)]
    return answer("InitiateMultipartUploadResult", content)


def put_part(bucket: KeptBucket, request: Request) -> Answer:
    upload = _find(bucket, request)
    if not upload:
        return error(404, "NoSuchUpload")
    upload.parts[int(request.query.get("partNumber", "1"))] = request.body
    return Answer(200, b"", {"ETag": f'"{_md5(request.body).hex()}"'})


def complete(bucket: KeptBucket, request: Request) -> Answer:
    """All parts that came, whatever the request names."""
    upload = _find(bucket, request)
    if not upload:
        return error(404, "NoSuchUpload")
    parts = [upload.parts[number] for number in sorted(upload.parts)]
    etag = f"{_md5(b''.join(map(_md5, parts))).hex()}-{len(parts)}"
    bucket.add(request.key, b"".join(parts), etag)
    del bucket.uploads[upload.upload_id]
    content = [("Bucket", bucket.name), ("Key", request.key), ("ETag", f'"{etag}"')]
    return answer("CompleteMultipartUploadResult", content)


def abort(bucket: KeptBucket, request: Request) -> Answer:
    upload = _find(bucket, request)
    if not upload:
        return error(404, "NoSuchUpload")
    del bucket.uploads[upload.upload_id]
    return Answer(204)


def list_uploads(bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    prefix = request.query.get("prefix", "")
    rows: list[tuple[str, str | Xml]] = [
        ("Upload", [("Key", u.key), ("UploadId", u.upload_id), ("Initiated", iso(u.began_at + faults.skew))])
        for u in sorted(bucket.uploads.values(), key=lambda upload: (upload.key, upload.began_at))
        if u.key.startswith(prefix)
    ]
    return answer("ListMultipartUploadsResult", [("Bucket", bucket.name), ("IsTruncated", "false"), *rows])


def list_parts(bucket: KeptBucket, request: Request) -> Answer:
    upload = _find(bucket, request)
    if not upload:
        return error(404, "NoSuchUpload")
    rows: list[tuple[str, str | Xml]] = [
        ("Part", [("PartNumber", str(number)), ("ETag", f'"{_md5(body).hex()}"'), ("Size", str(len(body)))])
        for number, body in sorted(upload.parts.items())
    ]
    head = [("Bucket", bucket.name), ("Key", upload.key), ("UploadId", upload.upload_id), ("IsTruncated", "false")]
    return answer("ListPartsResult", [*head, *rows])


def _find(bucket: KeptBucket, request: Request) -> Unfinished | None:
    found = bucket.uploads.get(request.query.get("uploadId", ""))
    return found if found and found.key == request.key else None


def _md5(body: bytes) -> bytes:
    return md5(body, usedforsecurity=False).digest()
