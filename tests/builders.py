"""Builders of model values for tests: short, with defaults of a healthy KFP step, everything overridable."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from kfpops.diagnose.facts import Facts, RunCase, Surroundings
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_node import Role
from kfpops.knowledge.log_reading import read_log
from kfpops.model.decode import decode_tolerant
from kfpops.model.diagnosis import Source, Subject
from kfpops.model.event import Event
from kfpops.model.kinds import T
from kfpops.model.log import Log
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow, WorkflowNode

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)
RUN_ID = "6f0f2b1e-6c3f-4f0e-9a5b-0f1d2c3b4a59"


def kube(kind: type[T], document: dict[str, Any]) -> T:
    """A Kubernetes object from the JSON that the API server would send (camel case)."""
    return decode_tolerant(kind, msgspec.json.encode(document))


def ago(seconds: float) -> str:
    """An RFC 3339 time before NOW."""
    return (NOW - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def terminated(exit_code: int, reason: str = "", message: str = "", name: str = "main", **more: Any) -> dict[str, Any]:
    """A container status that has ended."""
    state = {"exitCode": exit_code, "reason": reason or ("Error" if exit_code else "Completed"), "message": message}
    state |= {"startedAt": ago(120), "finishedAt": ago(60)}
    return {"name": name, "state": {"terminated": state}, **more}


def waiting(reason: str, message: str = "", name: str = "main", **more: Any) -> dict[str, Any]:
    """A container status that waits."""
    return {"name": name, "state": {"waiting": {"reason": reason, "message": message}}, **more}


def running(name: str = "main", **more: Any) -> dict[str, Any]:
    """A container status that runs."""
    return {"name": name, "state": {"running": {"startedAt": ago(100)}}, **more}


def unschedulable(message: str, reason: str = "Unschedulable", age: float = 300) -> dict[str, Any]:
    """The PodScheduled condition of a pod that no node takes."""
    return {"type": "PodScheduled", "status": "False", "reason": reason, "message": message, "lastTransitionTime": ago(age)}


def a_pod(
    name: str = "train-x7k2p-system-container-impl-1",
    *,
    phase: str = "Running",
    statuses: tuple[dict[str, Any], ...] = (),
    init: tuple[dict[str, Any], ...] = (),
    conditions: tuple[dict[str, Any], ...] = (),
    reason: str = "",
    message: str = "",
    limits: dict[str, str] | None = None,
    requests: dict[str, str] | None = None,
    image: str = "python:3.11",
    node: str = "node-a",
    age: float = 600,
    spec: dict[str, Any] | None = None,
    main: dict[str, Any] | None = None,
    metadata: dict[str, Any] | None = None,
) -> Pod:
    """A pod as KFP makes them: containers `wait` and `main`; `main` and `spec` add fields to the container and the spec."""
    container = {"name": "main", "image": image, "resources": {"limits": limits or {}, "requests": requests or {}}}
    document = {
        "metadata": {
            "name": name,
            "namespace": "kubeflow",
            "uid": f"uid-{name}",
            "creationTimestamp": ago(age),
            "labels": {"pipeline/runid": RUN_ID},
            **(metadata or {}),
        },
        "spec": {
            "nodeName": node,
            "containers": [{"name": "wait", "image": "argoexec"}, {**container, **(main or {})}],
            **(spec or {}),
        },
        "status": {
            "phase": phase,
            "reason": reason,
            "message": message,
            "conditions": list(conditions),
            "initContainerStatuses": list(init),
            "containerStatuses": list(statuses),
        },
    }
    return kube(Pod, document)


def a_node(
    name: str = "node-a",
    *,
    cpu: str = "8",
    memory: str = "32Gi",
    pods: str = "110",
    labels: dict[str, str] | None = None,
    taints: tuple[dict[str, str], ...] = (),
    unschedulable: bool = False,
    ready: bool = True,
    **resources: str,
) -> Node:
    """A node; further resources as keywords are given with `**{"nvidia.com/gpu": "2"}`."""
    offer = {"cpu": cpu, "memory": memory, "pods": pods, "ephemeral-storage": "100Gi", **resources}
    condition = {"type": "Ready", "status": "True" if ready else "Unknown"}
    return kube(
        Node,
        {
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
            "spec": {"taints": list(taints), "unschedulable": unschedulable},
            "status": {"capacity": offer, "allocatable": offer, "conditions": [condition]},
        },
    )


def an_event(reason: str, message: str = "", *, kind: str = "Pod", name: str = "", age: float = 60, **more: Any) -> Event:
    """A core event about an object, a minute old."""
    body = {"involvedObject": {"kind": kind, "name": name, "namespace": "kubeflow"}, "reason": reason, "message": message}
    return kube(Event, {**body, "type": "Warning", "lastTimestamp": ago(age), "count": 3, **more})


def a_log(text: str, role: Role = "executor", container: str = "main") -> Any:
    """The reading of a log with this text."""
    return read_log(Log(f"pod log {container}", text), container, role)


def a_workflow_node(
    name: str = "wf.root.train.executor", phase: str = "Failed", message: str = "", **more: Any
) -> WorkflowNode:
    """A workflow's Pod node."""
    body = {"id": "wf-1", "name": name, "displayName": "executor", "type": "Pod", "phase": phase, "message": message}
    times = {"startedAt": ago(300), "finishedAt": ago(60) if phase in ("Failed", "Error", "Succeeded") else None}
    return kube(WorkflowNode, {**body, "templateName": "system-container-impl", **times, **more})


def a_step(
    state: str = "failed",
    *,
    pod: Pod | None = None,
    message: str = "",
    log: str | None = None,
    task: str | None = "train",
    role: Role = "executor",
    events: tuple[Event, ...] = (),
    id: str = "wf-1",
    **more: Any,
) -> Step:
    """A step of the run RUN_ID; `log` is the text of its main container's log, `message` Argo's message of its node."""
    phase = {"failed": "Failed", "waiting": "Pending", "running": "Running", "succeeded": "Succeeded"}[state]
    return Step(
        id=id,
        state=state,  # type: ignore[arg-type]
        namespace="kubeflow",
        pod_name=pod.metadata.name if pod else "train-x7k2p-system-container-impl-1",
        role=role,
        run_id=more.pop("run_id", RUN_ID),
        run_name=more.pop("run_name", "nightly"),
        workflow="train-x7k2p",
        task=task,
        node=more.pop("node", a_workflow_node(phase=phase, message=message)),
        pod=pod,
        log=a_log(log, role) if log is not None else None,
        events=events,
        **more,
    )


def some_facts(*steps: Step, case: RunCase | None = None, kind: str = "run", **around: Any) -> Facts:
    """Facts about a run with these steps; `around` are fields of Surroundings."""
    state = "FAILED" if any(s.state == "failed" for s in steps) else "RUNNING"
    case = case or RunCase(RUN_ID, "nightly", "kubeflow", run=Run(RUN_ID, "nightly", state), steps=steps)
    case = replace(case, steps=case.steps or steps)
    return Facts(
        subject=Subject(kind, RUN_ID, "nightly", "kubeflow"),  # type: ignore[arg-type]
        source=Source("cluster", "test"),
        now=NOW,
        kfp_namespace="kubeflow",
        cases=(case,),
        steps=case.steps,
        around=Surroundings(**around),
    )


def a_workflow(
    *, phase: str = "Running", spec: dict[str, Any] | None = None, status: dict[str, Any] | None = None
) -> Workflow:
    """A workflow of the run RUN_ID without nodes."""
    labels = {"pipeline/runid": RUN_ID, "workflows.argoproj.io/phase": phase}
    metadata = {"name": "train-x7k2p", "namespace": "kubeflow", "labels": labels, "creationTimestamp": ago(900)}
    return kube(
        Workflow,
        {"metadata": metadata, "spec": spec or {}, "status": {"phase": phase, "startedAt": ago(900), **(status or {})}},
    )
