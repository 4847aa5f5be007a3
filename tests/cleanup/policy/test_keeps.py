from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.keeps import in_words, kept
from kfpops.cleanup.policy.policy import Best, Keep
from tests.cleanup.policy.runs import DAY, NOW, a_run

GROUP = "kubeflow/train"
WEEK = [a_run(f"d{day}", f"2026-11-{day:02d} 03:00") for day in range(13, 21)]
TWICE_A_DAY = [a_run(f"{d}{h}", f"2026-11-{d} {h}:00") for d in (18, 19, 20) for h in ("03", "15")]
MEASURED = [
    a_run(f"m{number}", f"2026-11-{10 + number} 03:00", metrics={"accuracy": value})
    for number, value in enumerate((0.9, 0.7, 0.9, math.nan, math.inf, 0.8))
]


@pytest.mark.parametrize(
    "runs, keep",
    [
        pytest.param(WEEK, Keep(), id="a keep of nothing"),
        pytest.param([], Keep(last=3, daily=3, best=Best("a", 3)), id="a group of nothing"),
        pytest.param(WEEK, Keep(best=Best("accuracy", 3)), id="best by what nobody measured"),
        pytest.param(WEEK, Keep(tagged=()), id="no tags"),
        pytest.param([a_run(tags=("v1",))], Keep(tagged=("v2",)), id="another tag"),
        pytest.param(WEEK, Keep(within=DAY), id="nothing so young"),
    ],
)
def test_nothing_is_kept(runs: Sequence[RunFact], keep: Keep) -> None:
    assert kept(runs, keep, GROUP, NOW) == {}


@pytest.mark.parametrize(
    "runs, keep, whys",
    [
        pytest.param(
            WEEK, Keep(last=2), {"d20": "last 2 of kubeflow/train", "d19": "last 2 of kubeflow/train"}, id="the last two"
        ),
        pytest.param(WEEK, Keep(within=3 * DAY), {"d20": "within 3d", "d19": "within 3d"}, id="within three days"),
        pytest.param([a_run("r", NOW - 3 * DAY)], Keep(within=3 * DAY), {"r": "within 3d"}, id="just within"),
        pytest.param(
            TWICE_A_DAY, Keep(daily=2), {"2015": "daily 2026-11-20", "1915": "daily 2026-11-19"}, id="the newest of each day"
        ),
        pytest.param(
            [a_run("new", "2026-11-20 03:00"), a_run("old", "2026-06-01 03:00")],
            Keep(daily=2),
            {"new": "daily 2026-11-20", "old": "daily 2026-06-01"},
            id="days without a run do not count",
        ),
        pytest.param(WEEK, Keep(weekly=2), {"d20": "weekly 2026-W47", "d15": "weekly 2026-W46"}, id="weeks begin on Monday"),
        pytest.param(
            [a_run("friday", "2027-01-01 03:00"), a_run("monday", "2027-01-04 03:00")],
            Keep(weekly=5),
            {"friday": "weekly 2026-W53", "monday": "weekly 2027-W01"},
            id="the first days of a year may be in the last week of the one before",
        ),
        pytest.param(
            [a_run("a", "2026-10-31 23:59"), a_run("b", "2026-11-01 00:00"), a_run("c", "2026-10-01 00:00")],
            Keep(monthly=9),
            {"a": "monthly 2026-10", "b": "monthly 2026-11"},
            id="months in UTC",
        ),
        pytest.param(
            MEASURED,
            Keep(best=Best("accuracy", 3)),
            {"m2": "best accuracy 1 of 3", "m0": "best accuracy 2 of 3", "m5": "best accuracy 3 of 3"},
            id="of equal runs the newer first, and what is no finite number never",
        ),
        pytest.param(MEASURED, Keep(best=Best("accuracy", 1, lowest=True)), {"m1": "best accuracy 1 of 1"}, id="the lowest"),
        pytest.param(
            [a_run("r", tags=("v2", "release-3"))], Keep(tagged=()), {"r": "tagged release-3 and v2"}, id="any tags, sorted"
        ),
        pytest.param(
            [a_run("r", tags=("v2", "release-3"))],
            Keep(tagged=("release-*",)),
            {"r": "tagged release-3"},
            id="a tag by pattern",
        ),
        pytest.param([a_run("r", tags=("",))], Keep(tagged=()), {"r": "tagged"}, id="a tag without a name"),
        pytest.param(
            WEEK[-1:],
            Keep(last=1, daily=1, within=7 * DAY),
            {"d20": "last 1 of kubeflow/train, within 7d, daily 2026-11-20"},
            id="every reason is told",
        ),
        pytest.param(
            [a_run("b"), a_run("a"), a_run("c")],
            Keep(last=1),
            {"a": "last 1 of kubeflow/train"},
            id="of one time the first by id",
        ),
    ],
)
def test_who_is_kept_and_why(runs: Sequence[RunFact], keep: Keep, whys: dict[str, str]) -> None:
    assert kept(runs, keep, GROUP, NOW) == whys
    assert kept(list(reversed(runs)), keep, GROUP, NOW) == whys


def test_in_words() -> None:
    assert in_words(Keep()) == ""
    every = Keep(3, 7 * DAY, 7, 4, 6, Best("accuracy", 3), ("release-*", "v1"))
    assert in_words(every) == ("last 3, daily 7, weekly 4, monthly 6, within 7d, best 3 by accuracy, tagged release-* or v1")
    assert in_words(Keep(tagged=())) == "tagged"
