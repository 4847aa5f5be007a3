"""Error codes of deletes."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.fates import fate_of


@pytest.mark.parametrize(
    "code, fate",
    [
        ("InternalError", "failed"),
        ("SlowDown", "failed"),
        ("ConditionalRequestConflict", "failed"),
        ("NobodyKnows", "failed"),
        ("NoSuchBucket", "failed"),
        ("404", "failed"),
        ("AccessDenied", "refused"),
        ("PreconditionFailed", "changed"),
        ("NoSuchKey", "absent"),
        ("NoSuchVersion", "absent"),
    ],
)
def test_fates(code: str, fate: str) -> None:
    assert fate_of(code) == fate
