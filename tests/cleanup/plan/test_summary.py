from __future__ import annotations

from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.plan.summary import Tally, by_size, largest
from kfpops.cleanup.verdict import Verdict
from tests.cleanup.plan.test_present import OTHER, a_summary, a_tally


def test_shares_are_of_what_lies_below_the_roots() -> None:
    tally = Tally()
    tally.go(Verdict(True, "orphan", "run-deleted", "r"), 10)
    tally.keep({("live", "run-kept"): (2, 20), ("foreign", "outside-roots"): (9, 90), ("protected", "own-files"): (1, 1)})
    tally.go_besides(Verdict(True, "abandoned", "upload-abandoned"), 5)
    assert tally.below_roots == Count(3, 30)
    assert tally.listed == Count(13, 121)
    assert (tally.current, tally.all_goes) == (Count(1, 10), Count(2, 15))


def test_two_tallies_are_one() -> None:
    once, twice = a_tally(), a_tally()
    twice.add(a_tally())
    assert twice.all_goes == Count(2 * once.all_goes.objects, 2 * once.all_goes.bytes)
    assert twice.footer().keeps["run-kept"] == Count(40_000, 2**37)
    assert twice.listed.objects == 2 * once.listed.objects


def test_groups_stand_largest_first() -> None:
    assert [group[0] for group, _ in largest(a_tally())] == ["run-expired", "run-deleted", "upload-abandoned"]


def test_sums() -> None:
    summary = a_summary()
    assert list(summary.by_kind()) == ["run-artifacts", "orphans", "uploads"]
    assert summary.by_rule() == {"nightly-old": Count(30, 30 * 2**30)}
    assert OTHER in summary.by_who()
    assert by_size([("a", Count(1, 1)), ("b", Count(1, 2)), ("a", Count(1, 5))]) == {"a": Count(2, 6), "b": Count(1, 2)}
