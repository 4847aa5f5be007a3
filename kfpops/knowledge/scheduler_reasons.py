"""Every sentence with which a scheduler turns a node or a pod down, what it means, and which cause it points to.

Texts: kube-scheduler 1.28–1.36 (`pkg/scheduler/framework/plugins/*`, `pkg/scheduler/framework/types.go`,
`pkg/scheduler/framework/runtime`), Volcano (`pkg/scheduler/api/unschedule_info.go`). `\\S+`, `"…"` and `[…]` hold names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class ReasonId(str, Enum):
    """What a sentence means, whatever its wording in the different versions."""

    TOO_MANY_PODS = "too-many-pods"
    INSUFFICIENT = "insufficient"
    RESOURCES = "resources"
    TAINT = "taint"
    CORDONED = "cordoned"
    NODE_AFFINITY = "node-affinity"
    NODE_LACKS_FEATURE = "node-lacks-feature"
    PLUGINS = "plugins"
    POD_AFFINITY = "pod-affinity"
    POD_ANTI_AFFINITY = "pod-anti-affinity"
    OTHERS_ANTI_AFFINITY = "others-anti-affinity"
    TOPOLOGY_SPREAD = "topology-spread"
    TOPOLOGY_LABEL = "topology-label"
    HOST_PORT = "host-port"
    VOLUME_COUNT = "volume-count"
    VOLUME_IN_USE = "volume-in-use"
    VOLUME_ELSEWHERE = "volume-elsewhere"
    VOLUME_NOT_FOUND = "volume-not-found"
    CLAIM_UNBOUND = "claim-unbound"
    CLAIM_MISSING = "claim-missing"
    GATED = "gated"
    DEVICE_CLAIM = "device-claim"
    GANG = "gang"
    QUEUE = "queue"
    NO_NODES = "no-nodes"
    PREEMPTED = "preempted"
    NO_VICTIMS = "no-victims"
    NOT_HELPFUL = "not-helpful"
    NO_PREEMPTION = "no-preemption"
    PREEMPTING = "preempting"
    NOISE = "noise"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence; its groups are the subjects (a resource, a taint "key: value", a claim …)."""

    id: ReasonId
    pattern: re.Pattern[str]


def _templates(id: ReasonId, *patterns: str) -> tuple[Template, ...]:
    return tuple(Template(id, re.compile(p)) for p in patterns)


TEMPLATES: tuple[Template, ...] = (
    *_templates(ReasonId.TOO_MANY_PODS, r"Too many pods", r"node\(s\) pod number exceeded"),
    *_templates(ReasonId.INSUFFICIENT, r"Insufficient (\S+)"),
    *_templates(ReasonId.RESOURCES, r"node\(s\) resource fit failed"),
    *_templates(
        ReasonId.TAINT,
        r"node\(s\) had untolerated taint \{([^}]*)\}",
        r"node\(s\) had untolerated taint\(s\)",
        r"node\(s\) had taint \{([^}]*)\}, that the pod didn't tolerate",
    ),
    *_templates(ReasonId.CORDONED, r"node\(s\) were unschedulable"),
    *_templates(
        ReasonId.NODE_AFFINITY,
        r"node\(s\) didn't match Pod's node affinity/selector",
        r"node\(s\) didn't match scheduler-enforced node affinity",
        r"node\(s\) didn't match the requested node name",
        r"node\(s\) didn't match node selector",
        r"pod affinity terms conflict",
    ),
    *_templates(
        ReasonId.NODE_LACKS_FEATURE,
        r"Pod has a restartable init container and the SidecarContainers feature is disabled",
        r"node\(s\) didn't match Pod's required features",
    ),
    *_templates(
        ReasonId.PLUGINS,
        r"node\(s\) didn't satisfy plugin\(s\) \[([^\]]*)\](?: simultaneously)?",
        r"node\(s\) didn't satisfy plugin \[?([^\]\s]+)\]?",
    ),
    *_templates(
        ReasonId.POD_AFFINITY,
        r"node\(s\) didn't match pod affinity rules",
        r"node\(s\) didn't match pod affinity/anti-affinity.*",
    ),
    *_templates(ReasonId.POD_ANTI_AFFINITY, r"node\(s\) didn't match pod anti-affinity rules"),
    *_templates(ReasonId.OTHERS_ANTI_AFFINITY, r"node\(s\) didn't satisfy existing pods anti-affinity rules"),
    *_templates(
        ReasonId.TOPOLOGY_LABEL,
        r"node\(s\) didn't match pod topology spread constraints \(missing required label\)",
    ),
    *_templates(ReasonId.TOPOLOGY_SPREAD, r"node\(s\) didn't match pod topology spread constraints"),
    *_templates(ReasonId.HOST_PORT, r"node\(s\) didn't have free ports for the requested pod ports"),
    *_templates(
        ReasonId.VOLUME_COUNT,
        r"node\(s\) exceed max volume count",
        r"(\S+) CSI driver is not installed on the node",
    ),
    *_templates(
        ReasonId.VOLUME_IN_USE,
        r"node\(s\) had no available disk",
        r"node\(s\) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode "
        r"already in-use by another pod",
        r"node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
    ),
    *_templates(
        ReasonId.VOLUME_ELSEWHERE,
        r"node\(s\) had volume node affinity conflict",
        r"node\(s\) didn't match PersistentVolume's node affinity",
        r"node\(s\) had no available volume zone",
    ),
    *_templates(
        ReasonId.VOLUME_NOT_FOUND,
        r"node\(s\) didn't find available persistent volumes to bind",
        r"node\(s\) did not have enough free storage",
    ),
    *_templates(
        ReasonId.CLAIM_UNBOUND,
        r"pod has unbound immediate PersistentVolumeClaims",
        r"node\(s\) unavailable due to one or more pvc\(s\) bound to non-existent pv\(s\)",
        r'persistentvolumeclaim "([^"]*)" bound to non-existent persistentvolume "[^"]*"',
        r'persistentvolume "([^"]*)" not found',
        r'waiting for ephemeral volume controller to create the persistentvolumeclaim "([^"]*)"',
        r"PersistentVolumeClaim had no name",
        r"PersistentVolumeClaim had no pv name and storageClass name",
        r'VolumeBindingMode not set for StorageClass "([^"]*)"',
        r"PersistentVolume had no name",
    ),
    *_templates(
        ReasonId.CLAIM_MISSING,
        r'persistentvolumeclaim "([^"]*)" not found',
        r'persistentvolumeclaim "([^"]*)" is being deleted',
    ),
    *_templates(
        ReasonId.GATED,
        r"waiting for scheduling gates: \[([^\]]*)\]",
        r"Scheduling is blocked due to non-empty scheduling gates",
    ),
    *_templates(
        ReasonId.DEVICE_CLAIM,
        r"cannot allocate all claims",
        r"resourceclaim in use",
        r"resourceclaim not available on the node",
        r"resource claim (\S+) is in the process of being allocated",
        r"request (\S+): device class \S+ does not exist",
        r"cannot schedule extended resource claim",
        r'resourceclaim "([^"]*)" is being deleted',
        r'resourceclaim(?:\.resource\.k8s\.io)? "([^"]*)" not found',
        r"timed out trying to allocate devices",
        r"resourceclaim must be reallocated",
        r"waiting for resource driver(?: to allocate resource| to provide information)?",
        r"resourceclaim cannot be allocated for the node \(unsuitable\)",
        r"waiting for binding conditions for device on node (\S+)",
    ),
    *_templates(
        ReasonId.GANG,
        r"waiting for pods?'s (?:workload|pod group) \"?([^\"]*)\"? to appear in scheduling queue",
        r"waiting for minCount pods from a gang to appear in scheduling queue",
        r"waiting for minCount pods from a gang to be scheduled",
        r"\d+/\d+ tasks? in gang unschedulable: .*",
        r"pod group is not ready.*",
        r"Pod \S+ can possibly be assigned to \S+.*",
    ),
    *_templates(ReasonId.QUEUE, r"queue resource quota insufficient.*", r"resource in cluster is overused.*"),
    *_templates(ReasonId.NO_NODES, r"no nodes available to schedule pods"),
    *_templates(ReasonId.PREEMPTED, r"Preempted by (?:a pod|\S+ (\S+)) on node(?: (\S+))?"),
    *_templates(ReasonId.NO_VICTIMS, r"No preemption victims found for incoming (?:pod|preemptor)"),
    *_templates(
        ReasonId.NOT_HELPFUL,
        r"Preemption is not helpful for scheduling",
        r"No preemption candidate is found; preemption is not helpful for scheduling(?: for incoming preemptor)?",
    ),
    *_templates(
        ReasonId.NO_PREEMPTION,
        r"not eligible due to preemptionPolicy=Never",
        r"not eligible due to workload aware preemption enabled",
        r"not eligible due to placement-based pod group scheduling limitation",
    ),
    *_templates(
        ReasonId.PREEMPTING,
        r"not eligible due to a terminating pod on the nominated node",
        r"waiting for the preemption for this pod(?: group)? to be finished",
    ),
    *_templates(
        ReasonId.NOISE,
        r"no new claims to deallocate",
        r"still not schedulable",
        r"not found",
        r"skip schedule deleting pod: (\S+)",
    ),
)


CAUSE_OF: dict[ReasonId, str] = {
    ReasonId.TOO_MANY_PODS: "scheduling/too-many-pods",
    ReasonId.TAINT: "scheduling/untolerated-taint",
    ReasonId.CORDONED: "scheduling/cordoned",
    ReasonId.NODE_AFFINITY: "scheduling/node-selector",
    ReasonId.NODE_LACKS_FEATURE: "scheduling/node-selector",
    ReasonId.POD_AFFINITY: "scheduling/pod-affinity",
    ReasonId.POD_ANTI_AFFINITY: "scheduling/pod-affinity",
    ReasonId.OTHERS_ANTI_AFFINITY: "scheduling/pod-affinity",
    ReasonId.TOPOLOGY_SPREAD: "scheduling/topology-spread",
    ReasonId.TOPOLOGY_LABEL: "scheduling/topology-spread",
    ReasonId.HOST_PORT: "scheduling/host-port",
    ReasonId.VOLUME_COUNT: "scheduling/volume-zone",
    ReasonId.VOLUME_IN_USE: "scheduling/volume-zone",
    ReasonId.VOLUME_ELSEWHERE: "scheduling/volume-zone",
    ReasonId.VOLUME_NOT_FOUND: "scheduling/volume-zone",
    ReasonId.CLAIM_UNBOUND: "volume/claim-unbound",
    ReasonId.CLAIM_MISSING: "volume/claim-missing",
    ReasonId.GATED: "scheduling/gated",
    ReasonId.DEVICE_CLAIM: "scheduling/device-claim",
    ReasonId.GANG: "scheduling/queue",
    ReasonId.QUEUE: "scheduling/queue",
    ReasonId.NO_NODES: "scheduling/no-nodes",
    ReasonId.PREEMPTED: "scheduling/preempted",
}
"""The cause a sentence points to by itself. Absent: it names none (INSUFFICIENT depends on the resource)."""

# The order of kube-scheduler's filters (apis/config/v1/default_plugins.go): a node stops at the first one that refuses it,
# so a node turned down late had passed all the earlier ones and is nearer.
FILTER_ORDER: tuple[ReasonId, ...] = (
    ReasonId.CORDONED,
    ReasonId.TAINT,
    ReasonId.NODE_AFFINITY,
    ReasonId.NODE_LACKS_FEATURE,
    ReasonId.HOST_PORT,
    ReasonId.TOO_MANY_PODS,
    ReasonId.RESOURCES,
    ReasonId.INSUFFICIENT,
    ReasonId.VOLUME_IN_USE,
    ReasonId.VOLUME_COUNT,
    ReasonId.CLAIM_UNBOUND,
    ReasonId.VOLUME_NOT_FOUND,
    ReasonId.VOLUME_ELSEWHERE,
    ReasonId.TOPOLOGY_LABEL,
    ReasonId.TOPOLOGY_SPREAD,
    ReasonId.OTHERS_ANTI_AFFINITY,
    ReasonId.POD_AFFINITY,
    ReasonId.POD_ANTI_AFFINITY,
    ReasonId.DEVICE_CLAIM,
)

# Volcano's older form: the plugin's name before kube-scheduler's own sentence.
_VOLCANO_PREFIX = re.compile(r"plugin \S+ predicates failed ")


def classify(text: str) -> tuple[ReasonId, tuple[str, ...]]:
    """What one sentence means and the names in it; UNKNOWN for a sentence that is not in the table."""
    plain = _VOLCANO_PREFIX.sub("", text, count=1)
    for template in TEMPLATES:
        found = template.pattern.fullmatch(plain)
        if found:
            return template.id, tuple(group for group in found.groups() if group)
    return ReasonId.UNKNOWN, ()
