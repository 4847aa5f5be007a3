"""A small world as the servers tell it, in their own JSON: whatever implements a port is filled with it and must agree.

Two namespaces, five pods, one workflow that is gone but for KFP's copy, three runs of a single-user KFP, and some oddities:
null fields, an unknown field, a state of a newer KFP, an object without labels.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

BAD, GOOD, NEW = "11111111-aaaa-4000-8000-000000000001", "22222222-aaaa-4000-8000-000000000002", "33333333-0003"
ENDED_AT = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)
NODE = "train-x-891300363"


def _pod(namespace: str, name: str, phase: str, **metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", "ownerReferences": None, **metadata},
        "spec": {"containers": [{"name": "main", "image": "python:3.11", "newField": {"a": 1}}]},
        "status": {"phase": phase, "conditions": None},
    }


def _run_labels(run_id: str) -> dict[str, str]:
    return {"pipeline/runid": run_id, "pipelines.kubeflow.org/v2_component": "true"}


def _named(namespace: str, name: str, **body: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, **body}


WORKFLOW = {
    "metadata": {"name": "train-x", "namespace": "kubeflow", "labels": {"pipeline/runid": BAD}},
    "status": {
        "phase": "Failed",
        "nodes": {NODE: {"id": NODE, "name": "train-x.root", "phase": "Failed", "message": "boom"}},
    },
}

KUBERNETES: dict[str, list[dict[str, Any]]] = {
    "v1/pods": [
        _pod("kubeflow", "train-x-1", "Failed", labels=_run_labels(BAD)),
        _pod("kubeflow", "train-x-2", "Succeeded", labels=_run_labels(BAD)),
        _pod("kubeflow", "ml-pipeline-1", "Running", labels={"app": "ml-pipeline"}),
        _pod("team-a", "notebook", "Running", labels=None),
        _pod("team-a", "fit-1", "Pending", labels=_run_labels(NEW)),
    ],
    "v1/events": [
        {
            "metadata": {"name": "e1", "namespace": "kubeflow"},
            "involvedObject": {"kind": "Pod", "namespace": "kubeflow", "name": "train-x-1"},
            "reason": "FailedMount",
            "message": 'secret "absent" not found',
            "type": "Warning",
            "firstTimestamp": None,
            "eventTime": "2026-11-21T11:59:00.123456Z",
        }
    ],
    "v1/nodes": [{"metadata": {"name": "node-a"}, "status": {"allocatable": {"cpu": "4"}}}],
    "v1/configmaps": [_named("kubeflow", "pipeline-install-config", data={"appVersion": "2.17.0"})],
    "v1/secrets": [
        _named("kubeflow", "mlpipeline-minio-artifact", data={"accesskey": "bWluaW8=", "secretkey": "aHVudGVyMg=="})
    ],
    "v1/resourcequotas": [],
    "apps/v1/deployments": [_named("kubeflow", "ml-pipeline", spec={"replicas": 1}, status={"readyReplicas": 1})],
    "argoproj.io/v1alpha1/workflows": [],
}
"""API version and plural → objects. A kind that is not in here is not known to this cluster."""

LOGS: dict[tuple[str, str, str], bytes] = {
    ("kubeflow", "train-x-1", "main"): b"one\ntwo\ncaf\xc3\xa9\nbroken \xff\nlast\n",
    ("kubeflow", "train-x-2", "main"): b"",
    ("team-a", "notebook", "main"): b"x" * (1 << 20) + b"\nthe end\n",
}

_SPEC = {"pipelineInfo": {"name": "train"}, "root": {"dag": {"tasks": {"fit": {"componentRef": {"name": "comp-fit"}}}}}}

RUNS: list[dict[str, Any]] = [
    {
        "run_id": NEW,
        "display_name": "nightly",
        "state": "RESTING",
        "created_at": "2026-11-21T11:00:00Z",
        "pipeline_spec": _SPEC,
        "experiment_id": "e2",
        "finished_at": "1970-01-01T00:00:00Z",
    },
    {
        "run_id": BAD,
        "display_name": "nightly",
        "state": "FAILED",
        "created_at": "2026-11-20T11:00:00Z",
        "experiment_id": "e1",
        "finished_at": "2026-11-20T11:05:00Z",
        "run_details": {
            "task_details": [
                {"display_name": "train-x(0)", "child_tasks": [{"pod_name": "train-x-2847"}, {"pod_name": "train-x-11"}]},
                {"display_name": "root", "child_tasks": [{"pod_name": NODE}, {}]},
            ]
        },
        "pipeline_version_reference": {"pipeline_id": "p1", "pipeline_version_id": "v1"},
        "state_history": [
            {"update_time": "2026-11-20T11:00:00Z", "state": "PENDING"},
            {"update_time": "2026-11-20T11:05:00Z"},
        ],
    },
    {
        "run_id": GOOD,
        "display_name": "weekly",
        "state": "SUCCEEDED",
        "created_at": "2026-11-19T11:00:00Z",
        "pipeline_spec": _SPEC,
        "experiment_id": "e1",
        "storage_state": "ARCHIVED",
    },
]
"""Newest first."""

V1_RUNS: dict[str, dict[str, Any]] = {
    BAD: {
        "run": {"id": BAD, "pipeline_spec": {"pipeline_name": "train", "pipeline_manifest": json.dumps(_SPEC)}},
        "pipeline_runtime": {"workflow_manifest": json.dumps(WORKFLOW)},
    },
    GOOD: {"run": {"id": GOOD}, "pipeline_runtime": {"workflow_manifest": ""}},
}

ARCHIVED_LOGS: dict[tuple[str, str], bytes] = {
    (BAD, NODE): b"archived\n",
    (BAD, "train-x-none"): b'{"error_message":"there is no log","error_details":"none"}',
}

HEALTH = {"commit_sha": "unknown", "tag_name": "2.17.0", "multi_user": False}
EXPERIMENTS = [{"experiment_id": "e1", "display_name": "Default"}, {"experiment_id": "e2", "display_name": "tuning"}]
PIPELINES = [{"pipeline_id": "p1", "display_name": "train"}]
RECURRING = [
    {
        "recurring_run_id": "rr1",
        "display_name": "tick",
        "status": "ENABLED",
        "namespace": "kubeflow",
        "max_concurrency": "2",
        "trigger": {"periodic_schedule": {"interval_second": "60"}},
    }
]

TASKS: list[dict[str, Any]] = [
    {"id": "t1", "namespace": "kubeflow", "runId": BAD, "created_at": "2026-11-20T11:01:00Z"},
    {
        "id": "t2",
        "namespace": "kubeflow",
        "pipelineName": "pipeline/train",
        "runId": GOOD,
        "mlmdExecutionID": "7",
        "created_at": "2026-11-19T11:01:00Z",
        "fingerprint": "f" * 64,
    },
    {
        "id": "t3",
        "namespace": "team-a",
        "pipeline_name": "namespace/team-a/pipeline/fit",
        "run_id": NEW,
        "mlmd_execution_id": "9",
        "created_at": "2026-11-21T11:01:00Z",
        "fingerprint": "e" * 64,
    },
    {"id": "t4", "namespace": "team-a", "runId": NEW, "fingerprint": "f" * 64, "created_at": "2026-11-21T11:02:00Z"},
]
"""KFP's table of tasks: a node of a run, and entries of the step cache, one as a gateway with other habits writes it."""

OBJECTS: dict[str, bytes] = {
    "private-artifacts/kubeflow/main.log": b"0123456789",
    "v2/artifacts/train/model/part-0": b"m",
    "empty": b"",
}
"""Objects of the bucket `mlpipeline`."""
