"""What messages say, also odd ones, as rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kfpops.cluster.mlmd.rows import artifact_row, context_row, events_of, execution_row, untyped
from kfpops.cluster.mlmd.schema import message
from kfpops.knowledge.mlmd_json import Thing, row_of
from kfpops.model.lineage import Event
from tests.mlmd_store import Mlmd, Rows, needs_mlmd


def _with(values: dict[str, Any], kind: str = "custom_properties") -> Any:
    made = message("Artifact")(id=1, type=b"system.Model")
    for name, value in values.items():
        made.__getattribute__(kind).add(key=name.encode(), value=value)
    return made


def test_an_empty_message_is_an_empty_row() -> None:
    row = artifact_row(message("Artifact")(), {})
    assert (row.id, row.type, row.name, row.uri, row.state, row.created_ms, row.properties) == (0, "", "", "", "", 0, {})


def test_what_has_no_value_or_is_a_message_is_left_out() -> None:
    assert artifact_row(_with({"none": {}, "proto": {"proto_value": b"\x0a\x01x"}}), {}).properties == {}


@pytest.mark.parametrize(
    "value, expected",
    [
        pytest.param({"int_value": 3}, 3, id="an integer stays one"),
        pytest.param({"double_value": 3.0}, 3.0, id="a double stays one"),
        pytest.param({"double_value": float("nan")}, "NaN", id="no number is a text, as JSON has none"),
        pytest.param({"double_value": float("-inf")}, "-Infinity", id="neither has it infinities"),
        pytest.param({"bool_value": False}, False, id="false is there"),
        pytest.param({"string_value": b""}, "", id="so is an empty text"),
        pytest.param({"string_value": b"a\xff\xc3("}, "a��(", id="broken UTF-8 shows where it was broken"),
    ],
)
def test_values(value: dict[str, Any], expected: object) -> None:
    found = artifact_row(_with({"p": value}), {}).properties["p"]
    assert (found, type(found)) == (expected, type(expected))


def test_structs_become_json_with_sorted_keys_and_floats() -> None:
    inner = {"values": [{"number_value": 1}, {"null_value": 0}, {"string_value": b"\xff"}, {"bool_value": True}]}
    fields = [{"key": b"b", "value": {"list_value": inner}}, {"key": b"a", "value": {"struct_value": {"fields": []}}}]
    found = artifact_row(_with({"inputs": {"struct_value": {"fields": fields}}}), {}).properties["inputs"]
    assert json.dumps(found) == json.dumps({"a": {}, "b": [1.0, None, "�", True]})


def test_a_custom_property_wins_over_a_typed_one() -> None:
    made = _with({"x": {"int_value": 1}, "y": {"int_value": 1}}, "properties")
    made.custom_properties.add(key=b"x", value={"int_value": 2})
    assert artifact_row(made, {}).properties == {"x": 2, "y": 1}


def test_types_that_a_server_gives_by_id_only() -> None:
    old = message("Artifact")(id=1, type_id=14)
    assert untyped(old)
    assert artifact_row(old, {14: "system.Dataset"}).type == "system.Dataset"
    assert artifact_row(old, {}).type == ""
    assert not untyped(_with({}))


def test_states_by_their_words() -> None:
    assert execution_row(message("Execution")(last_known_state=5), {}).state == "CACHED"
    assert execution_row(message("Execution")(last_known_state=0), {}).state == "UNKNOWN"
    assert execution_row(message("Execution")(last_known_state=99), {}).state == ""
    assert artifact_row(message("Artifact")(state=2), {}).state == "LIVE"


def test_events_that_say_neither_in_nor_out_are_left_out() -> None:
    assert events_of([message("Event")(artifact_id=1, execution_id=2, type=kind) for kind in (0, 99)]) == []


def test_events_with_odd_paths() -> None:
    steps = [{"index": 0}, {"key": b"examples"}, {"key": b"other"}]
    made = message("Event")(artifact_id=1, execution_id=2, type=1, path={"steps": steps})
    assert events_of([made]) == [Event("1", "2", "output", "examples")]
    made.ClearField("path")
    assert events_of([made]) == [Event("1", "2", "output")]


@needs_mlmd
def test_the_packages_own_reading_says_the_same(tmp_path: Path) -> None:
    """The same bytes of the real store, read by the ml-metadata package into JSON and by us."""
    from google.protobuf.json_format import MessageToDict
    from ml_metadata.proto import metadata_store_service_pb2 as theirs

    rows = Rows()
    dag = rows.run("train-daily", "run-1")
    made = rows.execution(dag, "train", inputs={"rows": 100, "list": [1, "two", None]}, iteration_index=2)
    rows.event(rows.artifact("s3://b/ä", type="system.Model", accuracy=0.5, epochs=3, best=True, note="ß"), made)
    store = Mlmd(rows.write(tmp_path / "mlmd.db"))
    for kind, read in (("Artifact", artifact_row), ("Execution", execution_row), ("Context", context_row)):
        body, many = store.call(f"Get{kind}s", b""), f"{kind.lower()}s"
        ours = [read(one, {}) for one in getattr(message(f"Get{kind}sResponse").FromString(body), many)]
        official = getattr(getattr(theirs, f"Get{kind}sResponse").FromString(body), many)
        documents = [MessageToDict(one, preserving_proto_field_name=True) for one in official]
        assert ours == [row_of(msgspec.convert(document, Thing, strict=False), {}) for document in documents]
        assert len(ours) == len(rows.rows[many])
