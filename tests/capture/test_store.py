"""Objects of a bundle: bytes where it has them, and no claim about what it has not looked at."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from kfpops.capture.open import open_bundle
from kfpops.capture.store import BundleStore, bucket_and_key
from kfpops.errors import NotFound, Unreachable
from kfpops.model.stored_object import StoredObject
from tests.capture import bundles
from tests.capture.bundles import RUN

KEY = f"v2/artifacts/p/{RUN}/train/x/executor-logs-0"
FILES = {
    "store/buckets.json": ["mlpipeline"],
    "store/objects.jsonl": (
        {"bucket": "mlpipeline", "key": KEY, "size": 9},
        {"bucket": "mlpipeline", "key": f"{RUN}/big", "size": 7},
    ),
    "store/bytes.jsonl": ({"bucket": "mlpipeline", "key": KEY, "path": "store/bytes/1"},),
    "store/bytes/1": b"the bytes",
}


def store(path: Path, content: dict[str, Any] = FILES, /, **more: Any) -> BundleStore:
    return BundleStore(open_bundle(bundles.folder(path, content, **more)))


@pytest.mark.parametrize(
    "uri, there",
    [
        (f"minio://mlpipeline/{KEY}", True),
        (f"minio://mlpipeline/v2/artifacts/p/{RUN}", True),
        (f"minio://mlpipeline/v2/artifacts/p/{RUN}/", True),
        (f"s3://mlpipeline/{KEY}?region=minio&endpoint=x", True),
        (f"minio://mlpipeline/v2/artifacts/p/{RUN}/tra", False),
        (f"minio://mlpipeline/v2/artifacts/p/{RUN}/other", False),
        (f"minio://no-such-bucket/{KEY}", False),
    ],
)
def test_whether_an_object_is_there(tmp_path: Path, uri: str, there: bool) -> None:
    assert store(tmp_path).exists(uri) is there


def test_what_the_listing_tells_of_an_object(tmp_path: Path) -> None:
    row = {"bucket": "b", "key": "k", "size": 4991, "etag": '"f1e9"', "modified": "2026-11-21T09:52:06.000000Z"}
    found = store(tmp_path, {"store/objects.jsonl": (row,)}, scope={"everything": True})
    assert found.stat("s3://b/k?region=x") == StoredObject(
        4991, "f1e9", datetime(2026, 11, 21, 9, 52, 6, tzinfo=timezone.utc)
    )
    assert found.stat("s3://b/absent") is None


def test_what_the_listing_leaves_out_stays_unknown(tmp_path: Path) -> None:
    row = {"bucket": "mlpipeline", "key": KEY, "size": None, "etag": None, "modified": "yesterday"}
    found = store(tmp_path, {"store/objects.jsonl": (row,)})
    assert found.stat(f"minio://mlpipeline/{KEY}") == StoredObject()
    assert found.stat(f"minio://mlpipeline/v2/artifacts/p/{RUN}") is None
    with pytest.raises(Unreachable, match="lists only the objects of its runs"):
        found.stat("minio://mlpipeline/raw/ledger.csv")


def test_nothing_is_said_of_objects_of_other_runs(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="lists only the objects of its runs"):
        store(tmp_path).exists("minio://mlpipeline/raw/ledger.csv")


def test_a_bundle_of_everything_knows_what_is_not_there(tmp_path: Path) -> None:
    assert store(tmp_path, scope={"everything": True}).exists("minio://mlpipeline/raw/ledger.csv") is False


def test_the_end_of_an_object(tmp_path: Path) -> None:
    found = store(tmp_path)
    assert found.tail(f"minio://mlpipeline/{KEY}", 5) == b"bytes"
    assert found.tail(f"minio://mlpipeline/{KEY}", 0) == b""


def test_bytes_that_are_not_held_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="it has 7 bytes"):
        store(tmp_path).tail(f"minio://mlpipeline/{RUN}/big", 5)


def test_a_store_that_could_not_be_read_says_why(tmp_path: Path) -> None:
    found = store(tmp_path, {}, gaps=[{"source": "object store", "why": "ReadTimeoutError"}])
    with pytest.raises(Unreachable, match="ReadTimeoutError"):
        found.exists(f"minio://mlpipeline/{KEY}")


def test_an_uri() -> None:
    assert bucket_and_key("minio://b/a/c#1?x=y") == ("b", "a/c#1")
    assert bucket_and_key("s3://b") == ("b", "")
