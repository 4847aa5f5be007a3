from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kfpops.cleanup.gather.listing import Listing, Order, list_bucket
from kfpops.cleanup.gather.spans import Span, between
from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject
from tests.cleanup.gather.memory_bucket import Listed, MemoryBucket, an_object

# Names that stand next to each other in one order and apart in the other.
PARTS = ("a", "a-b", "a.b", "a!", "b", "model", "model-v2", "model.txt", "é", "日本")


def keys(seed: int, number: int) -> list[str]:
    chance = random.Random(seed)
    return sorted({"/".join(chance.choices(PARTS, k=chance.randint(1, 4))) for _ in range(number)})


def kept(number: int, span: Span, pages: Iterator[Sequence[BucketObject]]) -> list[str]:
    return [row.key for page in pages for row in page]


def listed(bucket: MemoryBucket, cuts: Sequence[str], folder: Path) -> Listing[list[str]]:
    return list_bucket(bucket, lambda: between(cuts), kept, folder)


def together(listing: Listing[list[str]]) -> list[str]:
    return [key for result in listing.results for key in result]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("order", ["bytes", "components", "shuffled"])
def test_every_key_comes_once_and_in_byte_order(seed: int, order: Listed, tmp_path: Path) -> None:
    every = keys(seed, 60)
    cuts = random.Random(seed).sample([*every, "a/", "model/", "model-v2/a", "zz"], 6)
    listing = listed(MemoryBucket([an_object(k) for k in every], order), cuts, tmp_path)
    assert together(listing) == every


@pytest.mark.parametrize("order, found", [("bytes", "bytes"), ("components", "components"), ("shuffled", "none")])
def test_the_order_is_found_out(order: Listed, found: Order, tmp_path: Path) -> None:
    every = [f"root/{p}/{n}/f" for p in ("train", "train-v2") for n in range(9)]
    bucket = MemoryBucket([an_object(k) for k in every], order)
    listing = listed(bucket, ["root/train/", "root/train/4", "root/train-v2/", "root/train-v2/5"], tmp_path)
    assert listing.order == found
    assert together(listing) == sorted(every)


def test_spans_of_an_ordered_store_are_folded_apart(tmp_path: Path) -> None:
    every = [f"{n:02}" for n in range(40)]
    bucket = MemoryBucket([an_object(k) for k in every])
    listing = listed(bucket, ["09", "20"], tmp_path)
    assert listing.results == (every[:10], every[10:21], every[21:])
    assert listing.duplicates == 0


def test_a_small_bucket_is_read_by_one_reader(tmp_path: Path) -> None:
    bucket = MemoryBucket([an_object(k) for k in "abcdef"])
    assert listed(bucket, ["c"], tmp_path).results == (list("abcdef"),)
    assert {after for _, after in bucket.asked} == {""}


def test_an_empty_bucket(tmp_path: Path) -> None:
    assert listed(MemoryBucket([]), ["c"], tmp_path).results == ([],)


@pytest.mark.parametrize("order", ["bytes", "components", "shuffled"])
def test_rows_that_come_twice_count_once(order: Listed, tmp_path: Path) -> None:
    every = [f"root/{n:02}/f" for n in range(20)]
    bucket = MemoryBucket([an_object(k) for k in every], order, twice=frozenset({"root/03/f", "root/11/f"}))
    listing = listed(bucket, ["root/07", "root/13"], tmp_path)
    assert together(listing) == every
    assert (listing.order, listing.duplicates) == ("none", 2)


def test_of_two_rows_of_a_key_the_newest_counts(tmp_path: Path) -> None:
    class Changing(MemoryBucket):
        def rows(self) -> list[BucketObject]:
            return [
                an_object("a", modified_at=1),
                an_object("b"),
                an_object("a", modified_at=9),
                an_object("a", modified_at=5),
            ]

    found = list_bucket(Changing([], page=4), tuple, lambda n, s, pages: [o for page in pages for o in page], tmp_path)
    assert found.results[0][0].modified_at == 9
    assert found.duplicates == 2


@pytest.mark.parametrize("pages", [0, 5, 20])
@pytest.mark.parametrize("order", ["bytes", "components", "shuffled"])
def test_a_listing_that_breaks_off_is_never_taken_for_whole(order: Listed, pages: int, tmp_path: Path) -> None:
    bucket = MemoryBucket([an_object(f"root/{n:02}/f") for n in range(60)], order, breaks_after=pages)
    with pytest.raises(BadAnswer):
        listed(bucket, ["root/30"], tmp_path)


def test_a_store_that_skips_a_folder_after_its_name_is_seen_at_the_seam(tmp_path: Path) -> None:
    """A store of components takes a name for its folder: what lies in it would be lost between two readers."""
    bucket = MemoryBucket([an_object(f"root/{n}/{i}") for n in range(6) for i in range(4)], "components")
    original = bucket._after

    def skipping(rows: list[BucketObject], last: str) -> list[BucketObject]:
        return [o for o in original(rows, last) if not (last == "root/3" and o.key.startswith("root/3/"))]

    bucket._after = skipping  # type: ignore[method-assign]
    listing = listed(bucket, ["root/3"], tmp_path)
    assert listing.order == "none"
    assert together(listing) == sorted(bucket.by_key)


def growing(new: Sequence[str]) -> Callable[[MemoryBucket], None]:
    """Writes one more object after every page."""
    waiting = list(new)

    def write(bucket: MemoryBucket) -> None:
        with bucket.lock:
            if waiting:
                key = waiting.pop()
                bucket.by_key[key] = an_object(key)

    return write


@pytest.mark.parametrize("seed", range(10))
def test_what_was_there_before_is_told_of_a_bucket_that_grows(seed: int, tmp_path: Path) -> None:
    every = [f"root/{n:03}/f" for n in range(0, 200, 2)]
    new = random.Random(seed).sample([f"root/{n:03}/f" for n in range(1, 200, 2)], 80)
    bucket = MemoryBucket([an_object(k) for k in every], between=growing(new))
    listing = listed(bucket, [f"root/{n:03}" for n in range(0, 200, 23)], tmp_path)
    told = together(listing)
    assert set(every) <= set(told)
    assert told == sorted(set(told))


def test_an_error_of_the_fold_stops_all_readers(tmp_path: Path) -> None:
    def broken(number: int, span: Span, pages: Iterator[Sequence[BucketObject]]) -> int:
        raise ZeroDivisionError

    bucket = MemoryBucket([an_object(f"{n:03}") for n in range(100)])
    with pytest.raises(ZeroDivisionError):
        list_bucket(bucket, lambda: between(["050"]), broken, tmp_path)


def test_a_fold_may_leave_early(tmp_path: Path) -> None:
    bucket = MemoryBucket([an_object(f"{n:03}") for n in range(100)])
    listing = list_bucket(bucket, lambda: between(["050"]), lambda n, s, pages: len(next(pages)), tmp_path)
    assert listing.results == (1, 1)
    assert listing.order == "bytes"


def test_an_inventory_is_read_once(tmp_path: Path) -> None:
    class FromInventory(MemoryBucket):
        from_inventory = True

    bucket = FromInventory([an_object(f"{n:03}") for n in range(100)])
    assert len(listed(bucket, ["050"], tmp_path).results) == 1
    assert set(bucket.asked) == {("", "")}
