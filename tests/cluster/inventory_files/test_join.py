"""The join as SQL: on DuckDB equal to the merge of marks and keys; its Spark and Trino texts run the same, translated."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from kfpops.cleanup.inventory import How
from kfpops.cleanup.live import judge, live
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import Policy
from kfpops.cluster.inventory_files.join import MARKS, Dialect, sql
from tests.cleanup.building import (
    ALL_KINDS,
    BUCKET,
    a_pin,
    a_run,
    an_artifact,
    an_inventory,
    an_object,
    deleted,
    judged_by,
    listed,
    uri_of,
)

Rows = list[tuple[str, str]]
PARTS = ["model", "model-v2", "model.bin", "a", "a b", "é", "", "😀"]


def joined(text: str, keys: Sequence[str], marks: Sequence[Mark]) -> Rows:
    """(key, path of a mark around it), as the SQL orders them."""
    return [(key, mark.path) for key, mark in rows_of(text, keys, marks)]


def rows_of(text: str, keys: Sequence[str], marks: Sequence[Mark]) -> list[tuple[str, Mark]]:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE objects (key VARCHAR, size BIGINT, etag VARCHAR, modified TIMESTAMP)")
    connection.execute(
        "CREATE TABLE marks (path VARCHAR, kind VARCHAR, goes BOOLEAN, label VARCHAR, reason VARCHAR, who VARCHAR, "
        "rule VARCHAR, since BIGINT, id VARCHAR, empty BOOLEAN)"
    )
    at = datetime(2026, 11, 20)
    connection.executemany("INSERT INTO objects VALUES (?, 1, 'e', ?)", [(k, at) for k in keys] or [("", at)])
    connection.executemany("INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [tuple(m) for m in marks])
    answer = connection.execute(text)
    names = [d[0] for d in answer.description or ()]
    chosen = [names.index(name) for name in Mark._fields]
    return [(row[names.index("key")], Mark(*(row[i] for i in chosen))) for row in answer.fetchall()]


def as_duckdb(dialect: Dialect) -> str:
    """That engine's SQL, translated for the one that is here."""
    read = "spark" if dialect == "pyspark" else dialect
    return sqlglot.parse_one(sql(dialect), read=read).transform(_joining).sql("duckdb")


def _joining(node: exp.Expression) -> exp.Expression:
    """Spark's concat_ws joins the parts of an array; DuckDB's does not before 2.0."""
    if isinstance(node, exp.ConcatWs):
        separator, parts = node.expressions
        return exp.ArrayToString(this=parts, expression=separator)
    return node


def meant(keys: Sequence[str], marks: Sequence[Mark]) -> Rows:
    """A mark holds for its path and for all below `path/`; the empty path is the whole bucket."""
    around = [(k, m.path) for k in keys for m in marks if m.path in ("", k) or k.startswith(f"{m.path}/")]
    return sorted(around, key=lambda row: (row[0].encode(), row[1].encode()))


def a_mark(path: str) -> Mark:
    return Mark(path, "artifact", False, "live", "run-kept")


TEXTS = [
    pytest.param(lambda: sql("duckdb"), id="duckdb"),
    pytest.param(lambda: as_duckdb("trino"), id="trino"),
    pytest.param(lambda: as_duckdb("pyspark"), id="spark"),
]


def test_its_columns_are_the_fields_of_a_mark() -> None:
    assert tuple(MARKS) == Mark._fields


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "key, path",
    [
        pytest.param("a/model-v2/f", "a/model", id="a longer name beside it"),
        pytest.param("a/modelx", "a/model", id="the same beginning"),
        pytest.param("a", "a/b", id="what lies above"),
        pytest.param("A/b", "a", id="another case"),
        pytest.param("a/b", "a/", id="a path never ends with a slash"),
        pytest.param("x/a/b", "a", id="the name further down"),
    ],
)
def test_what_a_mark_does_not_enclose(text: Callable[[], str], key: str, path: str) -> None:
    assert joined(text(), [key], [a_mark(path)]) == []


@pytest.mark.parametrize("text", TEXTS)
def test_all_marks_around_an_object_come_outermost_first(text: Callable[[], str]) -> None:
    marks = [a_mark("a/b/c"), a_mark("a"), a_mark(""), a_mark("a/b"), a_mark("b")]
    expected = [("a/b/c", ""), ("a/b/c", "a"), ("a/b/c", "a/b"), ("a/b/c", "a/b/c")]
    assert joined(text(), ["a/b/c"], marks) == expected


@pytest.mark.parametrize("text", TEXTS)
def test_random_keys_and_marks(text: Callable[[], str]) -> None:
    chance = random.Random(11)
    for _ in range(2):
        keys = {"/".join(chance.choices(PARTS, k=chance.randint(1, 5))) for _ in range(200)} - {""}
        paths = {"/".join(chance.choices(PARTS, k=chance.randint(1, 4))).rstrip("/") for _ in range(60)}
        marks = [a_mark(p) for p in paths if p or chance.random() < 0.5]
        assert joined(text(), sorted(keys), marks) == meant(sorted(keys), marks)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("seed", range(2))
def test_the_verdicts_are_those_of_the_merge(text: Callable[[], str], seed: int) -> None:
    """A world of runs and artifacts that share, import and nest: each object is judged by its rows, and by `live`."""
    chance = random.Random(seed)
    runs = [(a_run if chance.random() < 0.5 else deleted)(number) for number in range(6)]
    places = [f"{uri_of(r, task)}{end}" for r in runs for task in ("fit", "fit-2") for end in ("", "-v2", "/part", ".bin")]
    hows: list[How] = ["cached", "read", "imported"]
    artifacts = [
        an_artifact(run, (chance.choice(runs), chance.choice(hows)), id=str(at), uri=chance.choice(places))
        for at, run in enumerate(chance.choices(runs, k=12))
    ]
    inventory = an_inventory(runs, artifacts, pins=(a_pin(chance.choice(places)),))
    marks, terms = judged_by(inventory, Policy(kinds=ALL_KINDS))
    stems = [place.removeprefix(f"minio://{BUCKET}/") for place in places]
    keys = sorted({f"{s}{end}" for s in stems for end in ("", "/f", "-x/f")} | {"pipelines/1", "other"}, key=str.encode)
    around: dict[str, list[Mark]] = {key: [] for key in keys}
    for key, mark in rows_of(text(), keys, marks):
        around[key].append(mark)
    by_rows = {key for key in keys if judge(an_object(key), around[key], terms).goes}
    by_merge = {key for judged in live(listed(keys), marks, terms) for key in judged.goes.keys}
    assert by_rows == by_merge
    assert 0 < len(by_merge) < len(keys)
