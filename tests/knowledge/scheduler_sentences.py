"""Every sentence of the schedulers as they write it, what it means, which cause it points to, and the names in it.

kube-scheduler 1.28 to 1.36 and Volcano.
"""

from __future__ import annotations

from kfpops.knowledge.scheduler_reasons import ReasonId

# fmt: off
# Sentences that nodes are counted under.
OF_NODES = [
    ("Too many pods", ReasonId.TOO_MANY_PODS, "scheduling/too-many-pods", ()),
    ("Insufficient cpu", ReasonId.INSUFFICIENT, "scheduling/insufficient-cpu", ("cpu",)),
    ("Insufficient memory", ReasonId.INSUFFICIENT, "scheduling/insufficient-memory", ("memory",)),
    ("Insufficient ephemeral-storage",
     ReasonId.INSUFFICIENT, "scheduling/insufficient-ephemeral-storage", ("ephemeral-storage",)),
    ("Insufficient nvidia.com/gpu", ReasonId.INSUFFICIENT, "scheduling/insufficient-gpu", ("nvidia.com/gpu",)),
    ("Insufficient nvidia.com/mig-1g.5gb", ReasonId.INSUFFICIENT, "scheduling/insufficient-gpu", ("nvidia.com/mig-1g.5gb",)),
    ("Insufficient google.com/tpu", ReasonId.INSUFFICIENT, "scheduling/insufficient-gpu", ("google.com/tpu",)),
    ("Insufficient hugepages-2Mi", ReasonId.INSUFFICIENT, "scheduling/insufficient-memory", ("hugepages-2Mi",)),
    ("Pod has a restartable init container and the SidecarContainers feature is disabled",
     ReasonId.NODE_LACKS_FEATURE, "scheduling/node-selector", ()),
    ("node(s) had untolerated taint {dedicated: big, fat}",
     ReasonId.TAINT, "scheduling/untolerated-taint", ("dedicated: big, fat",)),
    ("node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
     ReasonId.TAINT, "scheduling/untolerated-taint", ("node-role.kubernetes.io/control-plane: ",)),
    ("node(s) had untolerated taint(s)", ReasonId.TAINT, "scheduling/untolerated-taint", ()),
    ("node(s) had taint {a: b}, that the pod didn't tolerate", ReasonId.TAINT, "scheduling/untolerated-taint", ("a: b",)),
    ("node(s) were unschedulable", ReasonId.CORDONED, "scheduling/cordoned", ()),
    ("node(s) didn't match the requested node name", ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("node(s) didn't match Pod's node affinity/selector", ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("node(s) didn't match scheduler-enforced node affinity", ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("node(s) didn't match node selector", ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("node(s) didn't satisfy plugin(s) [NodeAffinity]", ReasonId.PLUGINS, "scheduling/node-selector", ("NodeAffinity",)),
    ("node(s) didn't satisfy plugin(s) [A B] simultaneously", ReasonId.PLUGINS, None, ("A B",)),
    ("node(s) didn't satisfy plugin NodeAffinity", ReasonId.PLUGINS, "scheduling/node-selector", ("NodeAffinity",)),
    ("node(s) didn't match pod affinity rules", ReasonId.POD_AFFINITY, "scheduling/pod-affinity", ()),
    ("node(s) didn't match pod anti-affinity rules", ReasonId.POD_ANTI_AFFINITY, "scheduling/pod-affinity", ()),
    ("node(s) didn't satisfy existing pods anti-affinity rules",
     ReasonId.OTHERS_ANTI_AFFINITY, "scheduling/pod-affinity", ()),
    ("node(s) didn't match pod topology spread constraints", ReasonId.TOPOLOGY_SPREAD, "scheduling/topology-spread", ()),
    ("node(s) didn't match pod topology spread constraints (missing required label)",
     ReasonId.TOPOLOGY_LABEL, "scheduling/topology-spread", ()),
    ("node(s) didn't have free ports for the requested pod ports", ReasonId.HOST_PORT, "scheduling/host-port", ()),
    ("node(s) exceed max volume count", ReasonId.VOLUME_COUNT, "scheduling/volume-zone", ()),
    ("ebs.csi.aws.com CSI driver is not installed on the node",
     ReasonId.VOLUME_COUNT, "scheduling/volume-zone", ("ebs.csi.aws.com",)),
    ("node(s) had no available disk", ReasonId.VOLUME_IN_USE, "scheduling/volume-zone", ()),
    ("node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access "
     "mode already in-use by another pod",
     ReasonId.VOLUME_IN_USE, "scheduling/volume-zone", ()),
    ("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
     ReasonId.VOLUME_IN_USE, "scheduling/volume-zone", ()),
    ("node(s) didn't find available persistent volumes to bind", ReasonId.VOLUME_NOT_FOUND, "scheduling/volume-zone", ()),
    ("node(s) did not have enough free storage", ReasonId.VOLUME_NOT_FOUND, "scheduling/volume-zone", ()),
    ("node(s) had volume node affinity conflict", ReasonId.VOLUME_ELSEWHERE, "scheduling/volume-zone", ()),
    ("node(s) didn't match PersistentVolume's node affinity", ReasonId.VOLUME_ELSEWHERE, "scheduling/volume-zone", ()),
    ("node(s) had no available volume zone", ReasonId.VOLUME_ELSEWHERE, "scheduling/volume-zone", ()),
    ("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
     ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    ("node(s) didn't match Pod's required features", ReasonId.NODE_LACKS_FEATURE, "scheduling/node-selector", ()),
    ("cannot allocate all claims", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("resourceclaim not available on the node", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("resourceclaim cannot be allocated for the node (unsuitable)", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("node(s) pod number exceeded", ReasonId.TOO_MANY_PODS, "scheduling/too-many-pods", ()),
    ("node(s) resource fit failed", ReasonId.RESOURCES, None, ()),
    ("plugin NodeAffinity predicates failed node(s) didn't match Pod's node affinity/selector",
     ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("plugin InterPodAffinity predicates failed node(s) didn't match pod "
     "affinity/anti-affinity, node(s) didn't match pod affinity rules",
     ReasonId.POD_AFFINITY, "scheduling/pod-affinity", ()),
]

# Sentences about the pod as a whole, said before any node was looked at.
OF_THE_POD = [
    ("pod affinity terms conflict", ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("pod has unbound immediate PersistentVolumeClaims", ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    ('persistentvolumeclaim "d" bound to non-existent persistentvolume "pv.1"',
     ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ("d",)),
    ('persistentvolume "pv" not found', ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ("pv",)),
    ('waiting for ephemeral volume controller to create the persistentvolumeclaim "d"',
     ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ("d",)),
    ("PersistentVolumeClaim had no name", ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    ("PersistentVolumeClaim had no pv name and storageClass name", ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    ('VolumeBindingMode not set for StorageClass "s"', ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ("s",)),
    ("PersistentVolume had no name", ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    ('persistentvolumeclaim "a. b" not found', ReasonId.CLAIM_MISSING, "volume/claim-missing", ("a. b",)),
    ('persistentvolumeclaim "d" is being deleted', ReasonId.CLAIM_MISSING, "volume/claim-missing", ("d",)),
    ("resourceclaim in use", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("resource claim gpu is in the process of being allocated", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ("gpu",)),
    ("request r0: device class gpu.example.com does not exist", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ("r0",)),
    ("cannot schedule extended resource claim", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ('resourceclaim "c" is being deleted', ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ("c",)),
    ('resourceclaim.resource.k8s.io "c" not found', ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ("c",)),
    ("timed out trying to allocate devices", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("resourceclaim must be reallocated", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("waiting for resource driver to allocate resource", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("waiting for resource driver to provide information", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("waiting for resource driver", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
]

# Messages that name no number of nodes.
ALONE = [
    ("no nodes available to schedule pods", ReasonId.NO_NODES, "scheduling/no-nodes", ()),
    ("waiting for scheduling gates: [a.io/x b]", ReasonId.GATED, "scheduling/gated", ("a.io/x b",)),
    ("Scheduling is blocked due to non-empty scheduling gates", ReasonId.GATED, "scheduling/gated", ()),
    ('waiting for pods\'s workload "w" to appear in scheduling queue', ReasonId.GANG, "scheduling/queue", ("w",)),
    ('waiting for pods\'s pod group "w" to appear in scheduling queue', ReasonId.GANG, "scheduling/queue", ("w",)),
    ("waiting for minCount pods from a gang to appear in scheduling queue", ReasonId.GANG, "scheduling/queue", ()),
    ("waiting for minCount pods from a gang to be scheduled", ReasonId.GANG, "scheduling/queue", ()),
    ("waiting for binding conditions for device on node n1", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ("n1",)),
    ("pod group is not ready, 6 Pending, 6 minAvailable", ReasonId.GANG, "scheduling/queue", ()),
    ("Pod ns/x can possibly be assigned to node1, once minAvailable is satisfied", ReasonId.GANG, "scheduling/queue", ()),
    ("queue resource quota insufficient: insufficient cpu", ReasonId.QUEUE, "scheduling/queue", ()),
    ("Preempted by pod 1f-2 on node n1", ReasonId.PREEMPTED, "scheduling/preempted", ("1f-2", "n1",)),
    ("Preempted by podgroup 1f-2 on node n1", ReasonId.PREEMPTED, "scheduling/preempted", ("1f-2", "n1",)),
    ("Preempted by a pod on node n1", ReasonId.PREEMPTED, "scheduling/preempted", ("n1",)),
    ("skip schedule deleting pod: ns/name", ReasonId.NOISE, None, ("ns/name",)),
]

# What preemption says of nodes, and of the pod as a whole.
OF_PREEMPTION = [
    ("No preemption victims found for incoming pod", ReasonId.NO_VICTIMS),
    ("No preemption victims found for incoming preemptor", ReasonId.NO_VICTIMS),
    ("Preemption is not helpful for scheduling", ReasonId.NOT_HELPFUL),
    ("No preemption candidate is found; preemption is not helpful for scheduling", ReasonId.NOT_HELPFUL),
]
OF_PREEMPTION_AS_A_WHOLE = [
    ("not eligible due to preemptionPolicy=Never.", ReasonId.NO_PREEMPTION),
    ("not eligible due to workload aware preemption enabled", ReasonId.NO_PREEMPTION),
    ("not eligible due to placement-based pod group scheduling limitation", ReasonId.NO_PREEMPTION),
    ("not eligible due to a terminating pod on the nominated node.", ReasonId.PREEMPTING),
    ("waiting for the preemption for this pod group to be finished", ReasonId.PREEMPTING),
]
# fmt: on
