"""Answers of the KFP API that replaces ML Metadata (JSON, as decoded) → the nouns of lineage.

Field names: kubeflow/pipelines backend/api/v2beta1/artifact.proto and run.proto (`PipelineTask`) as of pull request 13986.
A field of an unexpected type counts as absent. Times are whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from kfpops.knowledge.kfp_json import Json, items_of, object_of, text_of, time_of
from kfpops.knowledge.lineage_query import SYSTEM
from kfpops.knowledge.mlmd import CONTAINER, DAG, finite
from kfpops.knowledge.mlmd_json import struct_value
from kfpops.model.lineage import Artifact, Event, EventKind, Execution, ExecutionKind, JsonValue

# Artifact.ArtifactType: its numbers, and the names of MLMD's types where they differ.
TYPE_NUMBERS: Final[Mapping[str, int]] = {
    "Artifact": 1,
    "Model": 2,
    "Dataset": 3,
    "HTML": 4,
    "Markdown": 5,
    "Metric": 6,
    "ClassificationMetric": 7,
    "SlicedClassificationMetric": 8,
}
_MLMD_TYPES: Final = {name: f"{SYSTEM}{name}s" for name in TYPE_NUMBERS if name.endswith("Metric")}

# PipelineTask.TaskType. All that is not listed holds other tasks.
_KINDS: Final[Mapping[str, tuple[ExecutionKind, str]]] = {
    "RUNTIME": ("container", CONTAINER),
    "IMPORTER": ("importer", "system.ImporterExecution"),
}
_GROUPS: Final = frozenset({"ROOT", "CONDITION_BRANCH", "CONDITION", "LOOP", "EXIT_HANDLER", "DAG"})
# PipelineTask.TaskState → the words of MLMD. SKIPPED is a task that was not triggered.
_STATES: Final = {"SUCCEEDED": "COMPLETE", "SKIPPED": "CANCELED"}

# IOType. The others are inputs; UNSPECIFIED is neither.
_OUTPUTS: Final = frozenset({"OUTPUT", "ONE_OF_OUTPUT", "ITERATOR_OUTPUT", "TASK_FINAL_STATUS_OUTPUT"})
_UNSPECIFIED: Final = frozenset({"", "UNSPECIFIED"})

# What rows that came from MLMD may have kept of KFP's own properties.
_KFPS_OWN: Final = frozenset({"display_name", "store_session_info"})


@dataclass(frozen=True, slots=True)
class Link:
    """A row of `artifact_tasks`. `event` None: it says neither input nor output."""

    event: Event | None
    task_id: str
    run_id: str


def type_number(type: str) -> int | None:
    """The number of an artifact type's name as MLMD or KFP writes it; None for one that this API does not know."""
    plain = type.removeprefix(SYSTEM)
    return TYPE_NUMBERS.get(plain) or TYPE_NUMBERS.get(plain.removesuffix("s"))


def artifacts_of(document: Json) -> tuple[Artifact, ...]:
    """The artifacts of a list. A metric's number is a property of the metric's name."""
    return tuple(_artifact(item) for item in items_of(document, "artifacts") if text_of(item, "artifact_id"))


def links_of(document: Json) -> tuple[Link, ...]:
    """The rows of a list of `artifact_tasks`, which tell no time."""
    return tuple(_link(item) for item in items_of(document, "artifact_tasks") if text_of(item, "artifact_id"))


def tasks_of(document: Json, namespace: str) -> tuple[Execution, ...]:
    """The tasks of a list, or of a run in the view FULL. They do not tell their namespace."""
    return tuple(_execution(item, namespace) for item in items_of(document, "tasks") if text_of(item, "task_id"))


def runs_in(document: Json) -> Sequence[Json]:
    """The runs of a list as they are."""
    return items_of(document, "runs")


def pipeline_id_of(run: Json) -> str:
    """Under `pipeline_reference`, which every run has, or the older `pipeline_version_reference`."""
    found = (text_of(object_of(run, key), "pipeline_id") for key in ("pipeline_reference", "pipeline_version_reference"))
    return next((id for id in found if id), "")


def root_of(run: Json) -> str:
    """The run's root where it was given one; "" when it is the installation's."""
    return text_of(object_of(run, "runtime_config"), "pipeline_root").partition("?")[0].rstrip("/")


def _artifact(item: Json) -> Artifact:
    name, type = text_of(item, "name"), text_of(item, "type")
    properties = {k: v for k, v in _values(object_of(item, "metadata")).items() if k not in _KFPS_OWN}
    number = item.get("number_value")
    if isinstance(number, int | float | str) and not isinstance(number, bool) and name:
        # A number that is not finite stands as text.
        properties[name] = number if isinstance(number, str) else finite(float(number))
    return Artifact(
        id=text_of(item, "artifact_id"),
        type=_MLMD_TYPES.get(type, f"{SYSTEM}{type}" if type in TYPE_NUMBERS else ""),
        uri=text_of(item, "uri"),
        name=name,
        created_at=time_of(item.get("created_at")),
        properties={key: properties[key] for key in sorted(properties)},
    )


def _link(item: Json) -> Link:
    task, type = text_of(item, "task_id"), text_of(item, "type")
    kind: EventKind = "output" if type in _OUTPUTS else "input"
    event = Event(text_of(item, "artifact_id"), task, kind, text_of(item, "key"))
    return Link(None if type in _UNSPECIFIED else event, task, text_of(item, "run_id"))


def _execution(item: Json, namespace: str) -> Execution:
    word, name = text_of(item, "type"), text_of(item, "name")
    kind, type = _KINDS.get(word, ("dag", DAG) if word in _GROUPS else ("other", ""))
    # The root is called ROOT; in MLMD it has no name, and paths of tasks begin below it.
    task = "" if word == "ROOT" else name
    state = text_of(item, "state")
    return Execution(
        id=text_of(item, "task_id"),
        type=type,
        kind=kind,
        state="" if state == "RUNTIME_STATE_UNSPECIFIED" else _STATES.get(state, state),
        task=task,
        name=text_of(item, "display_name") or task,
        parent_id=text_of(item, "parent_task_id"),
        iteration=_number(object_of(item, "type_attributes").get("iteration_index")),
        fingerprint=text_of(item, "cache_fingerprint"),
        run_id=text_of(item, "run_id"),
        namespace=namespace,
        pod=next((text_of(pod, "name") for pod in items_of(item, "pods") if text_of(pod, "type") == "EXECUTOR"), ""),
        created_at=time_of(item.get("create_time")),
        updated_at=time_of(item.get("end_time")),
        inputs=_parameters(object_of(item, "inputs")),
        outputs=_parameters(object_of(item, "outputs")),
    )


def _parameters(document: Json) -> Mapping[str, JsonValue]:
    found = {text_of(one, "parameter_key"): one.get("value") for one in items_of(document, "parameters")}
    return _values({key: found[key] for key in sorted(found) if key})


def _values(document: Json) -> dict[str, JsonValue]:
    """The values of a protobuf struct: its numbers are doubles."""
    return {key: struct_value(cast(JsonValue, value)) for key, value in document.items()}


def _number(value: object) -> int | None:
    """64-bit numbers stand as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None
