"""Further reasons for which the scheduler finds no place, a place that is taken away, and a node that stops answering."""

import time

import argo
from kfp import dsl, kubernetes
from kit import (
    Going,
    Label,
    Scenario,
    Shape,
    age,
    claim,
    pipeline_run,
    pod_object,
    remove,
    task_unschedulable,
    unschedulable,
)  # fmt: skip
from parts import GIB, node_count, step

POD = {"kind": "Pod", "container": None}

EDGE = {"key": "edge", "value": "true", "effect": "NoSchedule"}

TOLERANT = [{"key": "edge", "operator": "Exists"}]


def _occupant(name, **requests):
    return pod_object(name, labels={"app": name}, tolerations=TOLERANT, resources={"requests": requests})


FLEET = (
    Shape(
        "edge-gate-1", pods="1", labels={"pool": "gate"}, taints=(EDGE,), occupants=(_occupant("gate-agent", cpu="100m"),)
    ),
    Shape(
        "edge-store-1",
        cpu="16",
        memory="96Gi",
        labels={"pool": "store"},
        taints=(EDGE,),
        occupants=(_occupant("store-cache", cpu="2", memory="80Gi"),),
    ),
    Shape("edge-cam-1", labels={"pool": "cam"}, unschedulable=True),
    Shape("edge-cam-2", labels={"pool": "cam"}, taints=(EDGE,)),
)


@step
def align_tracks(frames: int):
    import time

    for second in range(frames):
        print("frame", second, flush=True)
        time.sleep(1)


def _aligning(name, change=lambda task: task, frames=300):
    @dsl.pipeline(name=name)
    def pipeline():
        change(align_tracks(frames=frames).set_cpu_request("20m"))

    return pipeline


def pool(name, tolerate=True):
    def change(task):
        kubernetes.add_node_selector(task, "pool", name)
        return kubernetes.add_toleration(task, key="edge", operator="Exists", effect="NoSchedule") if tolerate else task

    return change


def _stuck(name, cause, start, facts, note, advice=(), also=(), never=(), before=()):
    label = Label(
        cause,
        "waiting",
        task="align-tracks",
        object=POD,
        facts={"nodes": node_count, **facts},
        advice=advice,
        also=also,
        never=never,
        note=note,
    )
    return Scenario(
        name, label, start, task_unschedulable("align-tracks"), end=remove(*before, force=True) if before else None
    )


def run_of(name, change=lambda task: task, before=()):
    return pipeline_run(_aligning(name, change), name, before=before)


def _held_back(seconds):
    """A pod of the run, a driver's as likely as not, is held back."""

    def moment(cluster, going):
        held = next((p for p in cluster.pods(going.run_id) if unschedulable(p) and age(p) >= seconds), None)
        if held:
            going.keep["pod"] = held
        return held

    return moment


BRIDGES = tuple(pod_object(f"metrics-bridge-{n}", "tools", labels={"app": "metrics-bridge"}) for n in (1, 2))

for bridge in BRIDGES:
    bridge["spec"]["containers"][0]["ports"] = [{"containerPort": 9411, "hostPort": 9411}]

FAR_VOLUME = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "tracks-zone-z"},
    "spec": {
        "capacity": {"storage": "5Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "zonal",
        "hostPath": {"path": "/tmp/tracks"},
        "claimRef": {"namespace": "kubeflow", "name": "tracks"},
        "persistentVolumeReclaimPolicy": "Retain",
        "nodeAffinity": {
            "required": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["local-z"]}]}
                ]
            }
        },
    },
}

FAR_CLAIM = claim("tracks", "5Gi", storage_class="zonal")

NEAR_CACHE = {
    "podAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": {"matchLabels": {"app": "frame-cache"}}, "topologyKey": "kubernetes.io/hostname"}
        ]
    }
}

RACKS = [
    {
        "maxSkew": 1,
        "topologyKey": "rack",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"pipelines.kubeflow.org/v2_component": "true"}},
    }
]


def _second_bridge(cluster):
    cluster.apply(BRIDGES[0])
    while not cluster.pod("metrics-bridge-1", "tools")["spec"].get("nodeName"):
        time.sleep(1)
    cluster.apply(BRIDGES[1])
    pod = cluster.pod("metrics-bridge-2", "tools")
    return Going(kind="pod", name="metrics-bridge-2", namespace="tools", keep={"pod": pod})


SCENARIOS = [
    _stuck(
        "node-full-of-pods",
        "scheduling/too-many-pods",
        run_of("track-align-gate", pool("gate")),
        {"never_fits": False},
        "The pool's only node takes one pod and has it.",
    ),
    _stuck(
        "disk-request-too-large",
        "scheduling/insufficient-ephemeral-storage",
        argo.submitted(
            run_of("track-align-raw"), argo.executor(container={"resources": {"requests": {"ephemeral-storage": "900Gi"}}})
        ),
        {"request_bytes": 900 * GIB, "never_fits": True},
        "No node has 900Gi of local disk.",
    ),
    _stuck(
        "memory-taken-by-another",
        "scheduling/insufficient-memory",
        run_of("track-align-store", lambda t: pool("store")(t.set_memory_request("32Gi").set_memory_limit("32Gi"))),
        {"request_bytes": 32 * GIB, "never_fits": False, "free_bytes": 16 * GIB, "node": "edge-store-1"},
        "The node has 96Gi, another pod asked for 80Gi of them.",
        advice=("edge-store-1",),
    ),
    _stuck(
        "affinity-to-absent-pods",
        "scheduling/pod-affinity",
        argo.submitted(run_of("track-align-near"), argo.executor(affinity=NEAR_CACHE)),
        {},
        "The pod wants to be beside pods of the app frame-cache, and there are none.",
        advice=("spec.affinity",),
    ),
    _stuck(
        "affinity-to-absent-label",
        "scheduling/node-selector",
        run_of(
            "track-align-nvme",
            lambda t: kubernetes.add_node_affinity(
                t, match_expressions=[{"key": "disk-kind", "operator": "In", "values": ["nvme"]}]
            ),
        ),
        {"label": "disk-kind", "wanted": "nvme"},
        "Required node affinity for a label that no node has.",
        advice=("disk-kind",),
    ),
    Scenario(
        "host-port-taken",
        Label(
            "scheduling/host-port",
            "waiting",
            object=POD,
            facts={"port": 9411},
            advice=("9411",),
            note=(
                "Another pod of the only usable node holds the host port (KFP's own namespace forbids host ports: a "
                "plain pod)."
            ),
        ),
        _second_bridge,
        lambda c, g: unschedulable(c.pod(g.name, g.namespace)) and g.seconds > 75,
        end=remove(*BRIDGES, force=True),
    ),
    _stuck(
        "volume-in-another-zone",
        "scheduling/volume-zone",
        run_of(
            "track-align-archive", lambda t: kubernetes.mount_pvc(t, "tracks", "/tracks"), before=(FAR_VOLUME, FAR_CLAIM)
        ),
        {"claim": "tracks"},
        "The volume is in the zone local-z, where no node is.",
        before=(FAR_VOLUME, FAR_CLAIM),
    ),
    _stuck(
        "pool-half-cordoned-half-tainted",
        "scheduling/untolerated-taint",
        run_of("track-align-cam", pool("cam", tolerate=False)),
        {},
        "Of the pool's two nodes one is cordoned and one has a taint; a toleration would be enough, an uncordon too.",
        also=("scheduling/cordoned",),
    ),
    Scenario(
        "no-rack-to-spread-over",
        Label(
            "scheduling/topology-spread",
            "waiting",
            object=POD,
            advice=("rack",),
            note="No node has the label that the pods are to be spread over.",
        ),
        argo.submitted(run_of("track-align-spread"), argo.every_pod(topologySpreadConstraints=RACKS)),
        _held_back(15),
    ),
    Scenario(
        "waits-for-a-gate",
        Label(
            "scheduling/gated",
            "waiting",
            object=POD,
            advice=("example.com/budget-approval",),
            note="A scheduling gate that nobody removes.",
        ),
        argo.submitted(
            run_of("track-align-budget"), argo.every_pod(schedulingGates=[{"name": "example.com/budget-approval"}])
        ),
        _held_back(70),
    ),
]
