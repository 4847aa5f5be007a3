from __future__ import annotations

import base64
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from kfpops.cluster.mlmd_database.properties import properties_of


def row(name: object, *, custom: int = 1, **values: object) -> tuple[Any, ...]:
    columns = ("int_value", "double_value", "string_value", "bool_value")
    return (name, custom, *(values.get(column) for column in columns))


def struct(document: dict[str, Any]) -> str:
    return "mlmd-struct::" + base64.b64encode(ParseDict(document, Struct()).SerializeToString()).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty text"),
        pytest.param("mlmd-struct:", id="nearly the prefix of a struct"),
        pytest.param("mlmd-struct::hello!", id="no base64 behind the prefix"),
        pytest.param("mlmd-struct::aGVsbG8=", id="base64 that is no struct"),
        pytest.param("mlmd-struct::ü", id="no ASCII behind the prefix"),
    ],
)
def test_a_text_stays_a_text(text: str) -> None:
    assert properties_of([row("a", string_value=text)]) == {"a": text}


def test_every_kind_of_value() -> None:
    rows = [
        row("whole", int_value=7),
        row("number", double_value=2.0),
        row("text", string_value="ü"),
        row("truth", bool_value=1),
        row("untruth", bool_value=0),
        row("nothing"),
    ]
    found = properties_of(rows)
    assert found == {"whole": 7, "number": 2.0, "text": "ü", "truth": True, "untruth": False}
    assert [type(v) for v in found.values()] == [int, float, str, bool, bool]


def test_a_struct_and_what_it_may_hold() -> None:
    document = {"b": [1, None, "é", {"deep": True}], "a": {"z": 2, "y": 0.5}, "empty": {}, "none": []}
    found = properties_of([row("inputs", string_value=struct(document))])["inputs"]
    assert found == document
    assert list(found) == ["a", "b", "empty", "none"]  # type: ignore[arg-type]
    assert list(found["a"]) == ["y", "z"]  # type: ignore[call-overload, arg-type, index]
    assert isinstance(found["a"]["z"], float)  # type: ignore[call-overload, index]


def test_a_broken_letter_in_a_struct_loses_only_itself() -> None:
    data = base64.b64decode(struct({"a": "xyz"}).removeprefix("mlmd-struct::")).replace(b"xyz", b"x\xffz")
    found = properties_of([row("inputs", string_value="mlmd-struct::" + base64.b64encode(data).decode())])
    assert found == {"inputs": {"a": "x\ufffdz"}}


def test_texts_of_mysql_come_as_bytes() -> None:
    assert properties_of([row(b"a\xff", string_value=b"x\xff")]) == {"a\ufffd": "x\ufffd"}


@pytest.mark.parametrize("value, text", [(float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity")])
def test_numbers_that_json_has_not(value: float, text: str) -> None:
    assert properties_of([row("a", double_value=value)]) == {"a": text}


def test_a_custom_property_wins_over_a_typed_one_in_whatever_order_they_come() -> None:
    rows = [row("a", custom=1, int_value=1), row("a", custom=0, int_value=0)]
    assert properties_of(rows) == properties_of(reversed(rows)) == {"a": 1}


@pytest.mark.parametrize("column", ["int_value", "double_value"])
def test_a_text_in_a_column_of_numbers_comes_as_it_is(column: str) -> None:
    """SQLite's columns take anything."""
    assert properties_of([row("a", **{column: "many"})]) == {"a": "many"}
