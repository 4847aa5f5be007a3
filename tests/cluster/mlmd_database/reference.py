"""What ml-metadata's own Python client says of a store, as rows: the reference that ours are compared with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict

from kfpops.knowledge.mlmd import Row, finite


class Reference:
    def __init__(self, path: Path) -> None:
        from ml_metadata.metadata_store import metadata_store
        from ml_metadata.proto import metadata_store_pb2 as messages

        self._messages = messages
        config = messages.ConnectionConfig()
        config.sqlite.filename_uri = str(path)
        self.store = metadata_store.MetadataStore(config)

    def artifacts(self, found: Iterable[Any]) -> list[Row]:
        return [_row(m, self._messages.Artifact.State.Name(m.state) if m.HasField("state") else "") for m in found]

    def executions(self, found: Iterable[Any]) -> list[Row]:
        states = self._messages.Execution.State
        return [_row(m, states.Name(m.last_known_state) if m.HasField("last_known_state") else "") for m in found]

    def contexts(self, found: Iterable[Any]) -> list[Row]:
        return [_row(m, "") for m in found]

    def events(self, found: Iterable[Any]) -> set[tuple[int, int, str, str, int]]:
        names = self._messages.Event.Type
        return {
            (
                m.artifact_id,
                m.execution_id,
                names.Name(m.type),
                next((s.key for s in m.path.steps if s.key), ""),
                m.milliseconds_since_epoch,
            )
            for m in found
        }


def _row(message: Any, state: str) -> Row:
    return Row(
        id=message.id,
        type=message.type,
        name=message.name,
        uri=getattr(message, "uri", ""),
        state=state,
        created_ms=message.create_time_since_epoch,
        updated_ms=message.last_update_time_since_epoch,
        properties={**_values(message.properties), **_values(message.custom_properties)},
    )


def _values(properties: Any) -> dict[str, Any]:
    found = {}
    for name, value in properties.items():
        kind = value.WhichOneof("value")
        if kind == "struct_value":
            found[name] = MessageToDict(value.struct_value)
        elif kind != "proto_value":
            found[name] = finite(value.double_value) if kind == "double_value" else getattr(value, kind)
    return found
