from __future__ import annotations

import pytest

from kfpops.cleanup.gather.readers import Order, Reading, Unordered, by_span, rises, together
from kfpops.cleanup.gather.spans import between, by_components
from tests.cleanup.gather.memory_bucket import Listed, MemoryBucket, an_object

KEYS = [f"root/{p}/{n}/f" for p in ("train", "train-v2") for n in range(9)]
CUTS = ("root/train/", "root/train/4", "root/train-v2/5")


def reading(listed: Listed, order: Order) -> Reading:
    rank = str if order == "bytes" else by_components
    return Reading(MemoryBucket([an_object(k) for k in KEYS], listed, page=2), between(CUTS, rank), order)


def test_readers_of_the_right_order_see_every_key_once() -> None:
    folded = by_span(reading("bytes", "bytes"), lambda number, span, pages: [o.key for page in pages for o in page])
    assert [key for keys in folded for key in keys] == sorted(KEYS)
    assert sorted(o.key for page in together(reading("components", "components")) for o in page) == sorted(KEYS)


@pytest.mark.parametrize("listed, order", [("components", "bytes"), ("bytes", "components"), ("shuffled", "components")])
def test_readers_of_a_wrong_order_find_it_out(listed: Listed, order: Order) -> None:
    with pytest.raises(Unordered):
        sum(1 for _ in together(reading(listed, order)))
    with pytest.raises(Unordered):
        by_span(reading(listed, order), lambda number, span, pages: sum(1 for _ in pages))


def test_who_leaves_early_stops_the_readers() -> None:
    pages = together(reading("components", "components"))
    next(pages)
    pages.close()


@pytest.mark.parametrize(
    "keys, expected", [((), True), (("a",), True), (("a", "b"), True), (("a", "a"), False), (("b", "a"), False)]
)
def test_rises(keys: tuple[str, ...], expected: bool) -> None:
    assert rises(keys) is expected
