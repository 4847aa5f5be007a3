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
from kfpops.model.run import Experiment, KfpHealth, RecurringRun, Run, StateChange
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
    return KfpHealth(_text(document, "tag_name"), document.get("multi_user") is True)


def next_page(document: Json) -> str:
    """The token of the next page, "" on the last."""
    return _text(document, "next_page_token") or _text(document, "nextPageToken")


def runs_of(document: Json, namespace: str = "") -> tuple[Run, ...]:
    """The runs of a v2beta1 list. `namespace`: what the list was asked for, as runs do not tell theirs."""
    found = (run_of(item, namespace) for item in _items(document, "runs"))
    return tuple(run for run in found if run is not None)


def run_of(document: Json, namespace: str = "") -> Run | None:
    """A v2beta1 run; None when the object is none (no `run_id`)."""
    run_id = _text(document, "run_id")
    if not run_id:
        return None
    reference = _object(document, "pipeline_version_reference")
    pipeline = pipeline_ir(document.get("pipeline_spec"))
    error = document.get("error")
    return Run(
        id=run_id,
        name=_text(document, "display_name"),
        state=_text(document, "state"),
        namespace=namespace,
        experiment_id=_text(document, "experiment_id"),
        pipeline_id=_text(reference, "pipeline_id"),
        pipeline_version_id=_text(reference, "pipeline_version_id") or _text(document, "pipeline_version_id"),
        pipeline_name=pipeline.pipeline_info.name if pipeline else "",
        recurring_run_id=_text(document, "recurring_run_id"),
        service_account=_text(document, "service_account"),
        # Rows of early versions say STORAGESTATE_ARCHIVED.
        archived=_text(document, "storage_state").endswith("ARCHIVED"),
        created_at=time_of(document.get("created_at")),
        scheduled_at=time_of(document.get("scheduled_at")),
        finished_at=time_of(document.get("finished_at")),
        state_history=_history(document),
        error=_text(error, "message") if isinstance(error, Mapping) else error if isinstance(error, str) else "",
        pipeline=pipeline,
    )


def recorded_run(document: Json) -> RecordedRun:
    """A v1beta1 run (`run` and `pipeline_runtime`). Raises `msgspec.DecodeError` when the kept workflow is truncated."""
    run = _object(document, "run") or document
    spec = _object(run, "pipeline_spec")
    # The manifest is a JSON text inside the JSON.
    kept = _text(_object(document, "pipeline_runtime"), "workflow_manifest")
    workflow = decode_tolerant(Workflow, kept.encode()) if kept else None
    references = [_object(item, "key") for item in _items(run, "resource_references")]
    owner = next((_text(key, "id") for key in references if key.get("type") == "NAMESPACE"), "")
    namespace = (workflow.metadata.namespace if workflow else "") or owner
    return RecordedRun(workflow, namespace, _text(spec, "pipeline_name"), _text(spec, "pipeline_manifest"))


def completed(run: Run, record: RecordedRun) -> Run:
    """The run with what v1beta1 knows better: v2beta1 gives no namespace, and for uploaded pipelines no pipeline."""
    pipeline = run.pipeline or pipeline_ir_from_yaml(record.manifest)
    name = run.pipeline_name or record.pipeline_name or (pipeline.pipeline_info.name if pipeline else "")
    return replace(run, namespace=run.namespace or record.namespace, pipeline=pipeline, pipeline_name=name)


def pipeline_names_of(document: Json) -> dict[str, str]:
    """Names of a v2beta1 list of pipelines by id."""
    return {
        _text(item, "pipeline_id"): _text(item, "name") or _text(item, "display_name")
        for item in _items(document, "pipelines")
    }


def recurring_runs_of(document: Json) -> tuple[RecurringRun, ...]:
    """The recurring runs of a list, which stands under `recurringRuns` (2.17) or `recurring_runs`."""
    items = _items(document, "recurringRuns", "recurring_runs")
    return tuple(_recurring_run(item) for item in items if _text(item, "recurring_run_id"))


def experiments_of(document: Json) -> tuple[Experiment, ...]:
    """The experiments of a list; single-user installations give them no namespace."""
    return tuple(
        Experiment(_text(item, "experiment_id"), _text(item, "display_name"), _text(item, "namespace"))
        for item in _items(document, "experiments")
        if _text(item, "experiment_id")
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


def _recurring_run(document: Json) -> RecurringRun:
    trigger = _object(document, "trigger")
    cron = _text(_object(trigger, "cron_schedule"), "cron")
    every = _number(_object(trigger, "periodic_schedule").get("interval_second"))
    status = _text(document, "status")
    return RecurringRun(
        id=_text(document, "recurring_run_id"),
        name=_text(document, "display_name"),
        enabled=status == "ENABLED" if status else _text(document, "mode") == "ENABLE",
        namespace=_text(document, "namespace"),
        experiment_id=_text(document, "experiment_id"),
        schedule=cron or (f"every {every} s" if every else ""),
        max_concurrency=_number(document.get("max_concurrency")),
        updated_at=time_of(document.get("updated_at")),
    )


def _history(document: Json) -> tuple[StateChange, ...]:
    entries = _items(document, "state_history")
    return tuple(StateChange(time_of(entry.get("update_time")), _text(entry, "state")) for entry in entries)


def _text(document: Json, key: str) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else None


def _object(document: Json, key: str) -> Json:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def _items(document: Json, *keys: str) -> Sequence[Json]:
    value = next((document[key] for key in keys if document.get(key)), ())
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else ()
