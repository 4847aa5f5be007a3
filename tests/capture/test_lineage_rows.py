"""Indexes over lines of rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kfpops.capture.lineage_rows import Links, Things, decoded
from kfpops.knowledge.mlmd_json import Pair


def lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.parametrize("body", [b"", b"\n\n", b"  \r\n \n"])
def test_nothing_is_nothing(body: bytes) -> None:
    assert (Things(body).oldest_first, Things(body).bad) == ((), 0)
    assert Links(body).of_artifacts(["1"]) == []


def test_of_two_lines_with_one_id_the_last_holds() -> None:
    things = Things(lines({"id": 1, "uri": "a"}, {"id": "1", "uri": "b"}))
    assert [thing.uri for thing in things.get(["1", "1"])] == ["b"]
    assert things.oldest_first == ("1",)


def test_ids_sort_as_numbers() -> None:
    things = Things(lines(*({"id": id, "uri": "u"} for id in (10, 9, 100))))
    assert things.oldest_first == ("9", "10", "100")
    assert things.at(["u", "u", "v"]) == ["9", "10", "100"]


def test_an_artifact_and_an_execution_may_have_one_id() -> None:
    links = Links(
        lines(
            {"artifact_id": 1, "execution_id": 2, "type": "OUTPUT"}, {"artifact_id": 2, "execution_id": 1, "type": "INPUT"}
        )
    )
    assert [(e.execution_id, e.kind) for e in links.of_artifacts(["1"])] == [("2", "output")]
    assert [(e.artifact_id, e.kind) for e in links.of_executions(["1"])] == [("2", "input")]


def test_events_of_one_execution_keep_their_order() -> None:
    rows = [
        {"artifact_id": n % 7, "execution_id": n % 3, "type": "INPUT", "path": {"steps": [{"key": f"k{n}"}]}}
        for n in range(50)
    ]
    links = Links(lines(*rows))
    assert [e.port for e in links.of_executions(["1"])] == [f"k{n}" for n in range(50) if n % 3 == 1]
    assert len(links.of_artifacts([str(n) for n in range(7)])) == 50


def test_small_files_are_read_line_by_line() -> None:
    found, bad = decoded(Pair, b'{"context_id":1,"execution_id":"2"}\nx\n{"child_id":3}')
    assert ([p.context_id for p in found if isinstance(p, Pair)], bad) == ([1, ""], 1)
