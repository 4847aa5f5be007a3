"""One object: bodies in frames, and what a wrong ETag does in each kind of store."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.sandbox.s3.asked import Request
from kfpops.sandbox.s3.kept import KeptBucket
from kfpops.sandbox.s3.objects import deleted, put_object


def test_a_body_in_frames() -> None:
    kept = KeptBucket("b", lambda: 0.0)
    body = b"5\r\nhello\r\n6;chunk-signature=0\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n"
    headers = {"content-encoding": "aws-chunked"}
    put_object(kept, Request("PUT", "/b/key", "", {}, headers, body, "b", "key"))
    found = kept.current("key")
    assert found is not None
    assert found.body == b"hello world"


@pytest.mark.parametrize(
    "conditions, stays, code",
    [
        ("honoured", True, "PreconditionFailed"),
        ("kept-but-says-gone", True, ""),
        ("ignored", False, ""),
        ("deleted-but-says-kept", False, "PreconditionFailed"),
    ],
)
def test_a_wrong_etag(conditions: Any, stays: bool, code: str) -> None:
    kept = KeptBucket("b", lambda: 0.0)
    kept.put("key", b"x")
    assert deleted(kept, ("key", ""), "wrong", conditions)[1] == code
    assert (kept.current("key") is not None) is stays
    assert deleted(kept, ("absent", ""), "wrong", "honoured") == (None, "NoSuchKey")
