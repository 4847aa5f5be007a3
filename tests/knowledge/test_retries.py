"""Retries that were asked for, and whether they were made."""

from __future__ import annotations

import pytest

from kfpops.knowledge.retries import retries_asked_for, retries_not_made
from kfpops.model.pipeline_ir import RetryPolicy


@pytest.mark.parametrize(
    ("policy", "count"),
    [(None, None), (RetryPolicy(0), None), (RetryPolicy("x"), None), (RetryPolicy(4), 4), (RetryPolicy(3.0), 3),
     (RetryPolicy("2"), 2)],
)  # fmt: skip
def test_how_many(policy: RetryPolicy | None, count: int | None) -> None:
    assert retries_asked_for(policy) == count


@pytest.mark.parametrize(
    ("asked", "attempts", "policy"),
    [
        pytest.param(4, 5, "OnError", id="all were made"),
        pytest.param(4, 1, "", id="the installation has no policy of its own"),
        pytest.param(4, 1, "Always", id="another policy"),
    ],
)
def test_nothing_to_say(asked: int, attempts: int, policy: str) -> None:
    assert retries_not_made(asked, attempts, policy) is None


def test_why_none_were_made() -> None:
    text = retries_not_made(4, 1, "OnError") or ""
    assert "set_retry(4) was asked for, but only 1 attempt was made" in text
    assert "retryPolicy" in text
