from __future__ import annotations

from typing import get_args

from kfpops.cleanup.plan.entry import Kind
from kfpops.cleanup.verdict import Reason
from kfpops.cleanup.words import CLAIMS, KINDS, REASONS, size


def test_every_reason_and_kind_has_words() -> None:
    assert set(REASONS) == set(get_args(Reason))
    assert set(KINDS) == set(get_args(Kind))
    assert set(CLAIMS) < set(get_args(Reason))


def test_sizes() -> None:
    assert [size(0), size(812), size(3 * 2**20 + 2**19)] == ["0B", "812B", "3.5MiB"]
