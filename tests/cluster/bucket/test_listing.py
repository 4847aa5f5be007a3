"""Listings of a store that lies: each lie is noticed, or does no harm."""

from __future__ import annotations

import threading
from itertools import islice
from typing import Any

import pytest

from kfpops.cluster.bucket.listing import list_pages
from kfpops.errors import BadAnswer, Unreachable
from tests.cluster.bucket.opening import NAME, a_store, keys_of

KEYS = [f"v2/{n:05}" for n in range(2500)]


def fill(store: Any) -> None:
    for key in KEYS:
        store.put(NAME, key, b"x")


@pytest.mark.parametrize(
    "faults, words",
    [
        pytest.param({"cut": True}, "cut off", id="a page that ends in the middle"),
        pytest.param({"twice": True}, "holds a key twice", id="a row that is there twice"),
        pytest.param({"miscount": True}, "holds 1000 keys and counts 1001", id="a page that counts what it does not hold"),
        pytest.param({"same_page": True}, "repeats a page", id="the same page for ever"),
        pytest.param({"circle": 2}, "goes in a circle", id="pages that go in a circle"),
    ],
)
def test_lies_that_are_noticed(faults: dict[str, Any], words: str) -> None:
    with a_store(**faults) as (store, both):
        fill(store)
        with pytest.raises(BadAnswer, match=words):
            list(islice(both.bucket.pages("v2/"), 30))


@pytest.mark.parametrize(
    "faults, found",
    [
        pytest.param({"order": "shuffled"}, KEYS, id="no order: each key once all the same"),
        pytest.param({"order": "folders"}, KEYS, id="the order of folders"),
        pytest.param({"raw_keys": True}, KEYS, id="encoding-type ignored"),
        pytest.param({"busy_first": 3, "busy_every": 2}, KEYS, id="a store that is busy now and then"),
        pytest.param({"lose": ("GET",), "lose_every": 2}, KEYS, id="answers that get lost"),
        pytest.param({"drop_every": 10}, [k for n, k in enumerate(KEYS) if n % 10 != 9], id="keys left out"),
    ],
)
def test_what_does_no_harm(faults: dict[str, Any], found: list[str]) -> None:
    with a_store(**faults) as (store, both):
        fill(store)
        assert sorted(keys_of(both, "v2/")) == found


def test_what_appears_meanwhile_neither_hides_nor_repeats_anything() -> None:
    with a_store(grows=3) as (store, both):
        fill(store)
        found = keys_of(both)
        assert len(found) == len(set(found))
        assert set(KEYS) <= set(found)


def test_what_is_not_below_the_prefix_is_not_believed() -> None:
    with a_store() as (store, both):
        store.put(NAME, "other/x")
        both.line.ask = _without_prefix(both.line.ask)
        with pytest.raises(BadAnswer, match="holds other/x, which is not below it"):
            list(list_pages(both.line, "v2/"))


def _without_prefix(ask: Any) -> Any:
    from dataclasses import replace

    return lambda question: ask(replace(question, query={**question.query, "prefix": ""}))


def test_a_store_that_stays_busy_is_given_up_after_a_while() -> None:
    with a_store(busy_every=1) as (store, both):
        with pytest.raises(Unreachable, match=r"overloaded or failed \(SlowDown\)"):
            keys_of(both)
        assert len(store.asked) == 7


def test_several_threads_list_at_once() -> None:
    with a_store() as (store, both):
        fill(store)
        prefixes = [f"v2/{n:02}" for n in range(25)]
        found: dict[str, list[str]] = {}
        threads = [threading.Thread(target=lambda p=p: found.update({p: keys_of(both, p)})) for p in prefixes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [key for prefix in prefixes for key in found[prefix]] == KEYS
