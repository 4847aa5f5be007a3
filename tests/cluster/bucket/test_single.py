"""Deletes of one object each."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cluster.bucket.heading import Heads
from kfpops.cluster.bucket.question import Reply
from kfpops.cluster.bucket.single import Singles
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.model.bucket import Deletion, StoreTraits
from tests.cluster.bucket.opening import NAME, a_store, opened
from tests.cluster.loopback import Answer, Loopback

THERE = {"ETag": '"e"', "Last-Modified": "Sat, 21 Nov 2026 09:52:06 GMT"}


@pytest.mark.parametrize(
    "faults, key, etag, fate",
    [
        pytest.param({}, "key", "other", "changed", id="another ETag"),
        pytest.param({}, "absent", "other", "absent", id="not there"),
        pytest.param({"denied": ("key",)}, "key", "", "refused", id="not allowed"),
        pytest.param({"singly": "not-understood"}, "key", "", "failed", id="a store that does not know conditions"),
        pytest.param({}, "key", "", "gone", id="as it was seen"),
    ],
)
def test_by_condition(faults: dict[str, Any], key: str, etag: str, fate: str) -> None:
    with a_store(**faults) as (store, both):
        seen = store.put(NAME, "key", b"x")
        found = Singles(both.line, Heads(both.line)).by_condition(Deletion(key, etag or seen))
        assert found.fate == fate
        assert store.keys(NAME) == ([] if fate == "gone" else ["key"])


def test_a_store_that_ignores_conditions_is_looked_at_first() -> None:
    with a_store(singly="ignored") as (store, both):
        singles = Singles(both.line, Heads(both.line))
        seen = store.put(NAME, "key", b"x")
        assert singles.after_a_look(Deletion("key", "other")).fate == "changed"
        assert singles.after_a_look(Deletion("absent", seen)).fate == "absent"
        assert store.keys(NAME) == ["key"]
        assert not [asked for asked in store.asked if asked.startswith("DELETE")]
        assert singles.after_a_look(Deletion("key", seen)).fate == "gone"
        assert store.keys(NAME) == []


def test_a_busy_store_leaves_it_open_what_came_of_it() -> None:
    with a_store(busy_every=1) as (store, both):
        with pytest.raises(Unreachable, match="SlowDown"):
            Singles(both.line, Heads(both.line)).by_condition(Deletion("key", "e"))
        assert len(store.asked) == 1


def test_the_marker_is_told() -> None:
    with a_store() as (store, both):
        store.make(NAME).versioning = "Enabled"
        seen = store.put(NAME, "key", b"x")
        found = Singles(both.line, Heads(both.line)).by_condition(Deletion("key", seen))
        marker = store.make(NAME).get("key")
        assert marker is not None
        assert (found.fate, found.marker_id) == ("gone", marker.version_id)


@pytest.mark.parametrize(
    "there, fate",
    [
        pytest.param(Answer(b"12345", 200, THERE), "failed", id="is there"),
        pytest.param(Answer(b"", 404), "absent", id="is not there"),
    ],
)
def test_a_bare_404_is_looked_into(server: Loopback, there: Answer, fate: str) -> None:
    both = opened(server.url)
    once = both.line._once
    both.line._once = lambda q: Reply(404, {}) if q.method == "DELETE" else once(q)  # type: ignore[method-assign]
    server.routes.update({"/mlpipeline": Answer(b""), "/mlpipeline/key": there})
    assert Singles(both.line, Heads(both.line)).by_condition(Deletion("key", "e")).fate == fate


def test_a_404_of_something_that_is_no_store_says_nothing_of_the_object(server: Loopback) -> None:
    both = opened(server.url)
    both.line._once = lambda q: Reply(404, {})  # type: ignore[method-assign]
    with pytest.raises(NotFound):
        Singles(both.line, Heads(both.line)).by_condition(Deletion("key", "e"))


def test_wrong_keys_are_not_tried_on_every_object() -> None:
    with a_store() as (store, _):
        both = opened(store.endpoint, secret="wrong")
        with pytest.raises(Forbidden, match="SignatureDoesNotMatch"):
            both.changes.delete([Deletion(f"key/{n}", "e") for n in range(50)], StoreTraits(honours_etag=True))
        assert len(store.asked) < 20
