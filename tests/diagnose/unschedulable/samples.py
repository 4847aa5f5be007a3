"""Pods without a node, nodes that do not take them, and the one cause that is seen."""

from __future__ import annotations

from typing import Any

from kfpops.diagnose.cause import Match
from kfpops.diagnose.causes.scheduling import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.event import Event
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from tests.builders import a_node, a_pod, a_step, some_facts, unschedulable

GI = 2**30
GPU = "nvidia.com/gpu"
BIG = {"key": "dedicated", "value": "big", "effect": "NoSchedule"}
GPU_TAINT = {"key": GPU, "value": "present", "effect": "NoSchedule"}
MASTER = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
TOLERATES_GPU = {"tolerations": [{"key": GPU, "operator": "Exists"}]}
HELPLESS = "no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."
CPU = "0/4 nodes are available: 4 Insufficient cpu."
MEMORY = "0/4 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 node(s) had untolerated taint(s)."
SELECTOR = (
    "0/4 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) were unschedulable, "
    "2 node(s) had untolerated taint(s)."
)
TAINTS = "0/2 nodes are available: 2 node(s) had untolerated taint(s)."
GPUS = "0/2 nodes are available: 2 Insufficient nvidia.com/gpu."


def pending(message: str | None = None, **more: Any) -> Pod:
    """A pod that no node took; `spec` adds to its spec."""
    spec = {"nodeName": "", **more.pop("spec", {})}
    said = (unschedulable(message),) if message is not None else ()
    return a_pod(phase="Pending", conditions=(*said, *more.pop("conditions", ())), spec=spec, **more)


def waiting(message: str | None = None, *, events: tuple[Event, ...] = (), **more: Any) -> Step:
    return a_step("waiting", pod=pending(message, **more), events=events)


def seen(step: Step, nodes: tuple[Node, ...] | None = None, pods: tuple[Pod, ...] | None = (), **around: Any) -> list[str]:
    return [cause for cause, _ in matches(step, nodes, pods, **around)]


def matches(
    step: Step, nodes: tuple[Node, ...] | None = None, pods: tuple[Pod, ...] | None = (), **around: Any
) -> list[tuple[str, Match]]:
    facts = some_facts(step, nodes=nodes, pods=pods if nodes is not None else None, **around)
    return [(c.id, m) for c in CAUSES if step.state in c.when and (m := c.look(step, facts)) is not None]


def the(
    step: Step, nodes: tuple[Node, ...] | None = None, pods: tuple[Pod, ...] | None = (), **around: Any
) -> tuple[str, Match]:
    """The one cause, without its family, and the match."""
    ((cause, match),) = matches(step, nodes, pods, **around)
    return cause.removeprefix("scheduling/"), match


def advice(match: Match) -> str:
    return "\n".join(str(part) for a in match.advice for part in (a.text, a.sdk, a.kubectl) if part)


SMALL = a_node("small", cpu="2", memory="4Gi")
GPU_NODE = a_node("gpu-1", taints=(GPU_TAINT,), labels={"product": "A100-40GB"}, **{GPU: "2"})
TAKEN = (a_pod("other", node="small", requests={"cpu": "2"}),)
