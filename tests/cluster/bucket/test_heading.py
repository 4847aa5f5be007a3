"""HEAD: of an object, and of the store's clock."""

from __future__ import annotations

import pytest

from kfpops.errors import BadAnswer, NotFound
from kfpops.model.bucket import BucketObject
from tests.cluster.bucket.opening import NAME, a_store, opened
from tests.cluster.loopback import Answer, Loopback


def test_an_absent_object_is_told_from_an_absent_bucket() -> None:
    with a_store() as (store, both):
        assert both.bucket.head("absent") is None
        assert both.bucket.head("absent-too") is None
        # The bucket is looked for only once.
        assert len(store.asked) == 3
        with pytest.raises(NotFound, match="no bucket nobody"):
            opened(store.endpoint, name="nobody").bucket.head("absent")


def test_an_object() -> None:
    with a_store(skew=3600.0) as (store, both):
        etag = store.put(NAME, "key", b"12345", modified_at=1_000_000.0)
        assert both.bucket.head("key") == BucketObject("key", 5, etag, 1_003_600.0)


def test_the_version_is_told_where_there_are_any() -> None:
    with a_store() as (store, both):
        store.make(NAME).versioning = "Enabled"
        entry = store.make(NAME).put("key", b"x")
        found = both.bucket.head("key")
        assert found is not None
        assert found.version_id == entry.version_id


def test_a_clock_that_is_ahead() -> None:
    with a_store() as (store, both):
        before = both.bucket.clock()
        store.faults = type(store.faults)(skew=86400.0)
        assert 86390 < (both.bucket.clock() - before).total_seconds() < 86460


def test_an_answer_without_a_time_is_none(server: Loopback) -> None:
    server.routes["/mlpipeline/key"] = Answer(b"12345", 200, {"ETag": '"e"'})
    with pytest.raises(BadAnswer, match="no usable Last-Modified"):
        opened(server.url).bucket.head("key")


@pytest.mark.parametrize(
    "body, etag, there",
    [
        pytest.param(b"", '""', False, id="SeaweedFS's answer for a folder in a bucket with versions"),
        pytest.param(b"", '"d41d8cd98f00b204e9800998ecf8427e"', True, id="an empty object"),
        pytest.param(b"x", '""', True, id="bytes are an object, whatever the ETag"),
    ],
)
def test_a_folder_is_no_object(server: Loopback, body: bytes, etag: str, there: bool) -> None:
    headers = {"ETag": etag, "Last-Modified": "Sun, 22 Nov 2026 00:44:08 GMT", "x-amz-version-id": "null"}
    server.routes["/mlpipeline/model"] = Answer(body, 200, headers)
    assert (opened(server.url).bucket.head("model") is not None) == there
