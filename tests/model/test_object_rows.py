from __future__ import annotations

import pytest

from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import ObjectRows, in_columns, joined

A, B, C = (BucketObject(key, size, f"etag-{key}", 1.5 * size) for key, size in (("a", 1), ("b", 2), ("c", 4)))
OLD = BucketObject("d", 8, "etag-d", 12.0, "v1")


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="none"),
        pytest.param([A], id="one"),
        pytest.param([A, B, C], id="several"),
        pytest.param([A, OLD], id="one of them with a version"),
    ],
)
def test_the_same_rows(rows: list[BucketObject]) -> None:
    columns = in_columns(rows)
    assert list(columns) == rows
    assert [columns[number] for number in range(len(columns))] == rows
    assert list(columns[1:]) == rows[1:]
    assert columns == rows
    assert in_columns(columns) is columns


def test_columns() -> None:
    rows = in_columns([A, B])
    assert (list(rows.keys), list(rows.sizes), list(rows.etags)) == (["a", "b"], [1, 2], ["etag-a", "etag-b"])
    assert (list(rows.modified), list(rows.version_ids)) == ([1.5, 3.0], [])


def test_other_rows_are_others() -> None:
    assert in_columns([A, B]) != [A]
    assert in_columns([A]) != [B]
    assert in_columns([A]) != "a"


@pytest.mark.parametrize("parts", [[], [[A]], [[A], [], [B, C]], [[A], [OLD]]])
def test_parts_one_after_the_other(parts: list[list[BucketObject]]) -> None:
    together = joined([in_columns(part) for part in parts])
    assert isinstance(together, ObjectRows)
    assert list(together) == [row for part in parts for row in part]
