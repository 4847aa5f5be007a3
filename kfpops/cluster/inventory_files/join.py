"""Which marks enclose which objects, as an Ibis expression: the same for DuckDB, Spark and Trino.

For buckets whose listing already is a table there (S3 Inventory, S3 Metadata). What it gives is what the merge of sorted
keys and marks gives in Python, so the same verdicts follow from it. docs/cleanup-scale.md holds its SQL.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

Dialect: TypeAlias = Literal["duckdb", "pyspark", "trino"]

OBJECTS = {"key": "string", "size": "int64", "etag": "string", "modified": "timestamp('UTC')"}
"""As the inventory has them. A timestamp, not seconds: so it comes, and so no engine rounds it."""

MARKS = {
    "path": "string",
    "kind": "string",
    "goes": "boolean",
    "label": "string",
    "reason": "string",
    "who": "string",
    "rule": "string",
    "since": "int64",
    "id": "string",
    "empty": "boolean",
}
"""The fields of a mark (kfpops.cleanup.mark). `since` in whole seconds."""


def enclosing_marks() -> Any:
    """Tables `objects` and `marks` of one bucket → a row for each object and mark around it, by key, then outermost first.

    Objects that no mark encloses have no row. A key is joined with those of its beginnings (ending before a `/`, or itself)
    that are as deep as some mark is: by equality alone, which every engine can hash and spread.
    """
    import ibis

    objects, marks = ibis.table(OBJECTS, name="objects"), ibis.table(MARKS, name="marks")
    # The empty path is the whole bucket, which is not the folder without a name that `/a` lies in.
    marks = marks.mutate(depth=ibis.ifelse(marks.path == "", 0, marks.path.split("/").length()))
    parts = objects.mutate(parts=objects.key.split("/"))
    depths = marks.select("depth").distinct()
    each = parts.join(depths, depths.depth <= parts.parts.length())
    each = each.mutate(path=ibis.ifelse(each.depth == 0, "", each.parts[: each.depth].join("/"))).drop("parts")
    return each.join(marks, ["path", "depth"]).drop("depth").order_by("key", "path")


def sql(dialect: Dialect) -> str:
    """The expression as that engine's SQL."""
    import ibis

    return str(ibis.to_sql(enclosing_marks(), dialect=dialect))
