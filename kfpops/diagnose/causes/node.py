"""Nodes that went away under a pod: lost, drained, shut down."""

from __future__ import annotations

from datetime import timedelta

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.disk import eviction_of
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.argo_message import POD_DELETED
from kfpops.knowledge.sdk import kubernetes_call
from kfpops.model.finding import Advice, Evidence, ObjectRef
from kfpops.model.meta import Condition
from kfpops.model.node import Node

_ENDED: frozenset[StepState] = frozenset({"failed"})
# A kubelet that is restarted is silent for less.
_SILENT_FOR = timedelta(seconds=90)
# Pod reasons of a node that shuts down (kubelet nodeshutdown manager; "Shutdown" before Kubernetes 1.22).
_SHUTDOWN_REASONS = frozenset({"NodeShutdown", "Terminated", "Shutdown"})
_SHUTDOWN_TEXTS = ("node shutdown", "node is shutting down")
# Events about a pod whose node is being emptied: node lifecycle controller, Cluster Autoscaler, Karpenter.
_DRAIN_EVENTS = ("TaintManagerEviction", "ScaleDown", "Disrupted")
# What the pod garbage collector and the taint manager write into DisruptionTarget.
_NODE_GONE = ("DeletionByPodGC",)
_TAINTED = "DeletionByTaintManager"


def _node_name(step: Step) -> str:
    return step.pod.spec.node_name if step.pod else (step.node.host_node_name if step.node else "")


def _node(step: Step, facts: Facts) -> Node | None:
    name = _node_name(step)
    return next((n for n in facts.around.nodes or () if n.metadata.name == name), None)


def _disruption(step: Step) -> Condition | None:
    conditions = step.pod.status.conditions if step.pod else ()
    return next((c for c in conditions if c.type == "DisruptionTarget" and c.status == "True"), None)


def _silent(node: Node | None, facts: Facts) -> Condition | None:
    """The Ready condition of a node that has not been heard of for a while."""
    ready = next((c for c in node.status.conditions if c.type == "Ready"), None) if node else None
    if ready is None or ready.status == "True":
        return None
    since = ready.last_transition_time
    return ready if since is None or facts.now - since >= _SILENT_FOR else None


def _match(step: Step, title: str, quoted: tuple[Evidence, ...], sure: bool, advice: Advice) -> Match:
    name = _node_name(step)
    return Match(
        title=title,
        confidence="certain" if sure else "likely",
        objects=(*((ObjectRef("Node", name),) if name else ()), step.ref()),
        evidence=quoted,
        advice=(advice,),
        facts={"node": name or None},
        key=(name,),
    )


def _lost(step: Step, facts: Facts) -> Match | None:
    name = _node_name(step)
    if not name:
        return None
    disruption = _disruption(step)
    gone = disruption is not None and disruption.reason in _NODE_GONE
    done = step.main_terminated
    # A container that the kubelet removed before it wrote its status is "unknown" too; then the pod, or an event, tells why.
    told = step.pod.status.reason if step.pod else ""
    unknown = step.state == "failed" and (
        (done is not None and done.reason == "ContainerStatusUnknown" and not told and eviction_of(step) is None)
        or told == "NodeLost"
    )
    node = _node(step, facts)
    silent = _silent(node, facts)
    # A node that is silent, or no longer there, explains only what nothing else has ended.
    untold = (
        step.state != "failed" or step.message == POD_DELETED or (disruption is not None and disruption.reason == _TAINTED)
    )
    missing = facts.around.nodes is not None and bool(facts.around.nodes) and node is None and step.message == POD_DELETED
    if not (gone or unknown or missing or (silent is not None and untold)):
        return None
    quoted = [evidence.of_condition(step, disruption)] if disruption else []
    quoted += [evidence.of_container(step, step.main)] if unknown and step.main else []
    if silent is not None:
        text = f"Ready={silent.status} {silent.reason}: {silent.message}"
        quoted.append(Evidence(f"node/{name}/status/conditions[Ready]", evidence.clip(text), silent.last_transition_time))
    what = "no longer exists" if missing else "went away"
    text = (
        f"Find out what happened to node {name} (cloud console, kubelet); when it stays away, delete it, so that its pods "
    )
    text += "are made anew. Retry the run: it goes on with the steps that are missing."
    return _match(
        step,
        f"{step.subject} lost its node: {name} {'does not report any more' if silent else what}",
        (*quoted, *evidence.of_node(step)),
        bool(gone or unknown or silent),
        Advice(text, kubectl=f"kubectl describe node {name}"),
    )


def _drained(step: Step, facts: Facts) -> Match | None:
    disruption = _disruption(step)
    by_api = disruption is not None and disruption.reason == "EvictionByEvictionAPI"
    tainted = disruption is not None and disruption.reason == _TAINTED and _silent(_node(step, facts), facts) is None
    events = step.events_with(*_DRAIN_EVENTS) if step.pod is None or disruption is not None else ()
    node = _node(step, facts)
    cordoned = step.message == POD_DELETED and node is not None and node.spec.unschedulable
    if not (by_api or tainted or events or cordoned):
        return None
    name = _node_name(step)
    quoted = [evidence.of_condition(step, disruption)] if disruption else []
    quoted += [evidence.of_event(e) for e in events[-1:]]
    how = "by a taint" if tainted else "to empty its node"
    text = (
        "Retry the run: it goes on with the steps that are missing. A step that must not be moved can tell the autoscaler."
    )
    keep = {"annotation_key": "cluster-autoscaler.kubernetes.io/safe-to-evict", "annotation_value": "false"}
    code = kubernetes_call("add_pod_annotation", step.task, **keep) if step.task else None
    return _match(
        step,
        f"{step.subject} was evicted {how}{f' {name}' if name else ''}",
        (*quoted, *evidence.of_node(step)),
        by_api or tainted or bool(events),
        Advice(text, sdk=code),
    )


def _shutdown(step: Step, facts: Facts) -> Match | None:
    status = step.pod.status if step.pod else None
    text = f"{status.reason} {status.message}" if status else step.message
    disruption = _disruption(step)
    said = f"{text} {disruption.message}" if disruption else text
    by_reason = status is not None and status.reason in _SHUTDOWN_REASONS
    if not by_reason and not any(t in said for t in _SHUTDOWN_TEXTS):
        return None
    name = _node_name(step)
    quoted = (*evidence.of_pod(step), *((evidence.of_condition(step, disruption),) if disruption else ()))
    advice = "Nodes that may vanish (spot, preemptible) suit steps that can start again. Retry the run: it goes on with the "
    advice += "steps that are missing; keep long steps on nodes that stay."
    where = f"node {name}" if name else "its node"
    title = f"{step.subject} was ended because {where} shut down"
    return _match(step, title, quoted or evidence.of_node(step), True, Advice(advice))


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="node/lost",
        title="A node went away",
        meaning="The node does not report any more, or does not exist any more; what ran on it is lost.",
        remedy="Find out what happened to the node, and retry the run.",
        look=_lost,
        when=frozenset({"failed", "running", "waiting"}),
        yields_to=("node/shutdown", "node/drained", "scheduling/preempted"),
    ),
    Cause(
        id="node/drained",
        title="A pod was evicted to empty its node",
        meaning="A drain, an autoscaler or a NoExecute taint moved the pod off its node.",
        remedy="Retry the run; mark steps that must not be moved.",
        look=_drained,
        when=_ENDED,
        yields_to=("node/shutdown", "scheduling/preempted"),
    ),
    Cause(
        id="node/shutdown",
        title="A node shut down",
        meaning="The kubelet ended the pod because its node shut down.",
        remedy="Retry the run; keep long steps on nodes that stay.",
        look=_shutdown,
        when=_ENDED,
    ),
)
