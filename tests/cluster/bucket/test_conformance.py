"""What both ports promise, over HTTP: of the sandbox's store, and of a real one when KFPOPS_TEST_S3 names it.

    KFPOPS_TEST_S3=http://127.0.0.1:9000 pytest tests/cluster/bucket/test_conformance.py

with the keys minio and minio123; it makes a bucket of its own and removes it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kfpops.cluster.bucket.open import Opened
from kfpops.cluster.bucket.question import Question
from kfpops.cluster.s3_client import s3_client
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.errors import Forbidden, NotFound
from kfpops.model.bucket import Deletion, LifecycleRule, StoreTraits, Upload
from kfpops.sandbox.object_store import ACCESS_KEY, SECRET_KEY, ObjectStore
from tests.cluster.bucket.opening import keys_of, opened

REAL = os.environ.get("KFPOPS_TEST_S3", "")

ODD_KEYS = ("a b/c+d", "amp&lt<>\"'", "per%25cent", "ü/é", "semi;colon=x?#", "tr/ail ")
RUN = "v2/artifacts/train/7f0c"


class Subject:
    """A store with an empty bucket, and boto3 to fill it."""

    def __init__(self, endpoint: str, name: str) -> None:
        self.endpoint, self.name = endpoint, name
        self.boto: Any = s3_client(Place(endpoint, "us-east-1", Keys(ACCESS_KEY, SECRET_KEY)), 10)
        self.both: Opened = opened(endpoint, name=name)

    def put(self, key: str, body: bytes = b"x") -> str:
        reply = self.both.line.ask(Question("PUT", key, body=body))
        return reply.headers["etag"].strip('"')

    @property
    def real(self) -> bool:
        return self.endpoint == REAL

    def empty(self) -> None:
        for page in self.both.bucket.versions():
            for v in page:
                named = {"VersionId": v.version_id} if v.version_id not in ("", "null") else {}
                self.boto.delete_object(Bucket=self.name, Key=v.key, **named)
        for found in (key for page in self.both.bucket.pages() for key in page):
            self.boto.delete_object(Bucket=self.name, Key=found.key)
        for page in self.both.bucket.uploads():
            for upload in page:
                self.both.changes.abort(upload)


@pytest.fixture(params=["sandbox", "real"])
def store(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "real" and not REAL:
        pytest.skip("KFPOPS_TEST_S3 names no store")
    sandbox = ObjectStore() if request.param == "sandbox" else None
    subject = Subject(sandbox.endpoint if sandbox else REAL, f"kfpops-test-{secrets.token_hex(6)}")
    subject.boto.create_bucket(Bucket=subject.name)
    try:
        yield subject
    finally:
        if sandbox:
            sandbox.close()
        else:
            subject.empty()
            subject.boto.delete_bucket(Bucket=subject.name)


def traits_of(store: Subject) -> StoreTraits:
    return StoreTraits(honours_etag_in_batch=True, honours_etag=True, batches=True)


def test_nothing_is_listed_where_nothing_is(store: Subject) -> None:
    assert keys_of(store.both) == []
    assert list(store.both.bucket.folders()) == []
    assert store.both.bucket.head("absent") is None
    assert [v for page in store.both.bucket.versions() for v in page] == []
    assert [u for page in store.both.bucket.uploads() for u in page] == []
    assert list(store.both.bucket.lifecycle()) == []


def test_a_bucket_that_is_not_there_is_no_empty_one(store: Subject) -> None:
    nobody = opened(store.endpoint, name="kfpops-nobody-has-this")
    for ask in (lambda: keys_of(nobody), lambda: nobody.bucket.head("key"), nobody.bucket.clock):
        with pytest.raises(NotFound):
            ask()


def test_wrong_keys_are_refused(store: Subject) -> None:
    stranger = opened(store.endpoint, name=store.name, secret="wrong-secret")
    for ask in (lambda: keys_of(stranger), lambda: stranger.bucket.head("key"), stranger.bucket.versioning):
        with pytest.raises(Forbidden) as caught:
            ask()
        assert "wrong-secret" not in f"{caught.value!r} {caught.value.hint}"


def test_a_listing_tells_of_each_object_once(store: Subject) -> None:
    etag = store.put(f"{RUN}/model/weights", b"12345")
    for number in range(7):
        store.put(f"{RUN}/data/{number}")
    store.put("v2/artifacts/train/7f0c-other/x")
    found = {o.key: o for page in store.both.bucket.pages(f"{RUN}/") for o in page}
    assert sorted(found) == sorted([f"{RUN}/model/weights", *(f"{RUN}/data/{n}" for n in range(7))])
    model = found[f"{RUN}/model/weights"]
    assert (model.size, model.etag) == (5, etag)
    assert abs(model.modified_at - store.both.bucket.clock().timestamp()) < 60


def test_odd_keys_come_back_as_they_are(store: Subject) -> None:
    etags = {key: store.put(key, key.encode()) for key in ODD_KEYS}
    assert sorted(keys_of(store.both)) == sorted(ODD_KEYS)
    for key, etag in etags.items():
        found = store.both.bucket.head(key)
        assert found is not None
        assert (found.etag, found.size) == (etag, len(key.encode()))
    answers = store.both.changes.delete([Deletion(key, etags[key]) for key in ODD_KEYS], traits_of(store))
    assert {a.key: a.fate for a in answers} == dict.fromkeys(ODD_KEYS, "gone")
    assert keys_of(store.both) == []


def test_several_pages_are_one_listing(store: Subject) -> None:
    names = [f"p/{number:04}" for number in range(1010)]
    for name in names:
        store.put(name)
    pages = [[o.key for o in page] for page in store.both.bucket.pages("p/")]
    assert [len(page) for page in pages] == [1000, len(names) - 1000]
    assert [key for page in pages for key in page] == names
    assert [o.key for page in store.both.bucket.pages("p/", start_after="p/0999") for o in page] == names[1000:]


def test_a_start_before_the_prefix_leaves_nothing_out(store: Subject) -> None:
    for key in ("a", "m/1", "m/2", "z"):
        store.put(key)
    found = [o.key for page in store.both.bucket.pages("m/", start_after="b") for o in page]
    assert found == ["m/1", "m/2"]
    assert [o.key for page in store.both.bucket.pages("m/", start_after="m/1") for o in page] == ["m/2"]


def test_folders_are_what_stands_before_the_next_slash(store: Subject) -> None:
    for key in ("v2/a/x", "v2/a/y", "v2/b c/z", "v2/file", "w/x"):
        store.put(key)
    assert sorted(store.both.bucket.folders("v2/")) == ["v2/a/", "v2/b c/"]
    assert sorted(store.both.bucket.folders()) == ["v2/", "w/"]


def test_the_probe_leaves_nothing_behind(store: Subject) -> None:
    traits = store.both.changes.probe()
    assert (traits.honours_etag_in_batch, traits.honours_etag, traits.batches) == (True, True, True)
    # SeaweedFS walks folders, others list in byte order.
    assert traits.byte_order is (not store.real or "SeaweedFS" not in traits.server)
    assert traits.versioning == "off"
    assert keys_of(store.both) == []


@pytest.mark.parametrize("batches", [True, False])
def test_only_what_is_as_it_was_seen_is_deleted(store: Subject, batches: bool) -> None:
    etag = store.put("same", b"1")
    old = store.put("overwritten", b"1")
    store.put("overwritten", b"2")
    traits = replace(traits_of(store), batches=batches)
    wanted = [
        Deletion("overwritten", old),
        Deletion("same", etag),
        Deletion("absent", etag),
        Deletion("unknown", ""),
    ]
    store.put("unknown")
    answers = store.both.changes.delete(wanted, traits)
    assert [(a.key, a.fate) for a in answers] == [
        ("overwritten", "changed"),
        ("same", "gone"),
        ("absent", "absent"),
        ("unknown", "refused"),
    ]
    assert sorted(keys_of(store.both)) == ["overwritten", "unknown"]


def test_without_conditions_each_is_looked_at_first(store: Subject) -> None:
    etag, old = store.put("same", b"1"), store.put("overwritten", b"1")
    store.put("overwritten", b"2")
    wanted = [Deletion("overwritten", old), Deletion("same", etag), Deletion("absent", etag)]
    answers = store.both.changes.delete(wanted, StoreTraits(batches=True))
    assert [a.fate for a in answers] == ["changed", "gone", "absent"]


def test_a_bucket_with_versions(store: Subject) -> None:
    store.boto.put_bucket_versioning(Bucket=store.name, VersioningConfiguration={"Status": "Enabled"})
    assert store.both.bucket.versioning() == "enabled"
    store.put("model", b"1")
    etag = store.put("model", b"2")
    answer = store.both.changes.delete([Deletion("model", etag)], traits_of(store))[0]
    assert answer.fate == "gone"
    assert keys_of(store.both) == []
    assert store.both.bucket.head("model") is None
    versions = [v for page in store.both.bucket.versions("model") for v in page]
    assert [v.is_marker for v in versions if v.is_latest] == [True]
    assert len(versions) == 3
    marker = next(v for v in versions if v.is_marker)
    assert answer.marker_id in ("", marker.version_id)
    not_a_marker = next(v for v in versions if not v.is_marker)
    assert store.both.changes.undelete("model", not_a_marker.version_id) is False
    assert store.both.changes.undelete("model", marker.version_id) is True
    assert store.both.changes.undelete("model", marker.version_id) is False
    assert keys_of(store.both) == ["model"]
    gone = store.both.changes.delete([Deletion("model", v.etag, 0, v.version_id) for v in versions], traits_of(store))
    assert {a.fate for a in gone} <= {"gone", "absent"}
    assert [v for page in store.both.bucket.versions() for v in page] == []


def test_the_probe_cleans_up_where_versions_are_kept(store: Subject) -> None:
    store.boto.put_bucket_versioning(Bucket=store.name, VersioningConfiguration={"Status": "Enabled"})
    traits = store.both.changes.probe()
    assert (traits.versioning, traits.honours_etag, traits.honours_etag_in_batch) == ("enabled", True, True)
    assert [v for page in store.both.bucket.versions() for v in page] == []


def test_uploads_that_were_not_completed(store: Subject) -> None:
    begun = store.boto.create_multipart_upload(Bucket=store.name, Key="big/model")
    part = {"Bucket": store.name, "Key": "big/model", "PartNumber": 1, "UploadId": begun["UploadId"]}
    store.boto.upload_part(**part, Body=b"12345")
    assert keys_of(store.both) == []
    (found,) = [u for page in store.both.bucket.uploads() for u in page]
    assert (found.key, found.upload_id, found.size) == ("big/model", begun["UploadId"], 5)
    assert abs(found.began_at - time.time()) < 60
    assert store.both.changes.abort(found) is True
    assert [u for page in store.both.bucket.uploads() for u in page] == []


def test_an_upload_that_is_not_there_cannot_be_aborted(store: Subject) -> None:
    assert store.both.changes.abort(Upload("key", "0" * 32, 0.0)) is False


def test_a_completed_upload_is_an_object(store: Subject) -> None:
    begun = store.boto.create_multipart_upload(Bucket=store.name, Key="big/model")
    part = {"Bucket": store.name, "Key": "big/model", "PartNumber": 1, "UploadId": begun["UploadId"]}
    sent = store.boto.upload_part(**part, Body=b"12345")
    parts = {"Parts": [{"ETag": sent["ETag"], "PartNumber": 1}]}
    store.boto.complete_multipart_upload(
        Bucket=store.name, Key="big/model", UploadId=begun["UploadId"], MultipartUpload=parts
    )
    (found,) = [o for page in store.both.bucket.pages() for o in page]
    assert (found.size, found.etag[-2:]) == (5, "-1")
    assert [a.fate for a in store.both.changes.delete([Deletion(found.key, found.etag)], traits_of(store))] == ["gone"]


def test_lifecycle_rules(store: Subject) -> None:
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "private-artifacts"}, "Expiration": {"Days": 30}}
    store.boto.put_bucket_lifecycle_configuration(Bucket=store.name, LifecycleConfiguration={"Rules": [rule]})
    (found,) = store.both.bucket.lifecycle()
    assert found == LifecycleRule("old", True, "private-artifacts", expire_days=30)
