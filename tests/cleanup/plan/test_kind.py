from __future__ import annotations

from typing import get_args

from kfpops.cleanup.plan.entry import Kind
from kfpops.cleanup.plan.kind import KIND_OF
from kfpops.cleanup.verdict import Reason

KEEPS = 23


def test_every_reason_to_go_has_a_kind_and_no_reason_to_stay_has() -> None:
    reasons = get_args(Reason)
    assert set(KIND_OF) == set(reasons[KEEPS:])
    assert set(KIND_OF.values()) == set(get_args(Kind))
