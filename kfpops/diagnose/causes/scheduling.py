"""Pods that no node takes, that a queue or gate holds back, or that were put out for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.diagnose.unschedulable.barriers import cordoned, untolerated
from kfpops.diagnose.unschedulable.devices import all_taken, not_offered
from kfpops.diagnose.unschedulable.held_back import device_claim, gated, no_nodes, queued
from kfpops.diagnose.unschedulable.labels import wrong_labels
from kfpops.diagnose.unschedulable.new_nodes import autoscaler_blocked
from kfpops.diagnose.unschedulable.pod_rules import other_pods, port_taken, uneven
from kfpops.diagnose.unschedulable.preempted import preempted
from kfpops.diagnose.unschedulable.reading import Unschedulable, read_unschedulable
from kfpops.diagnose.unschedulable.room import too_little, too_many_pods
from kfpops.diagnose.unschedulable.volumes import volume_forbids

_Tell: TypeAlias = Callable[[Unschedulable, Facts], Match]


def _by_itself(tell: Callable[[Unschedulable], Match]) -> _Tell:
    return lambda found, facts: tell(found)


def _waits(id: str, title: str, meaning: str, remedy: str, tell: _Tell, yields_to: tuple[str, ...] = ()) -> Cause:
    """One step is read once and has one cause, so these never match together."""

    def look(step: Step, facts: Facts) -> Match | None:
        found = read_unschedulable(step, facts)
        return tell(found, facts) if found is not None and found.cause == id else None

    return Cause(id, title, meaning, remedy, look=look, when=frozenset({"waiting"}), yields_to=yields_to)


CAUSES: tuple[Cause, ...] = (
    _waits(
        "scheduling/insufficient-memory",
        "No node has enough memory",
        "The pod requests more memory than any node it may use has free, or has at all (never_fits).",
        "Lower the request, free memory on a node, or add a larger node.",
        _by_itself(too_little),
    ),
    _waits(
        "scheduling/insufficient-cpu",
        "No node has enough CPU",
        "The pod requests more CPU than any node it may use has free, or has at all (never_fits).",
        "Lower the request, free CPU on a node, or add a larger node.",
        _by_itself(too_little),
    ),
    _waits(
        "scheduling/insufficient-gpu",
        "All GPUs are taken",
        "Nodes offer the device that the pod requests, but not enough of it is free on one node.",
        "Wait for the pods that hold it or stop them, ask for fewer, or add a node.",
        _by_itself(all_taken),
    ),
    _waits(
        "scheduling/gpu-unavailable",
        "No node offers the GPU",
        "No node offers the device that the pod requests: there is none, its device plugin is gone, or it is out of order.",
        "Ask for a device that nodes offer, add such a node, or repair the device plugin.",
        _by_itself(not_offered),
    ),
    _waits(
        "scheduling/insufficient-ephemeral-storage",
        "No node has enough ephemeral storage",
        "The pod requests more ephemeral storage than any node it may use has free.",
        "Lower the request, use a volume for large files, or add a node with a larger disk.",
        _by_itself(too_little),
    ),
    _waits(
        "scheduling/too-many-pods",
        "Nodes run as many pods as they may",
        "The nodes have room, but the number of pods on each is at its limit.",
        "Add a node, remove pods, or raise maxPods.",
        _by_itself(too_many_pods),
    ),
    _waits(
        "scheduling/untolerated-taint",
        "A taint keeps the pod off",
        "The nodes that the pod is for have a taint that it does not tolerate.",
        "Add the toleration to the task, or take the taint off the node.",
        _by_itself(untolerated),
    ),
    _waits(
        "scheduling/node-selector",
        "No node has the labels asked for",
        "The node selector or the required node affinity of the pod matches no node that has what it requests.",
        "Ask for labels that nodes have, or give a node the label.",
        _by_itself(wrong_labels),
    ),
    _waits(
        "scheduling/cordoned",
        "The nodes are cordoned",
        "The nodes that would take the pod are marked unschedulable.",
        "Uncordon them when the maintenance is over.",
        _by_itself(cordoned),
    ),
    _waits(
        "scheduling/pod-affinity",
        "Affinity to other pods",
        "Required affinity or anti-affinity between pods excludes every node that would do.",
        "Start the pods it must run beside, prefer instead of requiring, or add a node.",
        _by_itself(other_pods),
    ),
    _waits(
        "scheduling/topology-spread",
        "Even spread of pods",
        "A topology spread constraint excludes every node that would do.",
        "Relax the constraint, or add a node where few of these pods are.",
        _by_itself(uneven),
    ),
    _waits(
        "scheduling/host-port",
        "The node's port is taken",
        "The pod wants a port of the node that another pod holds on every node that would do.",
        "Do without hostPort, or stop the other pod.",
        _by_itself(port_taken),
    ),
    _waits(
        "scheduling/volume-zone",
        "The volume is elsewhere",
        "A volume of the pod can be used on other nodes only: another zone, another node, in use, or too many on a node.",
        "Let the pod run where the volume is, or use another volume.",
        _by_itself(volume_forbids),
        # The claim's own state says more than that nodes were excluded for it.
        yields_to=("volume/*",),
    ),
    _waits(
        "scheduling/no-nodes",
        "The cluster has no nodes",
        "There is no node to schedule the pod on.",
        "Add a node.",
        _by_itself(no_nodes),
    ),
    _waits(
        "scheduling/gated",
        "A scheduling gate holds the pod back",
        "The pod has a scheduling gate, and whoever set it has not taken it away.",
        "Look at the controller behind the gate.",
        _by_itself(gated),
    ),
    _waits(
        "scheduling/queue",
        "Waits for its queue",
        "Kueue or Volcano has not admitted the pod, or it waits for the rest of its group.",
        "Wait, ask for less, or raise the quota of the queue.",
        queued,
    ),
    _waits(
        "scheduling/autoscaler-blocked",
        "The autoscaler cannot add a node",
        "A new node would help, but the node group is at its limit, or the cloud did not give one.",
        "Raise the limit of the node group, or the quota with the cloud.",
        autoscaler_blocked,
    ),
    _waits(
        "scheduling/device-claim",
        "The device claim cannot be met",
        "A resource claim of the pod (Dynamic Resource Allocation) cannot be allocated.",
        "Look at the claim, its device class, and who holds the devices.",
        _by_itself(device_claim),
    ),
    Cause(
        "scheduling/preempted",
        "Put out for a pod of higher priority",
        "The scheduler, or the kubelet for a critical pod, stopped the pod to make room.",
        "Run it again; give it a higher priority class if it must not happen again.",
        look=preempted,
    ),
)
