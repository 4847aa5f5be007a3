"""Deletes of whole batches, by stores of every kind: nothing goes that has changed, whatever the store answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from kfpops.cluster.bucket.open import Opened
from kfpops.errors import BadAnswer, Forbidden, Unreachable
from kfpops.model.bucket import Deletion, StoreTraits, Upload
from kfpops.sandbox.object_store import ObjectStore
from tests.cluster.bucket.opening import NAME, SOUND, a_store

UNKNOWN = StoreTraits()
SINGLY = replace(SOUND, batches=False, honours_etag_in_batch=None)
NO_CONDITIONS = replace(SOUND, honours_etag=False, honours_etag_in_batch=False)


def seen(store: ObjectStore, count: int = 6) -> list[Deletion]:
    """Objects as they were seen; every other one was written again since."""
    found = [Deletion(f"key/{n}", store.put(NAME, f"key/{n}", b"old")) for n in range(count)]
    for deletion in found[1::2]:
        store.put(NAME, deletion.key, b"new")
    return found


def changed(deletions: Sequence[Deletion]) -> list[str]:
    return [deletion.key for deletion in deletions[1::2]]


@pytest.mark.parametrize(
    "faults, traits",
    [
        pytest.param({}, SOUND, id="a sound store, in one request"),
        pytest.param({}, SINGLY, id="a sound store, one by one"),
        pytest.param({}, UNKNOWN, id="a store that nobody has probed"),
        pytest.param({"singly": "ignored", "in_batch": "ignored"}, NO_CONDITIONS, id="a store that ignores conditions"),
        pytest.param({"in_batch": "ignored"}, replace(SOUND, honours_etag_in_batch=False), id="one that does so in batches"),
        pytest.param({"no_batches": True}, SOUND, id="a store that has lost its batches since the probe"),
        pytest.param({"in_batch": "not-understood"}, SOUND, id="a store that refuses the condition"),
    ],
)
def test_what_has_changed_stays(faults: dict[str, Any], traits: StoreTraits) -> None:
    with a_store(**faults) as (store, both):
        deletions = seen(store)
        answers = both.changes.delete(deletions, traits)
        assert [a.key for a in answers] == [d.key for d in deletions]
        assert [a.fate for a in answers] == ["gone", "changed"] * 3
        assert store.keys(NAME) == changed(deletions)


@pytest.mark.parametrize("traits", [SOUND, SINGLY, UNKNOWN, NO_CONDITIONS])
def test_without_an_etag_nothing_is_sent(traits: StoreTraits) -> None:
    with a_store() as (store, both):
        store.put(NAME, "key", b"x")
        answers = both.changes.delete([Deletion("key", ""), Deletion("key", "", 1, "null")], traits)
        assert [(a.fate, a.why) for a in answers] == [("refused", "no ETag known")] * 2
        assert store.asked == []


@pytest.mark.parametrize("traits", [SOUND, SINGLY, UNKNOWN])
@pytest.mark.parametrize("key", ["", "..", ".", "a/../b", "./a", "a/.."])
def test_what_could_be_taken_for_another_key_is_not_sent(key: str, traits: StoreTraits) -> None:
    with a_store() as (store, both):
        etag = store.put(NAME, "b", b"x")
        answers = both.changes.delete([Deletion(key, etag), Deletion("b", "other")], traits)
        assert (answers[0].fate, answers[0].why) == ("refused", "no key, or dots in it")
        assert answers[1].fate == "changed"
        assert both.changes.abort(Upload(key, "u", 0.0)) is False
        assert both.changes.undelete(key, "m") is False
        assert store.names() == [NAME]
        assert store.keys(NAME) == ["b"]


def test_dots_within_a_name_are_no_matter() -> None:
    with a_store() as (store, both):
        keys = ["a.", "..a/b..", "...", ".hidden/x", "v1..v2"]
        answers = both.changes.delete([Deletion(key, store.put(NAME, key, b"x")) for key in keys], SOUND)
        assert {a.fate for a in answers} == {"gone"}
        assert len(store.asked) == 1


def test_nothing_to_delete_asks_nothing() -> None:
    with a_store() as (store, both):
        assert list(both.changes.delete([], SOUND)) == []
        assert store.asked == []


@pytest.mark.parametrize("half", ["all-done", "half-done"])
def test_half_of_the_answers(half: str) -> None:
    with a_store(half_answers=half) as (store, both):
        deletions = seen(store)[::2] + seen(store)[::2]
        answers = both.changes.delete(seen(store)[:1] + [Deletion("a", "e"), Deletion("b", "e"), Deletion("c", "e")], SOUND)
        assert [a.fate for a in answers] == ["gone", "absent", "failed", "failed"]
        assert [a.why for a in answers[2:]] == ["no answer"] * 2
        assert len(deletions) == 6


@pytest.mark.parametrize("traits", [SOUND, SINGLY, NO_CONDITIONS], ids=["batch", "singly", "after a look"])
def test_a_lost_answer_is_no_answer(traits: StoreTraits) -> None:
    with a_store(lose=("POST", "DELETE")) as (store, both):
        deletions = seen(store)
        with pytest.raises(Unreachable):
            both.changes.delete(deletions, traits)
        # What it did is as it was asked: the objects that had changed are there.
        assert set(changed(deletions)) <= set(store.keys(NAME))


@pytest.mark.parametrize("traits", [SOUND, SINGLY], ids=["batch", "singly"])
def test_a_busy_store_is_not_pressed(traits: StoreTraits) -> None:
    with a_store(busy_every=1) as (store, both):
        with pytest.raises(Unreachable, match="SlowDown"):
            both.changes.delete([Deletion("key", "e")], traits)
        assert len(store.asked) == 1


@pytest.mark.parametrize("traits", [SOUND, SINGLY], ids=["batch", "singly"])
def test_some_keys_may_not_be_deleted(traits: StoreTraits) -> None:
    with a_store(denied=("key/2", "locked/")) as (store, both):
        deletions = [*seen(store), Deletion("locked/x", store.put(NAME, "locked/x"))]
        fates = {a.key: a.fate for a in both.changes.delete(deletions, traits)}
        assert (fates["key/0"], fates["key/2"], fates["locked/x"]) == ("gone", "refused", "refused")
        assert {"key/2", "locked/x"} <= set(store.keys(NAME))


def test_more_than_a_request_takes_and_keys_that_xml_cannot_name() -> None:
    with a_store() as (store, both):
        keys = [f"key/{n:04}" for n in range(1100)] + ["control\x01", "bytes\udcff"]
        deletions = [Deletion(key, store.put(NAME, key, b"x")) for key in keys]
        answers = both.changes.delete(deletions, SOUND)
        assert {a.fate for a in answers} == {"gone"}
        assert [a.key for a in answers] == keys
        assert store.keys(NAME) == []
        assert [asked.split()[0] for asked in store.asked] == ["POST", "POST", "DELETE", "DELETE"]


def test_the_same_key_twice_goes_in_two_requests() -> None:
    with a_store() as (store, both):
        etag = store.put(NAME, "key", b"x")
        answers = both.changes.delete([Deletion("key", etag), Deletion("key", "other")], SOUND)
        assert [a.fate for a in answers] == ["gone", "changed"]
        assert [asked.split()[0] for asked in store.asked] == ["POST", "DELETE"]


def test_a_refused_request_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_store() as (store, both):
        monkeypatch.setattr("kfpops.sandbox.object_store.refused_because", lambda *_: "AccessDenied")
        with pytest.raises(Forbidden) as caught:
            both.changes.delete([Deletion("key", "e")], SOUND)
        assert caught.value.needs == f"s3:DeleteObject on {NAME}"
        assert store.keys(NAME) == []


def versions(both: Opened, key: str) -> list[tuple[str, bool]]:
    return [(v.version_id, v.is_marker) for page in both.bucket.versions(key) for v in page]


def test_a_version_goes_by_its_id_on_every_store() -> None:
    for traits in (SOUND, SINGLY, NO_CONDITIONS, UNKNOWN):
        with a_store() as (store, both):
            store.make(NAME).versioning = "Enabled"
            store.put(NAME, "key", b"1")
            store.put(NAME, "key", b"2")
            old = versions(both, "key")[-1][0]
            assert [a.fate for a in both.changes.delete([Deletion("key", "", 0, old)], traits)] == ["gone"]
            assert [v for v, _ in versions(both, "key")] != []
            assert old not in [v for v, _ in versions(both, "key")]


def test_undelete_removes_markers_and_nothing_else() -> None:
    with a_store() as (store, both):
        store.make(NAME).versioning = "Enabled"
        etag = store.put(NAME, "key", b"1")
        store.put(NAME, "key/below", b"1")
        marker = both.changes.delete([Deletion("key", etag)], SOUND)[0].marker_id
        version = next(v for v, is_marker in versions(both, "key") if not is_marker)
        assert both.changes.undelete("key", version) is False
        assert both.changes.undelete("key/below", marker) is False
        assert both.changes.undelete("key", "other") is False
        assert store.keys(NAME) == ["key/below"]
        assert both.changes.undelete("key", marker) is True
        assert store.keys(NAME) == ["key", "key/below"]


def test_a_marker_that_is_held_is_an_error() -> None:
    with a_store(denied=("key",)) as (store, both):
        store.make(NAME).versioning = "Enabled"
        marker = store.make(NAME).delete("key")
        assert marker is not None
        with pytest.raises(BadAnswer, match=r"keeps the delete marker of key \(AccessDenied\)"):
            both.changes.undelete("key", marker.version_id)


def test_an_upload_is_aborted_once() -> None:
    with a_store() as (_, both):
        assert both.changes.abort(Upload("key", "absent", 0.0)) is False
