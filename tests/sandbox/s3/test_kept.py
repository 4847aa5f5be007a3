"""What a bucket holds, without HTTP."""

from __future__ import annotations

from kfpops.sandbox.s3.kept import KeptBucket, place_in


def bucket() -> KeptBucket:
    return KeptBucket("b", lambda: 100.0)


def test_nothing_is_deleted_twice() -> None:
    kept = bucket()
    kept.put("key", b"x")
    assert kept.delete("key") is not None
    assert kept.delete("key") is None
    assert kept.keys("bytes") == []
    assert list(kept.versions()) == []


def test_an_object_that_is_written_again_is_one_object() -> None:
    kept = bucket()
    kept.put("key", b"1", modified_at=1.0)
    kept.put("key", b"2")
    assert [(entry.body, entry.modified_at, latest) for entry, latest in kept.versions()] == [(b"2", 100.0, True)]


def test_a_marker_hides_and_can_be_removed() -> None:
    kept = bucket()
    kept.versioning = "Enabled"
    kept.put("key", b"1")
    marker = kept.delete("key")
    assert marker is not None
    assert marker.is_marker
    assert (kept.current("key"), kept.keys("bytes")) == (None, [])
    assert kept.delete("key", marker.version_id) == marker
    assert kept.keys("bytes") == ["key"]


def test_orders() -> None:
    keys = ["m/x", "m-2/x", "m.", "ü", "z"]
    assert sorted(keys, key=place_in("bytes")) == sorted(keys, key=str.encode)
    assert sorted(keys, key=place_in("folders")) == ["m/x", "m-2/x", "m.", "z", "ü"]
    assert sorted(keys, key=place_in("shuffled")) not in (sorted(keys), keys)
