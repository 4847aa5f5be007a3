"""Tests of kfpops.lineage.diff.contents."""

from __future__ import annotations

import pytest

from kfpops.lineage.diff.contents import LOGS, Content, compare, must_be_asked, ports
from kfpops.model.lineage import Artifact
from kfpops.model.stored_object import StoredObject

OLD = Artifact("1", "system.Dataset", "s3://b/1", "data")
NEW = Artifact("2", "system.Dataset", "s3://b/2", "data")


def stored(old: StoredObject | None, new: StoredObject | None) -> dict[str, StoredObject | None]:
    return {OLD.uri: old, NEW.uri: new}


@pytest.mark.parametrize(
    "old, new, expected",
    [
        pytest.param(None, StoredObject(1, "x"), "unknown", id="an object that is gone, or a folder, proves nothing"),
        pytest.param(StoredObject(5, "x-2"), StoredObject(5, "y-3"), "unknown", id="parts were cut in two ways"),
        pytest.param(StoredObject(5), StoredObject(5), "unknown", id="size alone proves nothing"),
        pytest.param(StoredObject(None, "x"), StoredObject(None, "x"), "unknown", id="nor a digest of unknown size"),
        pytest.param(StoredObject(5, "x"), StoredObject(5, "x"), "same-content", id="digest and size"),
        pytest.param(StoredObject(5, "x-2"), StoredObject(5, "x-2"), "same-content", id="the same parts"),
        pytest.param(StoredObject(5, "x"), StoredObject(5, "y"), "changed", id="another digest"),
        pytest.param(StoredObject(5, "x-2"), StoredObject(6, "y"), "changed", id="another size"),
    ],
)
def test_objects(old: StoredObject | None, new: StoredObject | None, expected: Content) -> None:
    assert compare(OLD, NEW, stored(old, new)) == expected


def test_without_the_store_nothing_is_known() -> None:
    assert compare(OLD, NEW, {}) == "unknown"
    assert must_be_asked(OLD, NEW)


def test_the_store_is_not_asked_where_rows_tell() -> None:
    twin = Artifact("3", "system.Dataset", OLD.uri)
    assert compare(OLD, OLD, {}) == "same-id"
    assert compare(OLD, twin, {}) == "same-uri"
    assert not must_be_asked(OLD, twin)
    assert not must_be_asked(OLD, Artifact("4", "system.Dataset"))


@pytest.mark.parametrize("kind", ["system.Metrics", "system.ClassificationMetrics", "system.SlicedClassificationMetrics"])
def test_metrics_are_their_properties(kind: str) -> None:
    a, b = Artifact("1", kind, "s3://b/1", properties={"n": 1}), Artifact("2", kind, "s3://b/2", properties={"n": 1.0})
    c = Artifact("3", kind, "s3://b/3", properties={"n": 2})
    assert compare(a, b, {}) == "same-content"
    assert compare(a, c, {}) == "changed"
    assert not must_be_asked(a, c)


def test_empty_uris_never_join() -> None:
    assert compare(Artifact("1", "x"), Artifact("2", "x"), {}) == "unknown"


def test_logs_are_no_output() -> None:
    assert ports([(LOGS, OLD)], [(LOGS, NEW)], {}) == ()


def test_ports_are_compared_place_by_place() -> None:
    third = Artifact("3", "system.Dataset", "s3://b/3")
    found = ports([("parts", OLD), ("parts", NEW)], [("parts", OLD), ("parts", third), ("parts", NEW), ("more", NEW)], {})
    assert [(p.port, p.place, p.content) for p in found] == [
        ("more", 0, "only-b"),
        ("parts", 0, "same-id"),
        ("parts", 1, "unknown"),
        ("parts", 2, "only-b"),
    ]


def test_what_users_recorded_is_compared_beside_the_content() -> None:
    a, b = Artifact("1", "system.Model", "s3://x", properties={"f": "a"}), Artifact("2", "system.Model", "s3://x")
    (port,) = ports([("model", a)], [("model", b)], {})
    assert (port.content, [c.name for c in port.properties]) == ("same-uri", ["f"])
