"""Answers that are successes, and those that only look so."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.question import Reply


@pytest.mark.parametrize(
    "reply, good",
    [
        pytest.param(Reply(503, {}), False, id="busy"),
        pytest.param(Reply(200, {}, b"<Error><Code>InternalError</Code></Error>"), False, id="an error after a 200"),
        pytest.param(Reply(200, {}, b'<?xml version="1.0"?>\n<Error><Code>x</Code></Error>'), False, id="with a head"),
        pytest.param(Reply(200, {}, b"<DeleteResult><Error><Code>x</Code></Error></DeleteResult>"), True, id="of one key"),
        pytest.param(Reply(204, {}), True, id="nothing to say"),
    ],
)
def test_success(reply: Reply, good: bool) -> None:
    assert reply.good is good
