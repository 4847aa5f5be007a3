"""The field numbers are those of ML Metadata's own messages, and what is not named does no harm."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cluster.mlmd.schema import BY_ID, FIELDS, message
from kfpops.knowledge.mlmd import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES

_NAMES = {"Struct": "Struct", "StructValue": "Value", "StructList": "ListValue", "StructField": "Struct.FieldsEntry"}


def _theirs(name: str) -> dict[str, tuple[int, int, bool]]:
    """Fields of the message in the package: name → number, wire type, repeated."""
    from google.protobuf import field_mask_pb2, struct_pb2
    from ml_metadata.proto import metadata_store_pb2, metadata_store_service_pb2

    nested = {
        "Path": "Event.Path",
        "Step": "Event.Path.Step",
        "OrderByField": "ListOperationOptions.OrderByField",
        "PutArtifactsOptions": "PutArtifactsRequest.Options",
    }
    path = {**_NAMES, **nested, "Property": "Artifact.CustomPropertiesEntry"}.get(name, name).split(".")
    modules = (struct_pb2,) if name in _NAMES else (metadata_store_pb2, metadata_store_service_pb2, field_mask_pb2)
    found = next(getattr(module, path[0]) for module in modules if hasattr(module, path[0])).DESCRIPTOR
    for inner in path[1:]:
        found = found.nested_types_by_name[inner]
    return _fields(found)


def _fields(described: Any) -> dict[str, tuple[int, int, bool]]:
    from google.protobuf.descriptor_pb2 import DescriptorProto

    plain = DescriptorProto()
    described.CopyToProto(plain)
    return {field.name: (field.number, _wire(field.type), field.label == field.LABEL_REPEATED) for field in plain.field}


def _wire(kind: int) -> int:
    """Varint 0, 64 bits 1, bytes 2: google.protobuf.descriptor's TYPE_ numbers."""
    return 1 if kind == 1 else 2 if kind in (9, 11, 12) else 0


@pytest.mark.parametrize("name", FIELDS)
def test_fields_have_the_numbers_of_the_real_schema(name: str) -> None:
    pytest.importorskip("ml_metadata")
    theirs = _theirs(name)
    ours = _fields(message(name).DESCRIPTOR)
    assert ours == {field: theirs[field] for field in ours}


def test_words_of_enums_stand_at_their_numbers() -> None:
    pytest.importorskip("ml_metadata")
    from ml_metadata.proto import metadata_store_pb2 as theirs

    assert theirs.Artifact.State.keys() == list(ARTIFACT_STATES)
    assert theirs.Execution.State.keys() == list(EXECUTION_STATES)
    assert theirs.Event.Type.keys() == list(EVENT_TYPES)
    assert theirs.ListOperationOptions.OrderByField.Field.Value("ID") == BY_ID


def test_the_package_and_this_schema_live_in_one_process() -> None:
    """Both define ml_metadata.Artifact: in the common pool the second would be refused."""
    service = pytest.importorskip("ml_metadata.proto.metadata_store_service_pb2")
    theirs = service.GetArtifactsByIDRequest(artifact_ids=[1, 300]).SerializeToString()
    assert list(message("GetArtifactsByIDRequest").FromString(theirs).artifact_ids) == [1, 300]
    assert message("GetArtifactsByIDRequest")(artifact_ids=[1, 300]).SerializeToString() == theirs


def test_fields_of_a_newer_server_are_skipped() -> None:
    known = message("Artifact")(id=7, uri=b"s3://a").SerializeToString()
    unknown = bytes([0xFA, 0x07, 3]) + b"new" + bytes([0xF0, 0x07, 9])  # 127: bytes, 126: a varint.
    read = message("Artifact").FromString(unknown + known)
    assert (read.id, read.uri) == (7, b"s3://a")


def test_packed_numbers_are_read_like_unpacked_ones() -> None:
    assert list(message("GetArtifactsByIDRequest").FromString(bytes([0x0A, 2, 5, 6])).artifact_ids) == [5, 6]
