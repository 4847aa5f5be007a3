"""A cluster that holds a different canary in every place where people leave credentials."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

from tests.capture.bundles import RUN, thing
from tests.capture.server import FakeServer, FakeStore

_NUMBERS = itertools.count()
CANARIES: list[str] = []
EXECUTOR_LOGS = f"minio://mlpipeline/v2/artifacts/train/{RUN}/fit/0/executor-logs-0"
ARCHIVED_NODE = "train-x-2"


def canary() -> str:
    """A new one: looks like nothing in particular, so only what stands around it gives it away."""
    CANARIES.append(f"Can4ry{next(_NUMBERS):03}Zq7")
    return CANARIES[-1]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _jwt() -> str:
    return f"eyJhbGciOiJSUzI1NiJ9.eyJ{canary()}.c2lnbmF0dXJl"


def _log() -> bytes:
    lines = [
        "training with batch size 512 and max_tokens=512",
        f"connecting to postgresql://app:{canary()}@db.example:5432/prod",
        f"Authorization: Bearer {canary()}abcdef",
        f"password={canary()}",
        f'{{"api_key": "{canary()}", "epochs": 3}}',
        f"login --token {canary()}",
        f"got {_jwt()}",
        "-----BEGIN RSA PRIVATE KEY-----",
        f"MIIEvQIBADANBg{canary()}",
        "-----END RSA PRIVATE KEY-----",
        '  "name": "DB_PASSWORD",',
        f'  "value": "{canary()}"',
        "ValueError: expected 100 rows, found 97",
    ]
    return "".join(f"2026-11-21T09:55:2{n % 10}.00858{n:04}Z {line}\n" for n, line in enumerate(lines)).encode()


def _variables() -> list[dict[str, Any]]:
    return [
        {"name": "DB_PASSWORD", "value": canary()},
        {"name": "WANDB_API_KEY", "value": canary()},
        {"name": "DATABASE_URL", "value": f"mysql://u:{canary()}@db/x"},
        {"name": "SETTINGS", "value": json.dumps({"client_secret": canary(), "epochs": 3})},
        {"name": "OMP_NUM_THREADS", "value": "64"},
    ]


def _pod(name: str, phase: str, **labels: str) -> dict[str, Any]:
    pod = thing(name, labels=labels)
    pod["metadata"]["uid"] = f"uid-{name}"
    pod["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps({"env": _variables()}),
        "example.com/webhook": f"https://hooks.slack.com/services/T0/{canary()}",
        "example.com/api-token": canary(),
    }
    template = json.dumps({"container": {"env": _variables(), "args": ["--password", canary()]}})
    main = {
        "name": "main",
        "env": [*_variables(), {"name": "ARGO_TEMPLATE", "value": template}],
        "args": ["--token", canary(), f"--db-password={canary()}", "--epochs", "3"],
        "command": ["sh", "-c", f"curl -H 'Authorization: Bearer {canary()}99' https://x/ && export API_KEY={canary()}"],
    }
    pod["spec"] = {"nodeName": "node-a", "containers": [main]}
    ended = {"exitCode": 1, "reason": "Error", "message": f"login failed with password={canary()}"}
    status = {"name": "main", "containerID": "containerd://1", "state": {"terminated": ended}}
    pod["status"] = {"phase": phase, "containerStatuses": [status]}
    return pod


def _workflow() -> dict[str, Any]:
    workflow = thing("train-x", labels={"pipeline/runid": RUN})
    parameters = [
        {"name": "db-password", "value": canary()},
        {"name": "components", "value": json.dumps({"env": _variables()})},
    ]
    workflow["spec"] = {"arguments": {"parameters": parameters}}
    patch = json.dumps({"containers": [{"name": "main", "env": _variables()}]})
    nodes = {
        "train-x-1": {
            "id": "train-x-1",
            "name": "train-x.root.fit.executor",
            "type": "Pod",
            "phase": "Failed",
            "templateName": "system-container-impl",
            "message": f"main: Error (exit code 1): token={canary()}",
            "inputs": {"parameters": [{"name": "pod-spec-patch", "value": patch}]},
        },
        ARCHIVED_NODE: {
            "id": ARCHIVED_NODE,
            "name": "train-x.root.gone.executor",
            "type": "Pod",
            "phase": "Failed",
            "templateName": "system-container-impl",
            "inputs": {"parameters": [{"name": "uri", "value": EXECUTOR_LOGS}]},
        },
    }
    workflow["status"] = {"phase": "Failed", "nodes": nodes}
    return workflow


def a_cluster() -> tuple[FakeServer, FakeStore]:
    """The servers. Every canary that was ever made stands in CANARIES."""
    pod = _pod("train-x-system-container-impl-1", "Failed", **{"pipeline/runid": RUN})
    secret = thing("db")
    secret["data"] = {"password": _base64(canary()), "user": _base64(canary())}
    secret["stringData"] = {"password": canary()}
    CANARIES.extend(secret["data"].values())
    config = thing("kfp-launcher")
    config["data"] = {"providers": f"s3:\n  secretKey: {canary()}\n", "api-token": canary()}
    event = thing("e", involvedObject={"kind": "Pod", "name": pod["metadata"]["name"], "namespace": "kubeflow"})
    event |= {"reason": "Failed", "message": f"Error: https://u:{canary()}@registry.example/x was refused"}
    objects = {
        "pods": [pod, _pod("somebody-else", "Running"), _pod("ml-pipeline-0", "Running")],
        "workflows": [_workflow()],
        "secrets": [secret],
        "configmaps": [config],
        "events": [event],
        "nodes": [thing("node-a", "")],
        "deployments": [thing("ml-pipeline", spec={"template": {"spec": {"containers": [{"env": _variables()}]}}})],
    }
    run = {
        "run_id": RUN,
        "display_name": "nightly",
        "state": "FAILED",
        "runtime_config": {"parameters": {"api_key": canary(), "dsn": f"postgres://a:{canary()}@db/x", "epochs": 3}},
    }
    manifest = json.dumps(_workflow())
    texts = {
        "/version": b'{"gitVersion": "v1.35.4"}',
        "/apis": b'{"groups": [{"preferredVersion": {"groupVersion": "apps/v1"}}]}',
        "train-x-system-container-impl-1/main": _log(),
        "ml-pipeline-0/main": _log(),
        f"/apis/v2beta1/runs/{RUN}": json.dumps(run).encode(),
        "/apis/v2beta1/runs": json.dumps({"runs": [run]}).encode(),
        f"/apis/v1beta1/runs/{RUN}": json.dumps({"pipeline_runtime": {"workflow_manifest": manifest}}).encode(),
        f"/apis/v1alpha1/runs/{RUN}/nodes/{ARCHIVED_NODE}/log": _log(),
        "/apis/v2beta1/healthz": b'{"tag_name": "2.17.0"}',
    }
    return FakeServer(objects, texts), FakeStore({EXECUTOR_LOGS: _log()})
