from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kfpops.cleanup.inventory import Gap
from kfpops.cleanup.plan.entry import Count, Header
from kfpops.cleanup.plan.safety import (
    Numbers,
    refuse_elsewhere,
    refuse_expired,
    refuse_gaps,
    refuse_if_unsafe,
    refuse_other_cluster,
)
from kfpops.cleanup.policy.policy import Limits
from kfpops.errors import PlanRefused
from kfpops.model.diagnosis import Source
from tests.cleanup.plan.samples import a_header

MADE = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)


def numbers(goes: int = 10, below: int = 100, live: int = 50, previous: int | None = None, marks: int = 60) -> Numbers:
    return Numbers(Count(goes, goes * 10), Count(goes, goes * 10), Count(below, below * 10), live, previous, marks)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(numbers(), id="a tenth goes"),
        pytest.param(numbers(goes=50), id="exactly the half"),
        pytest.param(numbers(goes=0, below=0, marks=0, live=0), id="nothing is known, and nothing lies there"),
        pytest.param(numbers(goes=0, marks=0, live=0), id="nothing goes"),
        pytest.param(numbers(previous=100), id="half as much keeps something as before"),
        pytest.param(numbers(goes=0, live=1, previous=100), id="much less is live, but nothing goes"),
        pytest.param(numbers(previous=0), id="nothing was live before"),
    ],
)
def test_what_is_safe(seen: Numbers) -> None:
    refuse_if_unsafe(seen, Limits())


@pytest.mark.parametrize(
    "seen, words",
    [
        (numbers(goes=51), "51 of 100 objects below the roots would go: 51 %, and the policy allows 50 %"),
        (numbers(live=49, previous=100), "49 runs and artifacts keep something, 100 did in the previous plan"),
        (numbers(marks=0), "100 objects lie below the roots, but neither KFP nor the lineage store knows"),
    ],
)
def test_what_is_refused_with_its_numbers(seen: Numbers, words: str) -> None:
    with pytest.raises(PlanRefused) as found:
        refuse_if_unsafe(seen, Limits())
    assert words in found.value.message
    assert found.value.hint


def test_gaps_that_are_not_fatal_are_not_refused() -> None:
    refuse_gaps((Gap("kubernetes", "no pods", fatal=False),))


def test_gaps_are_named_and_counted() -> None:
    gaps = [Gap(f"source {n}", f"it failed {n}.", "Ask again." if n < 2 else "") for n in range(5)]
    with pytest.raises(PlanRefused) as found:
        refuse_gaps(gaps)
    assert (
        "(5 gaps). source 0: it failed 0; source 1: it failed 1; source 2: it failed 2; and 2 gaps more."
        in found.value.message
    )
    assert found.value.hint == "Ask again."


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=23, minutes=59)])
def test_a_young_plan_holds(later: timedelta) -> None:
    refuse_expired(a_header(), MADE + later)


@pytest.mark.parametrize(
    "now, words",
    [
        (MADE + timedelta(hours=24), "is too old. It was made at 2026-11-21 12:00:00 UTC and held until"),
        (MADE - timedelta(days=2), "is from the future"),
    ],
)
def test_a_plan_out_of_its_time_is_refused(now: datetime, words: str) -> None:
    with pytest.raises(PlanRefused, match=words):
        refuse_expired(a_header(), now)


@pytest.mark.parametrize(
    "header, source, identity",
    [
        pytest.param(a_header(cluster="uid-1"), Source("cluster", "in-cluster"), "uid-1", id="a laptop's plan, in a pod"),
        pytest.param(a_header(cluster="uid-1"), Source("cluster", "prod"), "", id="the same name, the UID may not be read"),
        pytest.param(a_header(), Source("cluster", "prod"), "uid-1", id="a plan of an older kfpops"),
        pytest.param(a_header(source="cluster"), Source("cluster", ""), "", id="a cluster without a name"),
    ],
)
def test_the_same_cluster_is_accepted(header: Header, source: Source, identity: str) -> None:
    refuse_other_cluster(header, source, identity)


@pytest.mark.parametrize(
    "header, source, identity, words, hint",
    [
        pytest.param(
            a_header(cluster="uid-1"), Source("cluster", "prod"), "uid-2",
            r"another cluster, cluster prod: .* \(kubeflow\) has the UID uid-1, the one here uid-2", "Is --context",
            id="the same name, another cluster",
        ),
        pytest.param(
            a_header(), Source("cluster", "in-cluster"), "uid-1",
            "made of cluster prod, and this is cluster in-cluster", "missing where the plan is made",
            id="an older kfpops",
        ),
        pytest.param(
            a_header(cluster="uid-1"), Source("cluster", "in-cluster"), "",
            "made of cluster prod, and this is cluster in-cluster", "missing here", id="the right is missing",
        ),
        pytest.param(a_header(source="bundle x"), Source("cluster", "prod"), "", "bundle x", "", id="a bundle's plan"),
        pytest.param(a_header(), Source("bundle", "x.zip"), "", r"bundle \(x.zip\)", "", id="a bundle"),
    ],
)  # fmt: skip
def test_another_cluster_is_refused(header: Header, source: Source, identity: str, words: str, hint: str) -> None:
    with pytest.raises(PlanRefused, match=words) as found:
        refuse_other_cluster(header, source, identity)
    assert hint in found.value.hint


def test_the_cluster_of_the_plan_is_accepted() -> None:
    refuse_elsewhere(a_header(), "cluster prod", ("minio://mlpipeline", "minio://logs"))


@pytest.mark.parametrize(
    "header, words",
    [
        (a_header(source="bundle x.tar.gz"), "was made of bundle x.tar.gz: it is for review"),
        (a_header(buckets=("minio://other",)), r"is of another bucket \(minio://other\)"),
    ],
)
def test_a_plan_of_something_else_is_refused(header: Header, words: str) -> None:
    with pytest.raises(PlanRefused, match=words):
        refuse_elsewhere(header, "cluster prod", ("minio://mlpipeline",))
