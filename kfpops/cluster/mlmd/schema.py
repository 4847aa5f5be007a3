"""The part of ML Metadata's wire format that is read here: fields by name and number, made into message classes when used.

Fields that are not named are skipped by protobuf, as those of newer servers are. Texts are declared `bytes`: a store holds
whatever was written, and one broken letter must not lose a whole answer. Maps are declared as what they are on the wire,
repeated entries, so that their keys are bytes too. Enums are numbers.

Numbers: metadata_store.proto and metadata_store_service.proto of google/ml-metadata; struct.proto and field_mask.proto of
google/protobuf.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

PACKAGE: Final = "ml_metadata"
SERVICE: Final = "/ml_metadata.MetadataStoreService/"

# `name=number:type`; `*` stands for repeated, `|` for a member of the message's only oneof.
_OWN = "custom_properties=5:*Property properties=4:*Property"
FIELDS: Final[Mapping[str, str]] = {
    # google.protobuf.Struct and its parts. A list holds values.
    "Struct": "fields=1:*StructField",
    "StructField": "key=1:bytes value=2:StructValue",
    "StructValue": (
        "null_value=1:|int32 number_value=2:|double string_value=3:|bytes bool_value=4:|bool"
        " struct_value=5:|Struct list_value=6:|StructList"
    ),
    "StructList": "values=1:*StructValue",
    "Value": (
        "int_value=1:|int64 double_value=2:|double string_value=3:|bytes struct_value=4:|Struct"
        " proto_value=5:|bytes bool_value=6:|bool"
    ),
    "Property": "key=1:bytes value=2:Value",
    "Artifact": (
        f"id=1:int64 type_id=2:int64 uri=3:bytes {_OWN} state=6:int32 name=7:bytes type=8:bytes"
        " create_time_since_epoch=9:int64 last_update_time_since_epoch=10:int64"
    ),
    "Execution": (
        f"id=1:int64 type_id=2:int64 last_known_state=3:int32 {_OWN} name=6:bytes type=7:bytes"
        " create_time_since_epoch=8:int64 last_update_time_since_epoch=9:int64"
    ),
    "Context": (
        f"id=1:int64 type_id=2:int64 name=3:bytes {_OWN} type=6:bytes"
        " create_time_since_epoch=7:int64 last_update_time_since_epoch=8:int64"
    ),
    "Event": "artifact_id=1:int64 execution_id=2:int64 path=3:Path type=4:int32 milliseconds_since_epoch=5:int64",
    "Path": "steps=1:*Step",
    "Step": "index=1:|int64 key=2:|bytes",
    "ArtifactType": "id=1:int64 name=2:bytes",
    "ExecutionType": "id=1:int64 name=2:bytes",
    "ContextType": "id=1:int64 name=2:bytes",
    "OrderByField": "field=1:int32 is_asc=2:bool",
    "ListOperationOptions": (
        "max_result_size=1:int32 order_by_field=2:OrderByField next_page_token=3:bytes filter_query=4:bytes"
    ),
    "GetArtifactsByIDRequest": "artifact_ids=1:*int64",
    "GetArtifactsByIDResponse": "artifacts=1:*Artifact",
    "GetExecutionsByIDRequest": "execution_ids=1:*int64",
    "GetExecutionsByIDResponse": "executions=1:*Execution",
    "GetEventsByArtifactIDsRequest": "artifact_ids=1:*int64",
    "GetEventsByArtifactIDsResponse": "events=1:*Event",
    "GetEventsByExecutionIDsRequest": "execution_ids=1:*int64",
    "GetEventsByExecutionIDsResponse": "events=1:*Event",
    "GetArtifactsByURIRequest": "uris=2:*bytes",
    "GetArtifactsByURIResponse": "artifacts=1:*Artifact",
    "GetContextByTypeAndNameRequest": "type_name=1:bytes context_name=2:bytes",
    "GetContextByTypeAndNameResponse": "context=1:Context",
    "GetParentContextsByContextRequest": "context_id=1:int64",
    "GetParentContextsByContextResponse": "contexts=1:*Context",
    "GetExecutionsByContextRequest": "context_id=1:int64 options=2:ListOperationOptions",
    "GetExecutionsByContextResponse": "executions=1:*Execution next_page_token=2:bytes",
    "GetArtifactsByContextRequest": "context_id=1:int64 options=2:ListOperationOptions",
    "GetArtifactsByContextResponse": "artifacts=1:*Artifact next_page_token=2:bytes",
    "GetArtifactsRequest": "options=1:ListOperationOptions",
    "GetArtifactsResponse": "artifacts=1:*Artifact next_page_token=2:bytes",
    "GetExecutionsRequest": "options=1:ListOperationOptions",
    "GetExecutionsResponse": "executions=1:*Execution next_page_token=2:bytes",
    "GetContextsRequest": "options=1:ListOperationOptions",
    "GetContextsResponse": "contexts=1:*Context next_page_token=2:bytes",
    "GetArtifactTypesRequest": "",
    "GetArtifactTypesResponse": "artifact_types=1:*ArtifactType",
    "GetExecutionTypesRequest": "",
    "GetExecutionTypesResponse": "execution_types=1:*ExecutionType",
    "GetContextTypesRequest": "",
    "GetContextTypesResponse": "context_types=1:*ContextType",
    "PutArtifactsRequest": "artifacts=1:*Artifact options=2:PutArtifactsOptions update_mask=4:FieldMask",
    "PutArtifactsOptions": "abort_if_latest_updated_time_changed=1:bool",
    "FieldMask": "paths=1:*bytes",
    "PutArtifactsResponse": "artifact_ids=1:*int64",
}

BY_ID: Final = 3
"""ListOperationOptions.OrderByField.Field.ID. Stores count upwards, so the newest has the largest."""


@cache
def message(name: str) -> Any:
    """The class of a message of `FIELDS`."""
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{PACKAGE}.{name}"))


@cache
def _pool() -> Any:
    """A pool of our own: in the common one the ml-metadata package may have put its messages."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    file = descriptor_pb2.FileDescriptorProto(name="kfpops/ml_metadata.proto", package=PACKAGE, syntax="proto2")
    for name, fields in FIELDS.items():
        made = file.message_type.add(name=name)
        if "|" in fields:
            made.oneof_decl.add(name="value")
        for field in fields.split():
            _add(made, field)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool


def _add(made: Any, field: str) -> None:
    from google.protobuf import descriptor_pb2

    kinds = descriptor_pb2.FieldDescriptorProto
    name, _, rest = field.partition("=")
    number, _, kind = rest.partition(":")
    added = made.field.add(name=name, number=int(number))
    added.label = kinds.LABEL_REPEATED if kind.startswith("*") else kinds.LABEL_OPTIONAL
    if kind.startswith("|"):
        added.oneof_index = 0
    kind = kind.lstrip("*|")
    if kind[0].isupper():
        added.type, added.type_name = kinds.TYPE_MESSAGE, f".{PACKAGE}.{kind}"
    else:
        added.type = kinds.Type.Value(f"TYPE_{kind.upper()}")
