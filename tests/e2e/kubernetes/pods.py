"""Pods shaped as KFP's: labels, annotations, containers `main` and `wait`; and what is to be found of each."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

IMAGE = os.environ.get("KFPOPS_E2E_IMAGE", "busybox:1")
RUN_ID = "0e2e0e2e-0000-4000-8000-000000000001"
WORKFLOW = "e2e-train-x7k2p"

_TRACEBACK = """Traceback (most recent call last):
  File "/app/train.py", line 3, in <module>
    from sklearn.svm import SVC
ModuleNotFoundError: No module named 'sklearn'"""


@dataclass(frozen=True)
class Case:
    """`main` are fields of the container, `spec` of the pod. The first finding is one of `causes`; empty: there is none."""

    name: str
    causes: tuple[str, ...]
    main: Mapping[str, Any] = field(default_factory=dict)
    spec: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    ends: str = ""
    """The phase that the pod must reach before it is asked about."""


def shell(script: str) -> dict[str, Any]:
    """A doubled dollar sign is how a manifest writes one."""
    return {"command": ["sh", "-c", script.replace("$", "$$")]}


def memory(limit: str) -> dict[str, Any]:
    return {"resources": {"requests": {"memory": limit, "cpu": "10m"}, "limits": {"memory": limit}}}


def requests(**amounts: str) -> dict[str, Any]:
    return {"resources": {"requests": amounts}}


def volume(name: str, **source: Any) -> dict[str, Any]:
    return {"volumes": [{"name": name, **source}]}


def mounted(name: str) -> dict[str, Any]:
    return {"volumeMounts": [{"name": name, "mountPath": "/data"}]}


def from_secret(name: str, key: str) -> dict[str, Any]:
    return {"env": [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}]}


HEALTHY = (
    Case("completed", (), shell("echo done"), ends="Succeeded"),
    Case("running", (), shell("sleep 600"), ends="Running"),
    Case("frightening-log", (), shell("echo OOMKilled exit status 137 SIGKILL; echo Traceback"), ends="Succeeded"),
)

FAILING = (
    Case("oom", ("memory/oom-killed",), {**shell("exec tail /dev/zero"), **memory("64Mi")}, facts={"limit_bytes": 67108864}),
    Case(
        "oom-of-a-child",
        # Where the kernel kills the whole group (cgroup v2) the parent has no time to go on.
        ("memory/oom-killed-child", "memory/oom-killed"),
        {**shell("tail /dev/zero; sleep 2; exit 1"), **memory("64Mi")},
    ),
    Case("killed-without-memory", ("process/signal",), shell("sh -c 'kill -9 $$'; exit $?"), facts={"exit_code": 137}),
    Case("exit-code", ("process/exit-code",), shell("echo no word about why; exit 3"), facts={"exit_code": 3}),
    Case("missing-package", ("python/missing-package",), shell(f"cat >&2 <<'END'\n{_TRACEBACK}\nEND\nexit 1"),
         facts={"module": "sklearn", "package": "scikit-learn"}),
    Case("deadline", ("process/deadline",), shell("sleep 600"), {"activeDeadlineSeconds": 5}),
    Case("full-empty-dir", ("volume/ephemeral-limit",),
         {**shell("dd if=/dev/zero of=/data/file bs=1M count=40; sleep 600"), **mounted("data")},
         volume("data", emptyDir={"sizeLimit": "10Mi"})),
    Case("image-of-unknown-host", ("image/registry-unreachable",), {"image": "registry.example/team/trainer:2024"}),
    Case("image-name-invalid", ("image/invalid-name",), {"image": "Busybox:1"}),
    Case("image-never-pulled", ("image/not-on-node",), {"image": "not-here:1", "imagePullPolicy": "Never"}),
    Case("secret-missing", ("config/secret-missing",), {**shell("true"), **from_secret("absent", "token")},
         facts={"secret": "absent"}),
    Case("secret-key-missing", ("config/secret-key-missing",), {**shell("true"), **from_secret("present", "tokem")},
         facts={"secret": "present", "key": "tokem"}),
    Case("secret-volume-missing", ("config/secret-missing",), {**shell("true"), **mounted("data")},
         volume("data", secret={"secretName": "absent"})),
    Case("configmap-missing", ("config/configmap-missing",),
         {**shell("true"), "envFrom": [{"configMapRef": {"name": "absent"}}]}, facts={"configmap": "absent"}),
    Case("command-missing", ("config/command-not-found",), {"command": ["/no/such/program"]}),
    Case("claim-missing", ("volume/claim-missing",), {**shell("true"), **mounted("data")},
         volume("data", persistentVolumeClaim={"claimName": "absent"}), facts={"claim": "absent"}),
    Case("claim-unbound", ("volume/claim-unbound",), {**shell("true"), **mounted("data")},
         volume("data", persistentVolumeClaim={"claimName": "unbound"}), facts={"claim": "unbound"}),
    Case("too-much-cpu", ("scheduling/insufficient-cpu",), {**shell("true"), **requests(cpu="5000")},
         facts={"request_cores": 5000, "never_fits": True}),
    Case("too-much-memory", ("scheduling/insufficient-memory",), {**shell("true"), **requests(memory="90000Gi")},
         facts={"never_fits": True}),
    Case("no-such-gpu", ("scheduling/gpu-unavailable",),
         {**shell("true"), "resources": {"limits": {"nvidia.example/gpu": "1", "nvidia.com/gpu": "64"}}}),
    Case("node-selector", ("scheduling/node-selector",), shell("true"), {"nodeSelector": {"kfpops.example/disk": "fast"}}),
    Case("gated", ("scheduling/gated",), shell("true"), {"schedulingGates": [{"name": "kfpops.example/wait"}]}),
)  # fmt: skip


def manifest(case: Case, number: int) -> dict[str, Any]:
    """The pod as KFP's compiler and Argo would have made it; quantities and waits are small."""
    node_id = f"{WORKFLOW}-{number}"
    main = {"name": "main", "image": IMAGE, "imagePullPolicy": "IfNotPresent", **case.main}
    wait = {"name": "wait", "image": IMAGE, "imagePullPolicy": "IfNotPresent", "command": ["sleep", "1"]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{WORKFLOW}-system-container-impl-{case.name}",
            "labels": {
                "pipeline/runid": RUN_ID,
                "pipelines.kubeflow.org/v2_component": "true",
                "workflows.argoproj.io/workflow": WORKFLOW,
                "workflows.argoproj.io/completed": "false",
            },
            "annotations": {
                "workflows.argoproj.io/node-id": node_id,
                "workflows.argoproj.io/node-name": f"{WORKFLOW}.root.{case.name}.executor",
                "kubectl.kubernetes.io/default-container": "main",
            },
        },
        "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [wait, main], **case.spec},
    }


def workflow(nodes: Mapping[str, Mapping[str, Any]], phase: str = "Running") -> dict[str, Any]:
    """The run's workflow, of a controller instance that does not exist: nobody else may act on it."""
    labels = {
        "pipeline/runid": RUN_ID,
        "workflows.argoproj.io/phase": phase,
        "workflows.argoproj.io/controller-instanceid": "kfpops-e2e",
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": WORKFLOW, "labels": labels},
        "spec": {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]},
        "status": {"phase": phase, "nodes": dict(nodes)},
    }


def node(task: str, number: int, phase: str, message: str = "") -> dict[str, Any]:
    """The workflow's node of a step."""
    return {
        "id": f"{WORKFLOW}-{number}",
        "name": f"{WORKFLOW}.root.{task}.executor",
        "displayName": "executor",
        "type": "Pod",
        "templateName": "system-container-impl",
        "phase": phase,
        "message": message,
    }
