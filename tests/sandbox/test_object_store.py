"""The sandbox's S3 server, asked with boto3: what it keeps, what it refuses, and each of its faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kfpops.cluster.s3_client import s3_client
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.sandbox.object_store import ACCESS_KEY, SECRET_KEY, Faults, ObjectStore

B = "mlpipeline"


def client(store: ObjectStore, secret: str = SECRET_KEY, access: str = ACCESS_KEY) -> Any:
    return s3_client(Place(store.endpoint, "us-east-1", Keys(access, secret)), 5.0)


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with ObjectStore() as made:
        made.make(B)
        yield made


def code_of(call: Any, **options: Any) -> str:
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        call(**options)
    return str(caught.value.response["Error"]["Code"])


def test_who_has_not_the_key_gets_nothing(store: ObjectStore) -> None:
    assert code_of(client(store, secret="wrong").list_objects_v2, Bucket=B) == "SignatureDoesNotMatch"
    assert code_of(client(store, access="who").list_objects_v2, Bucket=B) == "InvalidAccessKeyId"


def test_what_is_not_there(store: ObjectStore) -> None:
    s3 = client(store)
    assert code_of(s3.get_object, Bucket=B, Key="absent") == "NoSuchKey"
    assert code_of(s3.list_objects_v2, Bucket="nobody") == "NoSuchBucket"
    assert code_of(s3.get_bucket_lifecycle_configuration, Bucket=B) == "NoSuchLifecycleConfiguration"
    assert code_of(s3.complete_multipart_upload, Bucket=B, Key="k", UploadId="absent") == "NoSuchUpload"


def test_an_object(store: ObjectStore) -> None:
    s3 = client(store)
    etag = s3.put_object(Bucket=B, Key="v2/ü &", Body=b"0123456789")["ETag"]
    found = s3.get_object(Bucket=B, Key="v2/ü &")
    assert (found["Body"].read(), found["ETag"], found["ContentLength"]) == (b"0123456789", etag, 10)
    assert s3.get_object(Bucket=B, Key="v2/ü &", Range="bytes=-3")["Body"].read() == b"789"
    assert s3.get_object(Bucket=B, Key="v2/ü &", Range="bytes=2-3")["Body"].read() == b"23"
    assert s3.head_object(Bucket=B, Key="v2/ü &")["ContentLength"] == 10


def test_conditions(store: ObjectStore) -> None:
    s3 = client(store)
    etag = s3.put_object(Bucket=B, Key="key", Body=b"1")["ETag"]
    assert code_of(s3.put_object, Bucket=B, Key="key", Body=b"2", IfNoneMatch="*") == "PreconditionFailed"
    assert code_of(s3.put_object, Bucket=B, Key="key", Body=b"2", IfMatch='"other"') == "PreconditionFailed"
    assert code_of(s3.put_object, Bucket=B, Key="absent", Body=b"2", IfMatch=etag) == "NoSuchKey"
    assert code_of(s3.delete_object, Bucket=B, Key="key", IfMatch='"other"') == "PreconditionFailed"
    s3.delete_object(Bucket=B, Key="key", IfMatch=etag)
    assert store.keys(B) == []


def test_listings_of_both_versions(store: ObjectStore) -> None:
    for key in ("a/1", "a/2", "b/1", "c"):
        store.put(B, key, b"x")
    s3 = client(store)
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=B, Delimiter="/", PaginationConfig={"PageSize": 1}))
    names = [[o["Key"] for o in p.get("Contents", [])] + [f["Prefix"] for f in p.get("CommonPrefixes", [])] for p in pages]
    assert names == [["a/"], ["b/"], ["c"]]
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=B, StartAfter="a/1")["Contents"]] == ["a/2", "b/1", "c"]
    first = s3.get_paginator("list_objects").paginate(Bucket=B, Prefix="a/", PaginationConfig={"PageSize": 1})
    assert [o["Key"] for p in first for o in p["Contents"]] == ["a/1", "a/2"]


def test_batches_need_a_checksum_and_answer_for_each_key(store: ObjectStore) -> None:
    etag = store.put(B, "key", b"1")
    store.put(B, "other", b"1")
    objects = [{"Key": "key", "ETag": etag}, {"Key": "other", "ETag": "wrong"}, {"Key": "absent"}]
    told = client(store).delete_objects(Bucket=B, Delete={"Objects": objects})
    assert [d["Key"] for d in told["Deleted"]] == ["key", "absent"]
    assert [(e["Key"], e["Code"]) for e in told["Errors"]] == [("other", "PreconditionFailed")]
    assert store.keys(B) == ["other"]


def test_versions_and_markers(store: ObjectStore) -> None:
    s3 = client(store)
    store.put(B, "key", b"before")
    s3.put_bucket_versioning(Bucket=B, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=B, Key="key", Body=b"after")["VersionId"]
    marker = s3.delete_object(Bucket=B, Key="key")["VersionId"]
    assert code_of(s3.get_object, Bucket=B, Key="key") == "NoSuchKey"
    assert s3.get_object(Bucket=B, Key="key", VersionId="null")["Body"].read() == b"before"
    listed = s3.list_object_versions(Bucket=B)
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["Versions"]] == [(version, False), ("null", False)]
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["DeleteMarkers"]] == [(marker, True)]
    s3.delete_object(Bucket=B, Key="key", VersionId=marker)
    assert s3.get_object(Bucket=B, Key="key")["Body"].read() == b"after"


def test_suspended_versioning_overwrites_null_alone(store: ObjectStore) -> None:
    s3 = client(store)
    s3.put_bucket_versioning(Bucket=B, VersioningConfiguration={"Status": "Enabled"})
    kept = s3.put_object(Bucket=B, Key="key", Body=b"1")["VersionId"]
    s3.put_bucket_versioning(Bucket=B, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=B, Key="key", Body=b"2")
    s3.put_object(Bucket=B, Key="key", Body=b"3")
    assert [v["VersionId"] for v in s3.list_object_versions(Bucket=B)["Versions"]] == ["null", kept]


def test_a_multipart_upload(store: ObjectStore) -> None:
    s3 = client(store)
    upload = s3.create_multipart_upload(Bucket=B, Key="big")["UploadId"]
    etags = [s3.upload_part(Bucket=B, Key="big", UploadId=upload, PartNumber=n, Body=b"xx")["ETag"] for n in (1, 2)]
    assert store.keys(B) == []
    assert [u["Key"] for u in s3.list_multipart_uploads(Bucket=B)["Uploads"]] == ["big"]
    assert [p["Size"] for p in s3.list_parts(Bucket=B, Key="big", UploadId=upload)["Parts"]] == [2, 2]
    parts = {"Parts": [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]}
    s3.complete_multipart_upload(Bucket=B, Key="big", UploadId=upload, MultipartUpload=parts)
    assert s3.head_object(Bucket=B, Key="big")["ETag"].endswith('-2"')
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=B)


def test_lifecycle_and_buckets(store: ObjectStore) -> None:
    s3 = client(store)
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(Bucket=B, LifecycleConfiguration={"Rules": [rule]})
    assert s3.get_bucket_lifecycle_configuration(Bucket=B)["Rules"] == [rule]
    s3.create_bucket(Bucket="other")
    assert [b["Name"] for b in s3.list_buckets()["Buckets"]] == [B, "other"]
    store.put(B, "key")
    assert code_of(s3.delete_bucket, Bucket=B) == "BucketNotEmpty"
    s3.delete_bucket(Bucket="other")
    assert store.names() == [B]


def test_a_directory_keeps_everything(tmp_path: Path) -> None:
    keys = ["a", "a/b", "ü &\x01", "x" * 500]
    with ObjectStore(tmp_path) as store:
        for key in keys:
            store.put(B, key, key.encode(), modified_at=1_000_000.0)
        store.make("empty")
        client(store).delete_object(Bucket=B, Key="a")
    with ObjectStore(tmp_path) as again:
        assert again.names() == ["empty", B]
        assert again.keys(B) == sorted(keys[1:])
        found = client(again).get_object(Bucket=B, Key="a/b")
        assert found["Body"].read() == b"a/b"
        assert found["LastModified"].timestamp() == 1_000_000.0


@pytest.mark.parametrize("order, first", [("bytes", "m-2/x"), ("folders", "m/x")])
def test_orders(store: ObjectStore, order: Any, first: str) -> None:
    for key in ("m/x", "m-2/x", "m.", "m/y/z", "m"):
        store.put(B, key)
    store.faults = Faults(order=order)
    pages = client(store).get_paginator("list_objects_v2").paginate(Bucket=B, PaginationConfig={"PageSize": 2})
    keys = [o["Key"] for page in pages for o in page["Contents"]]
    assert (len(keys), keys[0], keys[1]) == (5, "m", first)


def test_requests_are_counted_for_storms(store: ObjectStore) -> None:
    store.faults = Faults(busy_first=1)
    assert client(store).list_objects_v2(Bucket=B)["KeyCount"] == 0
    assert len(store.asked) == 2


def test_a_lost_answer_is_lost_after_the_work(store: ObjectStore) -> None:
    from botocore.exceptions import BotoCoreError

    store.put(B, "key")
    store.faults = Faults(lose=("DELETE",))
    with pytest.raises(BotoCoreError):
        client(store).delete_object(Bucket=B, Key="key")
    assert store.keys(B) == []
