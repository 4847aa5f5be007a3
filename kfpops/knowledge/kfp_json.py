"""Answers of the KFP REST API (JSON, as decoded) → model values.

The gateway writes snake case, except where it does not (`recurringRuns`); 64-bit numbers as text; zero values, empty lists
and false not at all; times that are not known as 1970. Field names: kubeflow/pipelines backend/api/v2beta1/*.proto and
v1beta1/run.proto. A field of an unexpected type counts as absent: one odd field must not hide a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeAlias

import msgspec

from kfpops.knowledge.ir_json import pipeline_ir, pipeline_ir_from_yaml
from kfpops.model.decode import decode_tolerant
from kfpops.model.run import CacheRow, Experiment, KfpHealth, RecurringRun, Run, StateChange
from kfpops.model.workflow import Workflow

Json: TypeAlias = Mapping[str, object]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """What only the v1beta1 answer has: the workflow as KFP's database keeps it, and names. "" or None: it has none."""

    workflow: Workflow | None = None
    namespace: str = ""
    pipeline_name: str = ""
    manifest: str = ""


def decode_object(body: bytes) -> Json:
    """A JSON object. Raises `msgspec.DecodeError` for anything else."""
    return msgspec.json.decode(body, type=dict[str, object])


def health_of(document: Json) -> KfpHealth:
    """`/apis/v2beta1/healthz`; older servers leave fields out."""
    return KfpHealth(text_of(document, "tag_name"), document.get("multi_user") is True)


def next_page(document: Json) -> str:
    """The token of the next page, "" on the last."""
    return text_of(document, "next_page_token") or text_of(document, "nextPageToken")


def total_of(document: Json) -> int:
    """How many things a list has on all its pages; 0 when it does not tell."""
    return _number(document.get("total_size")) or 0


def runs_of(document: Json, namespace: str = "") -> tuple[Run, ...]:
    """The runs of a v2beta1 list. `namespace`: what the list was asked for, as runs do not tell theirs."""
    found = (run_of(item, namespace) for item in items_of(document, "runs"))
    return tuple(run for run in found if run is not None)


def run_of(document: Json, namespace: str = "") -> Run | None:
    """A v2beta1 run; None when the object is none (no `run_id`)."""
    run_id = text_of(document, "run_id")
    if not run_id:
        return None
    reference = object_of(document, "pipeline_version_reference")
    pipeline = pipeline_ir(document.get("pipeline_spec"))
    error = document.get("error")
    return Run(
        id=run_id,
        name=text_of(document, "display_name"),
        state=text_of(document, "state"),
        namespace=namespace,
        experiment_id=text_of(document, "experiment_id"),
        pipeline_id=text_of(reference, "pipeline_id"),
        pipeline_version_id=text_of(reference, "pipeline_version_id") or text_of(document, "pipeline_version_id"),
        pipeline_name=pipeline.pipeline_info.name if pipeline else "",
        recurring_run_id=text_of(document, "recurring_run_id"),
        service_account=text_of(document, "service_account"),
        # Rows of early versions say STORAGESTATE_ARCHIVED.
        archived=text_of(document, "storage_state").endswith("ARCHIVED"),
        created_at=time_of(document.get("created_at")),
        scheduled_at=time_of(document.get("scheduled_at")),
        finished_at=time_of(document.get("finished_at")),
        state_history=_history(document),
        error=text_of(error, "message") if isinstance(error, Mapping) else error if isinstance(error, str) else "",
        workflow=_workflow(document),
        pipeline=pipeline,
    )


def recorded_run(document: Json) -> RecordedRun:
    """A v1beta1 run (`run` and `pipeline_runtime`). Raises `msgspec.DecodeError` when the kept workflow is truncated."""
    run = object_of(document, "run") or document
    spec = object_of(run, "pipeline_spec")
    # The manifest is a JSON text inside the JSON.
    kept = text_of(object_of(document, "pipeline_runtime"), "workflow_manifest")
    workflow = decode_tolerant(Workflow, kept.encode()) if kept else None
    references = [object_of(item, "key") for item in items_of(run, "resource_references")]
    owner = next((text_of(key, "id") for key in references if key.get("type") == "NAMESPACE"), "")
    namespace = (workflow.metadata.namespace if workflow else "") or owner
    return RecordedRun(workflow, namespace, text_of(spec, "pipeline_name"), text_of(spec, "pipeline_manifest"))


def completed(run: Run, record: RecordedRun) -> Run:
    """The run with what v1beta1 knows better: v2beta1 gives no namespace, and for uploaded pipelines no pipeline."""
    pipeline = run.pipeline or pipeline_ir_from_yaml(record.manifest)
    name = run.pipeline_name or record.pipeline_name or (pipeline.pipeline_info.name if pipeline else "")
    workflow = run.workflow or (record.workflow.metadata.name if record.workflow else "")
    return replace(
        run, namespace=run.namespace or record.namespace, pipeline=pipeline, pipeline_name=name, workflow=workflow
    )


def pipeline_count_of(document: Json, namespace: str = "") -> int:
    """How many of a v2beta1 list of pipelines are in a namespace, or tell none. "": all of them."""
    return sum(not namespace or text_of(item, "namespace") in ("", namespace) for item in items_of(document, "pipelines"))


def pipeline_names_of(document: Json) -> dict[str, str]:
    """Names of a v2beta1 list of pipelines by id."""
    return {
        text_of(item, "pipeline_id"): text_of(item, "name") or text_of(item, "display_name")
        for item in items_of(document, "pipelines")
    }


def recurring_runs_of(document: Json) -> tuple[RecurringRun, ...]:
    """The recurring runs of a list, which stands under `recurringRuns` (2.17) or `recurring_runs`."""
    items = items_of(document, "recurringRuns", "recurring_runs")
    return tuple(_recurring_run(item) for item in items if text_of(item, "recurring_run_id"))


def experiments_of(document: Json) -> tuple[Experiment, ...]:
    """The experiments of a list; single-user installations give them no namespace."""
    return tuple(
        Experiment(text_of(item, "experiment_id"), text_of(item, "display_name"), text_of(item, "namespace"))
        for item in items_of(document, "experiments")
        if text_of(item, "experiment_id")
    )


def cache_rows_of(document: Json) -> tuple[CacheRow, ...]:
    """The entries of the step cache in a page of `/apis/v1alpha1/tasks`.

    The table holds the nodes of runs as well, without a fingerprint. Those cannot be hit: a driver asks this very API for
    a fingerprint, and takes the execution from its answer (backend/src/v2/cacheutils/cache.go).
    """
    return tuple(
        CacheRow(
            id=text_of(item, "id"),
            run_id=text_of(item, "runId") or text_of(item, "run_id"),
            execution_id=text_of(item, "mlmdExecutionID") or text_of(item, "mlmd_execution_id"),
            fingerprint=text_of(item, "fingerprint"),
            created_at=time_of(item.get("created_at") or item.get("createdAt")),
        )
        for item in items_of(document, "tasks")
        if item.get("fingerprint") or item.get("mlmdExecutionID") or item.get("mlmd_execution_id")
    )


def archived_log(body: bytes) -> bytes | None:
    """The log that the v1alpha1 log endpoint gave; None when it says, with status 200, that it has none."""
    head = body[:200].lstrip()
    if not head.startswith(b'{"error_message"'):
        return body
    try:
        document = decode_object(body)
    except msgspec.DecodeError:
        return body
    return None if set(document) <= {"error_message", "error_details"} else body


def time_of(value: object) -> datetime | None:
    """An RFC 3339 time in UTC; None for 1970 and before, which is how KFP writes that it has none."""
    if not isinstance(value, str):
        return None
    try:
        time = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    time = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
    return time if time > _EPOCH else None


def _workflow(document: Json) -> str:
    """The workflow's name, with which the ids of its nodes begin: `<workflow>-<number>`. "" when they tell none, or two."""
    details = items_of(object_of(document, "run_details"), "task_details")
    nodes = (text_of(child, "pod_name") for detail in details for child in items_of(detail, "child_tasks"))
    parts = {node.rpartition("-")[::2] for node in nodes}
    names = {name for name, number in parts if name and number.isdecimal()}
    return names.pop() if len(names) == 1 else ""


def _recurring_run(document: Json) -> RecurringRun:
    trigger = object_of(document, "trigger")
    cron = text_of(object_of(trigger, "cron_schedule"), "cron")
    every = _number(object_of(trigger, "periodic_schedule").get("interval_second"))
    status = text_of(document, "status")
    return RecurringRun(
        id=text_of(document, "recurring_run_id"),
        name=text_of(document, "display_name"),
        enabled=status == "ENABLED" if status else text_of(document, "mode") == "ENABLE",
        namespace=text_of(document, "namespace"),
        experiment_id=text_of(document, "experiment_id"),
        schedule=cron or (f"every {every} s" if every else ""),
        max_concurrency=_number(document.get("max_concurrency")),
        updated_at=time_of(document.get("updated_at")),
    )


def _history(document: Json) -> tuple[StateChange, ...]:
    entries = items_of(document, "state_history")
    return tuple(StateChange(time_of(entry.get("update_time")), text_of(entry, "state")) for entry in entries)


def text_of(document: Json, key: str) -> str:
    """The text under a key; "" for anything else."""
    value = document.get(key)
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else None


def object_of(document: Json, key: str) -> Json:
    """The object under a key; an empty one for anything else."""
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def items_of(document: Json, *keys: str) -> Sequence[Json]:
    """The objects in the list under the first of the keys that has one."""
    value = next((document[key] for key in keys if document.get(key)), ())
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else ()
