"""What a store's refusal becomes."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.question import Question, Reply
from kfpops.cluster.bucket.refused import Declined, code_of, refusal
from kfpops.errors import Forbidden, KfpopsError, NotFound, Unreachable

SECRETIVE = b"<Error><Code>SignatureDoesNotMatch</Code><Message>m</Message><AWSAccessKeyId>AKIA1</AWSAccessKeyId></Error>"


@pytest.mark.parametrize(
    "status, body, kind, code",
    [
        pytest.param(403, SECRETIVE, Forbidden, "SignatureDoesNotMatch", id="wrong keys"),
        pytest.param(404, b"<Error><Code>NoSuchBucket</Code></Error>", NotFound, "NoSuchBucket", id="no bucket"),
        pytest.param(503, b"<Error><Code>SlowDown</Code></Error>", Unreachable, "SlowDown", id="busy"),
        pytest.param(200, b"<Error><Code>AccessDenied</Code></Error>", Forbidden, "AccessDenied", id="after a 200"),
        pytest.param(501, b"<Error><Code>NotImplemented</Code></Error>", Declined, "NotImplemented", id="not offered"),
        pytest.param(418, b"<html>", Declined, "418", id="no XML"),
    ],
)
def test_errors(status: int, body: bytes, kind: type[KfpopsError], code: str) -> None:
    reply = Reply(status, {}, body)
    error = refusal("the object store at x", "bucket", Question("GET", needs="s3:ListBucket"), reply)
    assert type(error) is kind
    assert code == code_of(reply)
    assert f"({code})" in error.message
    assert "AKIA1" not in f"{vars(error)}"


def test_the_missing_right_is_named() -> None:
    error = refusal("the store", "bucket", Question("POST", needs="s3:DeleteObject"), Reply(403, {}))
    assert isinstance(error, Forbidden)
    assert error.needs == "s3:DeleteObject on bucket"
