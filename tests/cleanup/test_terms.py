from __future__ import annotations

from random import Random

import pytest

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.inventory import Inventory, LogLayout
from kfpops.cleanup.policy.policy import DAY, Policy
from kfpops.cleanup.terms import Terms, ordered, terms_of, to_bytes
from tests.cleanup.building import NOW, an_inventory


def terms(inventory: Inventory, bucket: str = "one", grace: float = DAY, store_now: float = NOW) -> Terms:
    policy = Policy(grace=grace)
    return terms_of(bucket, inventory, policy, claims_of(inventory, policy, NOW), store_now)


def test_only_what_is_of_this_bucket() -> None:
    logs = (
        LogLayout("s3://one", "l/{{pod.name}}"),
        LogLayout("s3://two", "k/{{pod.name}}"),
        LogLayout("s3://one/", "l/{{pod.name}}"),
    )
    found = terms(an_inventory(roots=("minio://one/b", "s3://two/c", "gs://one/a/"), logs=logs))
    assert found.roots == ("a", "b")
    assert [form.path for form in found.logs] == ["l"]


def test_a_root_is_what_kfp_reads_and_nothing_wider() -> None:
    assert terms(an_inventory(roots=("minio://one/a/b?endpoint=x", "minio://one"))).roots == ("", "a/b")


def test_a_root_that_nobody_can_read_is_no_root() -> None:
    assert terms(an_inventory(roots=("minio://one/a", "weird://one/b", "my_store://one/c"))).roots == ("a",)


def test_every_bucket_has_its_protected_places() -> None:
    found = [(mark.kind, mark.path) for mark in terms(an_inventory(roots=("minio://one/v2",), logs=())).standing()]
    assert found == [("protected", "_kfpops"), ("protected", "pipelines"), ("root", "v2")]


@pytest.mark.parametrize(
    "store_now, began_at, since, cutoff",
    [
        pytest.param(NOW, NOW, 0.0, NOW - DAY, id="the grace"),
        pytest.param(NOW, NOW, 2 * DAY, NOW - 2 * DAY, id="the age of a kind is longer"),
        pytest.param(NOW + 5 * DAY, NOW, 0.0, NOW - DAY, id="the store's clock is ahead"),
        pytest.param(NOW - 5 * DAY, NOW, 0.0, NOW - 6 * DAY, id="the store's clock is behind"),
        pytest.param(NOW, NOW - 3 * DAY, 0.0, NOW - 4 * DAY, id="what is known is three days old"),
    ],
)
def test_what_is_old_enough(store_now: float, began_at: float, since: float, cutoff: float) -> None:
    assert terms(an_inventory(began_at=began_at), store_now=store_now).cutoff(since) == cutoff


def test_texts_are_ordered_as_their_bytes() -> None:
    random = Random(3)
    letters = "a/-.0\0é\uffee\U0001f600\udc80\udcff\ud800"
    texts = ["".join(random.choices(letters, k=random.randint(0, 4))) for _ in range(2000)]
    assert sorted(texts, key=ordered) == sorted(texts, key=to_bytes)
    for text in texts[:200]:
        for other in texts[:200]:
            assert ordered(text).startswith(ordered(other)) >= text.startswith(other)


def test_ascii_is_its_own_order() -> None:
    key = "v2/artifacts/a-b.c"
    assert ordered(key) is key
