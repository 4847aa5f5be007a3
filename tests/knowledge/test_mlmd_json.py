"""ML Metadata's messages in JSON → rows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kfpops.knowledge.mlmd import Row
from kfpops.knowledge.mlmd_json import Link, Thing, artifact_in, decoder, execution_in, read_line, row_of, struct_value

THINGS, LINKS = decoder(Thing), decoder(Link)


def thing(**fields: Any) -> Thing:
    found = read_line(THINGS, msgspec.json.encode({"id": "7", **fields}))
    assert found is not None
    return found


def properties(**values: Any) -> Any:
    return row_of(thing(custom_properties=values), {}).properties


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"uri":"x"}', id="no id"),
        pytest.param(b'{"id":"7","uri":7}', id="a URI that is no text"),
        pytest.param(b'{"id":"7","uri":"s3:', id="broken off"),
        pytest.param(b'{"id":"7","custom_properties":' + b"[" * 100_000 + b"}", id="too deep"),
    ],
)
def test_a_line_that_is_no_row(line: bytes) -> None:
    assert read_line(THINGS, line) is None


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({}, id="no value"),
        pytest.param({"proto_value": {"@type": "x"}}, id="a message"),
        pytest.param({"int_value": "seven"}, id="no number"),
        pytest.param({"double_value": "much"}, id="no number either"),
        pytest.param({"struct_value": "text"}, id="no struct"),
        pytest.param({"string_value": 7}, id="no text"),
        pytest.param("bare", id="no object"),
        pytest.param(None, id="null"),
    ],
)
def test_a_property_without_a_value_is_left_out(value: Any) -> None:
    assert properties(odd=value, good={"bool_value": False}) == {"good": False}


def test_values_of_properties() -> None:
    found = properties(
        text={"string_value": ""},
        number={"int_value": "9007199254740993"},
        plain={"int_value": 3},
        ratio={"double_value": 100},
        endless={"double_value": "-Infinity"},
        nothing={"double_value": "NaN"},
        struct={"struct_value": {"a": 1, "b": [2, True, None, {"c": 3}], "d": "4"}},
    )
    assert found == {
        "text": "",
        "number": 9007199254740993,
        "plain": 3,
        "ratio": 100.0,
        "endless": "-Infinity",
        "nothing": "NaN",
        "struct": {"a": 1.0, "b": [2.0, True, None, {"c": 3.0}], "d": "4"},
    }
    assert isinstance(found["ratio"], float)
    assert isinstance(found["struct"]["a"], float)


def test_a_number_too_long_for_a_double_is_left_out() -> None:
    assert struct_value({"n": 10**400}) == {"n": None}


def test_of_two_properties_of_one_name_the_custom_one_wins() -> None:
    typed = {"name": {"string_value": "typed"}, "other": {"int_value": 1}}
    found = row_of(thing(properties=typed, custom_properties={"name": {"string_value": "custom"}}), {})
    assert found.properties == {"name": "custom", "other": 1}


def test_a_row() -> None:
    fields = {"type_id": "14", "state": "LIVE", "uri": None, "create_time_since_epoch": "1000", "later": {"field": 1}}
    assert row_of(thing(**fields), {"14": "system.Dataset"}) == Row(7, "system.Dataset", state="LIVE", created_ms=1000)
    assert row_of(thing(last_known_state="CACHED", type="x", type_id=1), {"1": "y"}) == Row(7, "x", state="CACHED")


def test_bytes_that_are_no_utf_8_are_replaced() -> None:
    found = read_line(THINGS, b'{"id":"7","uri":"caf\xe9"}')
    assert found is not None
    assert found.uri == "caf�"


def test_ids_may_be_texts() -> None:
    own = {"parent_dag_id": {"string_value": "b-2"}, "cached_execution_id": {"string_value": "c-3"}}
    found = execution_in(thing(id="a-1", custom_properties=own), {})
    assert (found.id, found.parent_id, found.cached_from) == ("a-1", "b-2", "c-3")
    assert artifact_in(thing(id="a-1"), {}).id == "a-1"


@pytest.mark.parametrize(
    "type, kind",
    [
        ("UNKNOWN", None),
        (0, None),
        (99, None),
        (-1, None),
        (None, None),
        ("SHARED", None),
        ("INPUT", "input"),
        (3, "input"),
        ("4", None),
        (4, "output"),
        ("DECLARED_OUTPUT", "output"),
        ("PENDING_OUTPUT", "output"),
        (5, "input"),
    ],
)
def test_what_an_event_says(type: Any, kind: str | None) -> None:
    link = read_line(LINKS, msgspec.json.encode({"artifact_id": 1, "execution_id": 2, "type": type}))
    assert link is not None
    assert link.kind == kind


@pytest.mark.parametrize(
    "path, port",
    [
        (None, ""),
        ({}, ""),
        ({"steps": []}, ""),
        ({"steps": [{"index": "0"}]}, ""),
        ({"steps": [{"key": "model"}]}, "model"),
        ({"steps": [{"index": "1"}, {"key": "model"}, {"key": "more"}]}, "model"),
    ],
)
def test_the_port_of_an_event(path: Any, port: str) -> None:
    link = read_line(LINKS, msgspec.json.encode({"artifact_id": 1, "execution_id": 2, "type": 3, "path": path}))
    assert link is not None
    assert link.port == port
