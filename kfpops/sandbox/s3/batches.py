"""DeleteObjects: many keys in one request, each with an answer of its own, or without one."""

from __future__ import annotations

from base64 import b64encode
from hashlib import md5
from xml.etree import ElementTree

from kfpops.sandbox.s3.asked import Answer, Request, Xml, answer, error
from kfpops.sandbox.s3.faults import Faults
from kfpops.sandbox.s3.kept import KeptBucket
from kfpops.sandbox.s3.objects import deleted

MOST = 1000


def delete_objects(bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    """Refused as a whole without a checksum, as S3 and old MinIO do it."""
    if faults.no_batches:
        return error(501, "NotImplemented")
    told = request.headers.get("content-md5", "")
    if told:
        if told != b64encode(md5(request.body, usedforsecurity=False).digest()).decode():
            return error(400, "BadDigest")
    elif not any(name.startswith("x-amz-checksum-") for name in request.headers):
        return error(400, "MissingContentMD5")
    try:
        root = ElementTree.fromstring(request.body)
    except ElementTree.ParseError:
        return error(400, "MalformedXML")
    objects = [found for found in root if found.tag.rpartition("}")[2] == "Object"]
    if not objects or len(objects) > MOST:
        return error(400, "MalformedXML")
    asked = [{child.tag.rpartition("}")[2]: child.text or "" for child in found} for found in objects]
    if faults.in_batch == "not-understood" and any("ETag" in one for one in asked):
        return error(400, "MalformedXML")
    return _carried_out(bucket, asked, faults)


def _carried_out(bucket: KeptBucket, asked: list[dict[str, str]], faults: Faults) -> Answer:
    half = len(asked) // 2
    done = asked[: max(1, half)] if faults.half_answers == "half-done" else asked
    answers = [_one(bucket, one, faults) for one in done]
    return answer("DeleteResult", answers[: max(1, half)] if faults.half_answers else answers)


def _one(bucket: KeptBucket, asked: dict[str, str], faults: Faults) -> tuple[str, Xml]:
    key, version_id = asked.get("Key", ""), asked.get("VersionId", "")
    name: Xml = [("Key", key), *([("VersionId", version_id)] if version_id else [])]
    if faults.denies(key):
        return "Error", [*name, ("Code", "AccessDenied"), ("Message", "Access Denied")]
    found, code = deleted(bucket, (key, version_id), asked.get("ETag", ""), faults.in_batch)
    if code:
        return "Error", [*name, ("Code", code), ("Message", code)]
    if found and found.is_marker:
        return "Deleted", [*name, ("DeleteMarker", "true"), ("DeleteMarkerVersionId", found.version_id)]
    return "Deleted", name
