"""Rows of ML Metadata as KFP v2 writes them → the model's nouns: one reading for the RPC, the database and a bundle.

Names of types and properties: kubeflow/pipelines, backend/src/v2/metadata/client.go.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final

from kfpops.model.lineage import Artifact, EventKind, Execution, ExecutionKind, JsonValue, RunContext

PIPELINE: Final = "system.Pipeline"
"""The context type whose name is a pipeline's."""
PIPELINE_RUN: Final = "system.PipelineRun"
"""The context type whose name is a run's id."""
DAG: Final = "system.DAGExecution"
CONTAINER: Final = "system.ContainerExecution"

_KINDS: Mapping[str, ExecutionKind] = {
    DAG: "dag",
    CONTAINER: "container",
    "system.ImporterExecution": "importer",
    "system.ImporterWorkspaceExecution": "importer",
}
# The root DAG's execution is called `run/<run id>`.
_ROOT = "run/"
# KFP's own among the properties of an artifact; the rest is what users recorded.
_KFPS_OWN = frozenset({"display_name", "store_session_info"})
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

# Event.Type of metadata_store.proto. KFP writes INPUT and OUTPUT; other writers the DECLARED_ and INTERNAL_ ones.
EVENT_KINDS: Final[Mapping[str, EventKind]] = {
    "DECLARED_INPUT": "input",
    "INPUT": "input",
    "INTERNAL_INPUT": "input",
    "DECLARED_OUTPUT": "output",
    "OUTPUT": "output",
    "INTERNAL_OUTPUT": "output",
    "PENDING_OUTPUT": "output",
}

# Numbers of the enums of metadata_store.proto, as the RPC and the database hold them: the index is the number.
ARTIFACT_STATES: Final = ("UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE")
EXECUTION_STATES: Final = ("UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED")
EVENT_TYPES: Final = (
    "UNKNOWN",
    "DECLARED_OUTPUT",
    "DECLARED_INPUT",
    "INPUT",
    "OUTPUT",
    "INTERNAL_INPUT",
    "INTERNAL_OUTPUT",
    "PENDING_OUTPUT",
)


def word(words: tuple[str, ...], number: int | None) -> str:
    """The word for an enum's number; "" for none, and for numbers of a later schema."""
    return words[number] if number is not None and 0 <= number < len(words) else ""


@dataclass(frozen=True, slots=True)
class Row:
    """An artifact, an execution or a context. `created_ms`, `updated_ms`: milliseconds since 1970, 0 when unknown.

    `properties` are the custom ones and the typed ones together (a custom one wins): int, float, str, bool, or for a struct
    its JSON value. Texts that are no UTF-8 hold U+FFFD where they were broken; numbers that are not finite are texts.
    """

    id: int
    type: str = ""
    name: str = ""
    uri: str = ""
    state: str = ""
    created_ms: int = 0
    updated_ms: int = 0
    properties: Mapping[str, JsonValue] = field(default_factory=dict)


def artifact_of(row: Row) -> Artifact:
    """`name` is what KFP calls display name, else the artifact's own."""
    return Artifact(
        id=str(row.id),
        type=row.type,
        uri=row.uri,
        name=_text(row, "display_name") or row.name,
        state=row.state,
        created_at=moment(row.created_ms),
        updated_at=moment(row.updated_ms),
        properties={k: row.properties[k] for k in sorted(row.properties) if k not in _KFPS_OWN},
    )


def execution_of(row: Row) -> Execution:
    """Missing properties stay empty: executions of other writers than KFP have none of them."""
    kind = _KINDS.get(row.type, "other")
    return Execution(
        id=str(row.id),
        type=row.type,
        kind=kind,
        state=row.state,
        task=_text(row, "task_name"),
        name=_text(row, "display_name") or _text(row, "task_name"),
        parent_id=_id(row, "parent_dag_id"),
        iteration=_number(row, "iteration_index"),
        fingerprint=_text(row, "cache_fingerprint"),
        cached_from=_id(row, "cached_execution_id"),
        run_id=row.name.removeprefix(_ROOT) if kind == "dag" and row.name.startswith(_ROOT) else "",
        namespace=_text(row, "namespace"),
        image=_text(row, "image"),
        pod=_text(row, "pod_name"),
        created_at=moment(row.created_ms),
        updated_at=moment(row.updated_ms),
        inputs=_struct(row, "inputs"),
        outputs=_struct(row, "outputs"),
    )


def run_of(row: Row, parent: str = "") -> RunContext:
    """A context of the type `system.PipelineRun`. `parent` is the name of its pipeline's context, where it is known.

    Without it the pipeline is read from the run's root, which KFP composes as `<root>/<pipeline name>/<run id>[?query]`.
    """
    root = _text(row, "pipeline_root").partition("?")[0].rstrip("/")
    return RunContext(
        run_id=row.name,
        pipeline=parent or pipeline_of_root(root, row.name),
        namespace=_text(row, "namespace"),
        root=root,
        created_at=moment(row.created_ms),
    )


def pipeline_of_root(root: str, run_id: str) -> str:
    """The pipeline's name in a run's root; "" when the root is not composed as KFP does it."""
    before, _, last = root.rpartition("/")
    return before.rpartition("/")[2] if last == run_id else ""


def moment(milliseconds: int) -> datetime | None:
    """None for 0, and for times that no calendar has."""
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds > 0 else None
    except OverflowError:
        return None


def finite(number: float) -> float | str:
    """A number as JSON can hold it: NaN and the infinities become the texts that protobuf's JSON has for them."""
    if math.isnan(number):
        return "NaN"
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


def _text(row: Row, name: str) -> str:
    value = row.properties.get(name)
    return value if isinstance(value, str) else ""


def _number(row: Row, name: str) -> int | None:
    value = row.properties.get(name)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _id(row: Row, name: str) -> str:
    """KFP writes `parent_dag_id` as an integer, `cached_execution_id` as a text. 0 is none."""
    value = row.properties.get(name)
    text = str(int(value)) if isinstance(value, int | float) else value if isinstance(value, str) else ""
    return "" if text == "0" else text


def _struct(row: Row, name: str) -> Mapping[str, JsonValue]:
    value = row.properties.get(name)
    return {k: value[k] for k in sorted(value)} if isinstance(value, dict) else {}
