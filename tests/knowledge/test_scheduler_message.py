"""Scheduler messages: every sentence of 1.28–1.36 has a meaning, and nothing of a message is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.knowledge.scheduler_message import Reason, SchedulerMessage, parse_scheduler_message, resource_cause
from kfpops.knowledge.scheduler_reasons import ReasonId


def parsed(text: str) -> SchedulerMessage:
    found = parse_scheduler_message(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Back-off pulling image", id="the kubelet, not the scheduler"),
        pytest.param('pods "a" is forbidden: exceeded quota: q, requested: cpu=1', id="a quota"),
        pytest.param("Failed to schedule pod, did not tolerate taint (taint=a=b:NoSchedule)", id="Karpenter"),
        pytest.param("Unschedulable: ", id="Argo's prefix without a message"),
    ],
)
def test_what_no_scheduler_said_is_none(text: str) -> None:
    assert parse_scheduler_message(text) is None


def test_unknown_reasons_are_kept() -> None:
    message = parsed("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were on holiday.")
    assert message.reasons[1] == Reason(2, "node(s) were on holiday", ReasonId.UNKNOWN)
    assert message.reasons[1].cause is None
    assert message.causes == {"scheduling/insufficient-cpu"}


@pytest.mark.parametrize(
    "text",
    [
        "not eligible due to preemptionPolicy=Never.",
        "not eligible due to a terminating pod on the nominated node.",
        "waiting for the preemption for this pod to be finished",
    ],
)
def test_what_is_said_of_preemption_is_no_reason(text: str) -> None:
    message = parsed(f"0/1 nodes are available: 1 Insufficient cpu. preemption: {text}")
    assert [r.text for r in message.preemption] == [text.rstrip(".")]
    assert message.preemption[0].id in (ReasonId.NO_PREEMPTION, ReasonId.PREEMPTING)
    assert [r.text for r in message.reasons] == ["Insufficient cpu"]


# Sentences that nodes are counted under.
OF_NODES = [
    ("Too many pods", ReasonId.TOO_MANY_PODS, "scheduling/too-many-pods", ()),
    ("Insufficient cpu", ReasonId.INSUFFICIENT, "scheduling/insufficient-cpu", ("cpu",)),
    ("Insufficient memory", ReasonId.INSUFFICIENT, "scheduling/insufficient-memory", ("memory",)),
    (
        "Insufficient ephemeral-storage",
        ReasonId.INSUFFICIENT,
        "scheduling/insufficient-ephemeral-storage",
        ("ephemeral-storage",),
    ),
    ("Insufficient nvidia.com/gpu", ReasonId.INSUFFICIENT, "scheduling/insufficient-gpu", ("nvidia.com/gpu",)),
    (
        "Insufficient nvidia.com/mig-1g.5gb",
        ReasonId.INSUFFICIENT,
        "scheduling/insufficient-gpu",
        ("nvidia.com/mig-1g.5gb",),
    ),
    ("Insufficient google.com/tpu", ReasonId.INSUFFICIENT, "scheduling/insufficient-gpu", ("google.com/tpu",)),
    ("Insufficient hugepages-2Mi", ReasonId.INSUFFICIENT, "scheduling/insufficient-memory", ("hugepages-2Mi",)),
    (
        "Pod has a restartable init container and the SidecarContainers feature is disabled",
        ReasonId.NODE_LACKS_FEATURE,
        "scheduling/node-selector",
        (),
    ),
    (
        "node(s) had untolerated taint {dedicated: big, fat}",
        ReasonId.TAINT,
        "scheduling/untolerated-taint",
        ("dedicated: big, fat",),
    ),
    (
        "node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
        ReasonId.TAINT,
        "scheduling/untolerated-taint",
        ("node-role.kubernetes.io/control-plane: ",),
    ),
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
    (
        "node(s) didn't satisfy existing pods anti-affinity rules",
        ReasonId.OTHERS_ANTI_AFFINITY,
        "scheduling/pod-affinity",
        (),
    ),
    (
        "node(s) didn't match pod topology spread constraints",
        ReasonId.TOPOLOGY_SPREAD,
        "scheduling/topology-spread",
        (),
    ),
    (
        "node(s) didn't match pod topology spread constraints (missing required label)",
        ReasonId.TOPOLOGY_LABEL,
        "scheduling/topology-spread",
        (),
    ),
    ("node(s) didn't have free ports for the requested pod ports", ReasonId.HOST_PORT, "scheduling/host-port", ()),
    ("node(s) exceed max volume count", ReasonId.VOLUME_COUNT, "scheduling/volume-zone", ()),
    (
        "ebs.csi.aws.com CSI driver is not installed on the node",
        ReasonId.VOLUME_COUNT,
        "scheduling/volume-zone",
        ("ebs.csi.aws.com",),
    ),
    ("node(s) had no available disk", ReasonId.VOLUME_IN_USE, "scheduling/volume-zone", ()),
    (
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
        ReasonId.VOLUME_IN_USE,
        "scheduling/volume-zone",
        (),
    ),
    (
        "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
        ReasonId.VOLUME_IN_USE,
        "scheduling/volume-zone",
        (),
    ),
    (
        "node(s) didn't find available persistent volumes to bind",
        ReasonId.VOLUME_NOT_FOUND,
        "scheduling/volume-zone",
        (),
    ),
    ("node(s) did not have enough free storage", ReasonId.VOLUME_NOT_FOUND, "scheduling/volume-zone", ()),
    ("node(s) had volume node affinity conflict", ReasonId.VOLUME_ELSEWHERE, "scheduling/volume-zone", ()),
    ("node(s) didn't match PersistentVolume's node affinity", ReasonId.VOLUME_ELSEWHERE, "scheduling/volume-zone", ()),
    ("node(s) had no available volume zone", ReasonId.VOLUME_ELSEWHERE, "scheduling/volume-zone", ()),
    (
        "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
        ReasonId.CLAIM_UNBOUND,
        "volume/claim-unbound",
        (),
    ),
    ("node(s) didn't match Pod's required features", ReasonId.NODE_LACKS_FEATURE, "scheduling/node-selector", ()),
    ("cannot allocate all claims", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("resourceclaim not available on the node", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("resourceclaim cannot be allocated for the node (unsuitable)", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ()),
    ("node(s) pod number exceeded", ReasonId.TOO_MANY_PODS, "scheduling/too-many-pods", ()),
    ("node(s) resource fit failed", ReasonId.RESOURCES, None, ()),
    (
        "plugin NodeAffinity predicates failed node(s) didn't match Pod's node affinity/selector",
        ReasonId.NODE_AFFINITY,
        "scheduling/node-selector",
        (),
    ),
    (
        "plugin InterPodAffinity predicates failed node(s) didn't match pod affinity/anti-affinity, "
        "node(s) didn't match pod affinity rules",
        ReasonId.POD_AFFINITY,
        "scheduling/pod-affinity",
        (),
    ),
]

# Sentences about the pod as a whole, said before any node was looked at.
OF_THE_POD = [
    ("pod affinity terms conflict", ReasonId.NODE_AFFINITY, "scheduling/node-selector", ()),
    ("pod has unbound immediate PersistentVolumeClaims", ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    (
        'persistentvolumeclaim "d" bound to non-existent persistentvolume "pv.1"',
        ReasonId.CLAIM_UNBOUND,
        "volume/claim-unbound",
        ("d",),
    ),
    ('persistentvolume "pv" not found', ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ("pv",)),
    (
        'waiting for ephemeral volume controller to create the persistentvolumeclaim "d"',
        ReasonId.CLAIM_UNBOUND,
        "volume/claim-unbound",
        ("d",),
    ),
    ("PersistentVolumeClaim had no name", ReasonId.CLAIM_UNBOUND, "volume/claim-unbound", ()),
    (
        "PersistentVolumeClaim had no pv name and storageClass name",
        ReasonId.CLAIM_UNBOUND,
        "volume/claim-unbound",
        (),
    ),
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
    (
        'waiting for pods\'s workload "w" to appear in scheduling queue',
        ReasonId.GANG,
        "scheduling/queue",
        ("w",),
    ),
    ('waiting for pods\'s pod group "w" to appear in scheduling queue', ReasonId.GANG, "scheduling/queue", ("w",)),
    ("waiting for minCount pods from a gang to appear in scheduling queue", ReasonId.GANG, "scheduling/queue", ()),
    ("waiting for minCount pods from a gang to be scheduled", ReasonId.GANG, "scheduling/queue", ()),
    ("waiting for binding conditions for device on node n1", ReasonId.DEVICE_CLAIM, "scheduling/device-claim", ("n1",)),
    ("pod group is not ready, 6 Pending, 6 minAvailable", ReasonId.GANG, "scheduling/queue", ()),
    (
        "Pod ns/x can possibly be assigned to node1, once minAvailable is satisfied",
        ReasonId.GANG,
        "scheduling/queue",
        (),
    ),
    ("queue resource quota insufficient: insufficient cpu", ReasonId.QUEUE, "scheduling/queue", ()),
    ("Preempted by pod 1f-2 on node n1", ReasonId.PREEMPTED, "scheduling/preempted", ("1f-2", "n1")),
    ("Preempted by podgroup 1f-2 on node n1", ReasonId.PREEMPTED, "scheduling/preempted", ("1f-2", "n1")),
    ("Preempted by a pod on node n1", ReasonId.PREEMPTED, "scheduling/preempted", ("n1",)),
    ("skip schedule deleting pod: ns/name", ReasonId.NOISE, None, ("ns/name",)),
]

OF_PREEMPTION = [
    ("No preemption victims found for incoming pod", ReasonId.NO_VICTIMS),
    ("No preemption victims found for incoming preemptor", ReasonId.NO_VICTIMS),
    ("Preemption is not helpful for scheduling", ReasonId.NOT_HELPFUL),
    ("No preemption candidate is found; preemption is not helpful for scheduling", ReasonId.NOT_HELPFUL),
]
_FOR_ALL = [
    ("not eligible due to preemptionPolicy=Never.", ReasonId.NO_PREEMPTION),
    ("not eligible due to workload aware preemption enabled", ReasonId.NO_PREEMPTION),
    ("not eligible due to placement-based pod group scheduling limitation", ReasonId.NO_PREEMPTION),
    ("not eligible due to a terminating pod on the nominated node.", ReasonId.PREEMPTING),
    ("waiting for the preemption for this pod group to be finished", ReasonId.PREEMPTING),
]


@pytest.mark.parametrize(("text", "id", "cause", "subjects"), OF_NODES)
def test_sentences_about_nodes(text: str, id: ReasonId, cause: str | None, subjects: tuple[str, ...]) -> None:
    message = parsed(f"0/7 nodes are available: 7 {text}.")
    assert message.reasons == (Reason(7, text, id, subjects),)
    assert (message.reasons[0].cause, message.nodes_total, message.prefilter) == (cause, 7, False)


@pytest.mark.parametrize(("text", "id", "cause", "subjects"), OF_THE_POD)
def test_sentences_about_the_pod(text: str, id: ReasonId, cause: str | None, subjects: tuple[str, ...]) -> None:
    message = parsed(f"0/1 nodes are available: {text}. not found")
    assert message.reasons == (Reason(None, text, id, subjects),)
    assert (message.reasons[0].cause, message.prefilter) == (cause, True)
    assert [r.id for r in message.post_filter] == [ReasonId.NOISE]


@pytest.mark.parametrize(("text", "id", "cause", "subjects"), ALONE)
def test_sentences_that_stand_alone(text: str, id: ReasonId, cause: str | None, subjects: tuple[str, ...]) -> None:
    message = parsed(text)
    assert message.reasons == (Reason(None, text, id, subjects),)
    assert (message.reasons[0].cause, message.nodes_total) == (cause, None)


@pytest.mark.parametrize(("text", "id"), OF_PREEMPTION)
def test_sentences_about_preemption_of_nodes(text: str, id: ReasonId) -> None:
    message = parsed(f"0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 {text}..")
    assert message.preemption == (Reason(2, text, id),)


@pytest.mark.parametrize(("text", "id"), _FOR_ALL)
def test_sentences_about_preemption_as_a_whole(text: str, id: ReasonId) -> None:
    message = parsed(f"0/2 nodes are available: 2 Insufficient cpu. preemption: {text}")
    assert [(r.count, r.id) for r in message.preemption] == [(None, id)]


def test_every_meaning_has_a_sentence_here() -> None:
    rows = [id for _, id, _, _ in (*OF_NODES, *OF_THE_POD, *ALONE)] + [id for _, id in (*OF_PREEMPTION, *_FOR_ALL)]
    assert set(rows) == set(ReasonId) - {ReasonId.UNKNOWN}


def test_a_real_message_of_kubernetes_1_35() -> None:
    message = parsed(
        "0/11 nodes are available: 2 Too many pods, 2 node(s) were unschedulable, 3 Insufficient nvidia.com/gpu, "
        "6 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/11 nodes are available: 3 No preemption victims "
        "found for incoming pod, 8 Preemption is not helpful for scheduling."
    )
    assert [(r.count, r.id.value) for r in message.reasons] == [
        (2, "too-many-pods"),
        (2, "cordoned"),
        (3, "insufficient"),
        (6, "taint"),
    ]
    assert [r.text for r in message.post_filter] == ["no new claims to deallocate"]
    assert [(r.count, r.id) for r in message.preemption] == [(3, ReasonId.NO_VICTIMS), (8, ReasonId.NOT_HELPFUL)]
    assert not message.truncated


@pytest.mark.parametrize(
    "prefix",
    ["Unschedulable: ", "(combined from similar events): ", "Unschedulable: (combined from similar events): "],
)
def test_prefixes_of_argo_and_of_events_are_taken_off(prefix: str) -> None:
    assert parsed(f"{prefix}0/4 nodes are available: 4 Too many pods.").reasons[0].count == 4


def test_an_event_that_was_cut_says_so_and_keeps_what_it_has() -> None:
    message = parsed("0/40 nodes are available: 12 Insufficient cpu, 28 node(s) had untol ...")
    assert message.truncated
    assert [(r.count, r.id) for r in message.reasons] == [(12, ReasonId.INSUFFICIENT), (28, ReasonId.UNKNOWN)]


def test_volcano_says_unavailable_and_tells_of_the_group_first() -> None:
    assert parsed("all nodes are unavailable: 3 node(s) resource fit failed.").nodes_total is None
    message = parsed(
        "3/6 tasks in gang unschedulable: pod group is not ready, 6 Pending, 6 minAvailable; Pending: 1 Unschedulable, "
        "2 Undetermined, 3 Schedulable. Origin reason is t-0: 0/4 nodes are unavailable: 1 Insufficient cpu, 3 Insufficient "
        "memory."
    )
    assert [r.id for r in message.reasons] == [ReasonId.GANG, ReasonId.INSUFFICIENT, ReasonId.INSUFFICIENT]
    assert not message.prefilter


def test_a_message_without_reasons_keeps_its_number_of_nodes() -> None:
    message = parsed("0/4 nodes are available:")
    assert (message.nodes_total, message.reasons) == (4, ())


@pytest.mark.parametrize(
    ("resource", "cause"),
    [
        ("pods", "scheduling/too-many-pods"),
        ("amd.com/gpu", "scheduling/insufficient-gpu"),
        ("hugepages-1Gi", "scheduling/insufficient-memory"),
    ],
)
def test_causes_of_resources(resource: str, cause: str) -> None:
    assert resource_cause(resource) == cause


_name = st.from_regex(r"[a-z0-9]([-.a-z0-9]{0,12}[a-z0-9])?", fullmatch=True)
_sentences = st.one_of(
    st.sampled_from([text for text, _, _, _ in OF_NODES]),
    st.builds("Insufficient {}/{}".format, _name, _name),
    st.builds("node(s) had untolerated taint {{{}/{}: {}}}".format, _name, _name, st.one_of(st.just(""), _name)),
    st.builds("{} CSI driver is not installed on the node".format, _name),
)


@given(
    counted=st.dictionaries(_sentences, st.integers(1, 5000), min_size=1, max_size=8),
    order=st.randoms(use_true_random=False),
    ending=st.sampled_from(["", " no new claims to deallocate", " preemption: not eligible due to preemptionPolicy=Never."]),
)
def test_any_reasons_in_any_order_come_back_as_they_went_in(counted: dict[str, int], order: object, ending: str) -> None:
    parts = [f"{count} {text}" for text, count in counted.items()]
    order.shuffle(parts)  # type: ignore[attr-defined]
    message = parsed(f"0/{sum(counted.values())} nodes are available: {', '.join(parts)}.{ending}")
    assert Counter({r.text: r.count for r in message.reasons}) == Counter(counted)
    assert [f"{r.count} {r.text}" for r in message.reasons] == parts
    assert all(r.id is not ReasonId.UNKNOWN for r in message.reasons)
