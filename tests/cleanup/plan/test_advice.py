from __future__ import annotations

import pytest

from kfpops.cleanup.plan.advice import held_by_cache
from kfpops.cleanup.plan.summary import Tally
from kfpops.cleanup.policy.policy import CacheChoice
from kfpops.cleanup.verdict import Label, Reason


def tally(**kept: tuple[int, int]) -> Tally:
    found = Tally()
    words: dict[str, tuple[Label, Reason]] = {"cache": ("live", "cache-entry"), "run": ("live", "run-kept")}
    found.keep({words[name]: counted for name, counted in kept.items()})
    return found


@pytest.mark.parametrize("cache", ["respect", "evict"])
def test_nothing_is_said_where_the_cache_holds_nothing(cache: CacheChoice) -> None:
    assert list(held_by_cache(tally(run=(3, 30)), cache)) == []


@pytest.mark.parametrize(
    "cache, words",
    [("respect", "`cache: evict` in the policy frees"), ("evict", "give them up as a whole: by a rule without `types`")],
)
def test_how_much_the_cache_holds_and_what_to_write(cache: CacheChoice, words: str) -> None:
    (told,) = held_by_cache(tally(run=(3, 30), cache=(2, 5 << 30)), cache)
    assert told.startswith("2 objects (5GiB) that could go stay, because the cache can still hand them out.")
    assert words in told


def test_one_object() -> None:
    (told,) = held_by_cache(tally(cache=(1, 812)), "respect")
    assert told.startswith("1 object (812B) that could go stays,")
