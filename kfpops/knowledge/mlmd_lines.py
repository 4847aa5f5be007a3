"""The nouns of lineage → ML Metadata's messages in JSON, as a bundle keeps them: what `knowledge.mlmd_json` reads back.

Only what the nouns hold is written: neither KFP's `store_session_info`, nor whether a property was a typed or a custom one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from kfpops.knowledge.mlmd import PIPELINE, PIPELINE_RUN
from kfpops.model.lineage import Artifact, Event, Execution, JsonValue, RunContext

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def artifact_line(artifact: Artifact) -> dict[str, JsonValue]:
    own = {"display_name": artifact.name} if artifact.name else {}
    return {
        "id": artifact.id,
        "type": artifact.type,
        **_if("uri", artifact.uri),
        "custom_properties": _properties({**artifact.properties, **own}),
        **_if("state", artifact.state),
        **_times(artifact.created_at, artifact.updated_at),
    }


def execution_line(execution: Execution) -> dict[str, JsonValue]:
    """A run's root is known by its name; other executions of a run do not tell the run."""
    texts = {
        "task_name": execution.task,
        "display_name": execution.name,
        "cache_fingerprint": execution.fingerprint,
        "cached_execution_id": execution.cached_from,
        "namespace": execution.namespace,
        "image": execution.image,
        "pod_name": execution.pod,
    }
    own: dict[str, JsonValue] = {name: text for name, text in texts.items() if text}
    if execution.parent_id:
        own["parent_dag_id"] = int(execution.parent_id) if execution.parent_id.isdecimal() else execution.parent_id
    if execution.iteration is not None:
        own["iteration_index"] = execution.iteration
    own |= {side: dict(values) for side, values in (("inputs", execution.inputs), ("outputs", execution.outputs)) if values}
    is_root = execution.kind == "dag" and execution.run_id and not execution.parent_id
    return {
        "id": execution.id,
        "type": execution.type,
        **_if("name", f"run/{execution.run_id}" if is_root else ""),
        **_if("last_known_state", execution.state),
        "custom_properties": _properties(own),
        **_times(execution.created_at, execution.updated_at),
    }


def event_line(event: Event) -> dict[str, JsonValue]:
    at = _milliseconds(event.at)
    return {
        "artifact_id": event.artifact_id,
        "execution_id": event.execution_id,
        **({"path": {"steps": [{"key": event.port}]}} if event.port else {}),
        "type": "INPUT" if event.kind == "input" else "OUTPUT",
        **({"milliseconds_since_epoch": at} if at else {}),
    }


def run_line(run: RunContext, id: str) -> dict[str, JsonValue]:
    own: dict[str, JsonValue] = {"namespace": run.namespace, "pipeline_root": run.root}
    properties = _properties({name: value for name, value in own.items() if value})
    return {
        "id": id,
        "type": PIPELINE_RUN,
        "name": run.run_id,
        "custom_properties": properties,
        **_times(run.created_at, None),
    }


def pipeline_line(name: str, id: str) -> dict[str, JsonValue]:
    return {"id": id, "type": PIPELINE, "name": name}


def _properties(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: _value(value) for name, value in sorted(values.items())}


def _value(value: JsonValue) -> JsonValue:
    """64-bit numbers stand as text, as protobuf's JSON has them."""
    match value:
        case bool():
            return {"bool_value": value}
        case int():
            return {"int_value": str(value)}
        case float():
            return {"double_value": value}
        case dict() | list():
            return {"struct_value": value}
    return {"string_value": value or ""}


def _times(created: datetime | None, updated: datetime | None) -> dict[str, JsonValue]:
    found = {"create_time_since_epoch": _milliseconds(created), "last_update_time_since_epoch": _milliseconds(updated)}
    return {name: text for name, text in found.items() if text}


def _milliseconds(at: datetime | None) -> str:
    return str((at - _EPOCH) // timedelta(milliseconds=1)) if at else ""


def _if(name: str, text: str) -> dict[str, JsonValue]:
    return {name: text} if text else {}
