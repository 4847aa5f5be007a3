"""Generated objects of KFP's shape and size: a pod is 20 KB, most of it Argo's template, which each container repeats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
PodState: TypeAlias = Literal["succeeded", "running", "restarted-long-ago", "young", "waits-for-gpu", "out-of-memory"]
HEALTHY: tuple[PodState, ...] = ("succeeded", "running", "restarted-long-ago", "young")
# What real KFP 2.17 pods have there: the template's text, escaped once more, with the component's source in it.
_TEMPLATE_BYTES = 3_600
_NO_GPU = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: not helpful."


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when: all times are relative to `now`."""

    namespace: str
    now: datetime

    def ago(self, seconds: float) -> str:
        return (self.now - timedelta(seconds=seconds)).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def run_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def pod(place: Place, run: int, number: int, state: PodState) -> Json:
    """Pod `number` of run `run`, as Argo makes it for KFP."""
    workflow = f"training-{run:05d}"
    task = f"step-{number}"
    name = f"{workflow}-system-container-impl-{number:010d}"
    return {
        "metadata": {
            "name": name,
            "namespace": place.namespace,
            "uid": f"{run:08x}-{number:04x}-4000-8000-000000000001",
            "creationTimestamp": place.ago(20 if state == "young" else 1_800),
            "labels": {
                "pipeline/runid": run_id(run),
                "pipelines.kubeflow.org/v2_component": "true",
                "workflows.argoproj.io/completed": str(state == "succeeded").lower(),
                "workflows.argoproj.io/workflow": workflow,
            },
            "annotations": {
                "kubectl.kubernetes.io/default-container": "main",
                "workflows.argoproj.io/node-id": f"{workflow}-{number:010d}",
                "workflows.argoproj.io/node-name": f"{workflow}(0).root(0).{task}(0).executor(0)",
            },
            "ownerReferences": [
                {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "name": workflow, "uid": workflow}
            ],
        },
        "spec": _spec(workflow, state),
        "status": _status(place, state),
    }


def _spec(workflow: str, state: PodState) -> Json:
    text = f'{{"name":"system-container-impl","container":{{"image":"gcr.io/override"}},"workflow":"{workflow}","args":["\\n'
    template = text + '\\"{{inputs.parameters.pod-spec-patch}}\\",' * ((_TEMPLATE_BYTES - len(text)) // 42)
    environment = [
        {"name": "ARGO_POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "ARGO_WORKFLOW_NAME", "value": workflow},
        {"name": "ARGO_TEMPLATE", "value": template},
        {"name": "ARGO_NODE_ID", "value": workflow},
        {"name": "KFP_RUN_ID", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['pipeline/runid']"}}},
    ]
    limits = {"memory": "400Mi"} | ({"nvidia.com/gpu": "1"} if state == "waits-for-gpu" else {})
    mounts = [{"name": f"scratch-{n}", "mountPath": f"/scratch/{n}"} for n in range(8)]
    main = {"resources": {"limits": limits, "requests": {"cpu": "50m", "memory": "128Mi"}}, "volumeMounts": mounts}
    containers = {
        name: {"name": name, "image": "python:3.11", "env": environment} for name in ("init", "launcher", "wait", "main")
    }
    return {
        "nodeName": "" if state == "waits-for-gpu" else "node-a",
        "restartPolicy": "Never",
        "serviceAccountName": "pipeline-runner",
        "volumes": [{"name": f"scratch-{n}", "emptyDir": {}} for n in range(11)],
        "initContainers": [containers["init"], containers["launcher"]],
        "containers": [containers["wait"], containers["main"] | main],
        "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}],
    }


def _status(place: Place, state: PodState) -> Json:
    ended = {"startedAt": place.ago(1_700), "finishedAt": place.ago(600)}
    killed = {"terminated": ended | {"exitCode": 137, "reason": "OOMKilled"}}
    running = {"running": {"startedAt": place.ago(1_700)}}
    match state:
        case "succeeded":
            return _phase("Succeeded", {"terminated": ended | {"exitCode": 0, "reason": "Completed"}})
        case "running":
            return _phase("Running", running)
        case "restarted-long-ago":
            return _phase("Running", running, restartCount=2, lastState=killed)
        case "young":
            return _phase("Pending", {"waiting": {"reason": "ContainerCreating"}})
        case "waits-for-gpu":
            said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": _NO_GPU}
            return {"phase": "Pending", "conditions": [said | {"lastTransitionTime": place.ago(1_700)}]}
        case "out-of-memory":
            return _phase("Failed", killed)


def _phase(phase: str, state: Json, **more: Any) -> Json:
    main = {"name": "main", "image": "python:3.11", "imageID": "sha256:0", "ready": False, "restartCount": 0}
    return {"phase": phase, "containerStatuses": [main | {"state": state} | more]}


_NODE_PHASES = {"succeeded": "Succeeded", "out-of-memory": "Failed", "young": "Pending", "waits-for-gpu": "Pending"}


def workflow(place: Place, run: int, states: tuple[PodState, ...]) -> Json:
    """The workflow of a run, with a node for each pod; a node carries 3 KB of inputs and outputs, as KFP's do."""
    name = f"training-{run:05d}"
    nodes: Json = {}
    for number, state in enumerate(states):
        node_id = f"{name}-{number:010d}"
        nodes[node_id] = {
            "id": node_id,
            "name": f"{name}(0).root(0).step-{number}(0).executor(0)",
            "displayName": "executor(0)",
            "type": "Pod",
            "templateName": "system-container-impl",
            "phase": _NODE_PHASES.get(state, "Running"),
            "startedAt": place.ago(1_800),
            "inputs": {"parameters": [{"name": "pod-spec-patch", "value": json.dumps({"patch": "x" * 3_000})}]},
        }
    phase = "Succeeded" if set(states) == {"succeeded"} else "Running"
    labels = {"pipeline/runid": run_id(run), "workflows.argoproj.io/phase": phase}
    annotations = {"pipelines.kubeflow.org/run_name": f"training {run}"}
    return {
        "metadata": {"name": name, "namespace": place.namespace, "labels": labels, "annotations": annotations,
                     "creationTimestamp": place.ago(1_800)},
        "spec": {"entrypoint": "entrypoint", "templates": [{"name": f"t-{n}", "text": "y" * 900} for n in range(9)]},
        "status": {"phase": phase, "startedAt": place.ago(1_800), "nodes": nodes},
    }  # fmt: skip


def event(place: Place, about: Json, number: int) -> Json:
    """What every pod has: it was scheduled, pulled, started."""
    return {
        "metadata": {"name": f"event-{number}", "namespace": place.namespace},
        "involvedObject": {"kind": "Pod", "namespace": place.namespace, "name": about["metadata"]["name"]},
        "type": "Normal",
        "reason": "Started",
        "message": "Started container main",
        "lastTimestamp": place.ago(1_700),
        "count": 1,
        "source": {"component": "kubelet"},
    }


def node(place: Place, name: str) -> Json:
    offer = {"cpu": "64", "memory": "512Gi", "pods": "2500", "ephemeral-storage": "500Gi", "nvidia.com/gpu": "8"}
    ready = [{"type": "Ready", "status": "True"}]
    return {"metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}}, "spec": {},
            "status": {"capacity": offer, "allocatable": offer, "conditions": ready}}  # fmt: skip


def run(place: Place, number: int, state: str) -> Json:
    """A run as KFP's API v2beta1 tells it."""
    return {"run_id": run_id(number), "display_name": f"training {number}", "state": state, "created_at": place.ago(1_800),
            "experiment_id": "e-1"}  # fmt: skip
