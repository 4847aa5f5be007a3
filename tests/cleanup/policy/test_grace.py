from __future__ import annotations

import pytest

from kfpops.cleanup.policy.grace import refuse_unsafe_grace
from kfpops.cleanup.policy.policy import DAY, Policy
from kfpops.errors import PlanRefused


def test_a_day_is_long_enough() -> None:
    refuse_unsafe_grace(Policy(grace=DAY), unsafe_grace=False)


def test_less_is_accepted_when_it_was_confirmed() -> None:
    refuse_unsafe_grace(Policy(grace=0.0), unsafe_grace=True)


def test_less_is_refused_with_the_numbers() -> None:
    with pytest.raises(PlanRefused) as refused:
        refuse_unsafe_grace(Policy(grace=5_400.0), unsafe_grace=False)
    assert "90m" in refused.value.message
    assert "1d" in refused.value.message
    assert "--unsafe-grace" in refused.value.hint
