"""Which request is what: method, bucket, key and the words of the query → the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from xml.etree import ElementTree

from kfpops.sandbox.s3 import uploads
from kfpops.sandbox.s3.asked import Answer, Request, Xml, answer, error
from kfpops.sandbox.s3.batches import delete_objects
from kfpops.sandbox.s3.faults import Faults
from kfpops.sandbox.s3.kept import KeptBucket
from kfpops.sandbox.s3.listings import list_objects, list_versions
from kfpops.sandbox.s3.objects import delete_object, get_object, put_object


class Buckets(Protocol):
    """All buckets of a server."""

    clock: Callable[[], float]

    def names(self) -> list[str]: ...

    def find(self, name: str) -> KeptBucket | None: ...

    def make(self, name: str) -> KeptBucket: ...

    def remove(self, name: str) -> bool:
        """False when something is in it."""
        ...


def carry_out(buckets: Buckets, request: Request, faults: Faults) -> Answer:
    """The answer to a request that is signed well."""
    if not request.bucket:
        return answer("ListAllMyBucketsResult", [("Buckets", [("Bucket", [("Name", name)]) for name in buckets.names()])])
    if request.method == "PUT" and not request.key and not request.query:
        buckets.make(request.bucket)
        return Answer(200)
    bucket = buckets.find(request.bucket)
    if bucket is None:
        return error(404, "NoSuchBucket")
    if not request.key:
        return _of_bucket(buckets, bucket, request, faults)
    if "uploads" in request.query or "uploadId" in request.query:
        return _of_upload(buckets, bucket, request)
    match request.method:
        case "PUT":
            return put_object(bucket, request)
        case "GET" | "HEAD":
            return get_object(bucket, request, faults)
        case "DELETE":
            return delete_object(bucket, request, faults)
    return error(405, "MethodNotAllowed")


def _of_bucket(buckets: Buckets, bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    for name in ("versioning", "lifecycle"):
        if name in request.query:
            return _configuration(bucket, request, name)
    match request.method:
        case "POST" if "delete" in request.query:
            return delete_objects(bucket, request, faults)
        case "HEAD":
            return Answer(200)
        case "DELETE":
            return Answer(204) if buckets.remove(bucket.name) else error(409, "BucketNotEmpty")
        case "GET" if "versions" in request.query:
            return list_versions(bucket, request, faults)
        case "GET" if "uploads" in request.query:
            return uploads.list_uploads(bucket, request, faults)
        case "GET" if "location" in request.query:
            return answer("LocationConstraint", [])
        case "GET":
            return list_objects(bucket, request, faults)
    return error(405, "MethodNotAllowed")


def _configuration(bucket: KeptBucket, request: Request, name: str) -> Answer:
    if request.method == "GET" and name == "versioning":
        content: Xml = [("Status", bucket.versioning)] if bucket.versioning else []
        return answer("VersioningConfiguration", content)
    if request.method == "GET":
        told = Answer(200, bucket.lifecycle, {"Content-Type": "application/xml"})
        return told if bucket.lifecycle else error(404, "NoSuchLifecycleConfiguration")
    if request.method == "DELETE":
        bucket.lifecycle = b""
        return Answer(204)
    if name == "lifecycle":
        bucket.lifecycle = request.body
        return Answer(200)
    status = ElementTree.fromstring(request.body).findtext("{*}Status") or ""
    bucket.versioning = "Enabled" if status == "Enabled" else "Suspended"
    return Answer(200)


def _of_upload(buckets: Buckets, bucket: KeptBucket, request: Request) -> Answer:
    match request.method, "uploadId" in request.query:
        case "POST", False:
            return uploads.begin(bucket, request, buckets.clock())
        case "POST", True:
            return uploads.complete(bucket, request)
        case "PUT", True:
            return uploads.put_part(bucket, request)
        case "GET", True:
            return uploads.list_parts(bucket, request)
        case "DELETE", True:
            return uploads.abort(bucket, request)
    return error(405, "MethodNotAllowed")
