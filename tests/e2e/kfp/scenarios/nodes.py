"""A place that is taken away, and a node that stops answering."""

import time

from kit import Fleet, Label, Scenario, Shape, failed, now, pod_object, task_running
from placement import POD, pool, run_of

PRECIOUS = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": "night-report"},
    "value": 1000,
}


LICENCE = "example.com/licence"


REPORT = pod_object(
    "night-report", labels={"app": "night-report"}, priorityClassName="night-report", resources={"limits": {LICENCE: "1"}}
)


def _real_node(cluster):
    return next(n["metadata"]["name"] for n in cluster.get("/api/v1/nodes")["items"] if n["status"].get("images"))


def _licensed(cluster):
    amount = {"status": {"capacity": {LICENCE: "1"}, "allocatable": {LICENCE: "1"}}}
    cluster.patch("node", _real_node(cluster), amount, subresource="status")
    change = lambda t: t.set_accelerator_type(LICENCE).set_accelerator_limit(1)  # noqa: E731
    return run_of("track-align-licensed", change, before=(PRECIOUS,))(cluster)


def _pushed_out(cluster, going):
    if "acted" not in going.keep:
        pod = task_running("align-tracks", 8)(cluster, going)
        if pod:
            going.keep.update(pod=pod, acted=True)
            cluster.apply(REPORT)
        return None
    return failed(cluster, going)


def _unlicensed(cluster, going):
    cluster.delete(PRECIOUS, REPORT, force=True)
    gone = {"status": {"capacity": {LICENCE: None}, "allocatable": {LICENCE: None}}}
    cluster.patch("node", _real_node(cluster), gone, subresource="status")


SPOT = Shape("spot-7", labels={"pool": "spot"}, taints=({"key": "edge", "value": "spot", "effect": "NoSchedule"},))


def _on_spot(cluster):
    """A node without anybody who renews its lease: after forty seconds the node controller calls it unreachable."""
    alone = Fleet(cluster, (SPOT,))
    alone._make(SPOT)
    alone._lease(SPOT.name)
    going = run_of("track-align-spot", pool("spot"))(cluster)
    going.keep["fleet"] = alone
    return going


def _spot_lost(cluster, going):
    pod = cluster.task_pod(going.run_id, "align-tracks")
    if not pod or not pod["spec"].get("nodeName"):
        going.keep["fleet"]._lease(SPOT.name)
        return None
    if "acted" not in going.keep:
        stamp = now()
        running = [
            {
                "name": c["name"],
                "ready": True,
                "started": True,
                "restartCount": 0,
                "image": c["image"],
                "imageID": c["image"],
                "state": {"running": {"startedAt": stamp}},
            }
            for c in pod["spec"]["containers"]
        ]
        ready = [
            {"type": t, "status": "True", "lastTransitionTime": stamp}
            for t in ("PodScheduled", "Initialized", "ContainersReady", "Ready")
        ]
        cluster.patch(
            "pod",
            pod["metadata"]["name"],
            {"status": {"phase": "Running", "startTime": stamp, "conditions": ready, "containerStatuses": running}},
            cluster.namespace,
            "status",
        )
        going.keep["acted"] = True
    node = cluster.get(f"/api/v1/nodes/{SPOT.name}")
    if any(c["type"] == "Ready" and c["status"] == "Unknown" for c in node["status"]["conditions"]):
        going.keep.setdefault("silent", time.monotonic())
    return "silent" in going.keep and time.monotonic() - going.keep["silent"] > 100


def _spot_gone(cluster, going):
    cluster.kubectl("delete", "node", SPOT.name, "--ignore-not-found", "--wait=false")
    pod = cluster.task_pod(going.run_id, "align-tracks")
    if pod:
        cluster.delete(pod, force=True)


SCENARIOS = [
    Scenario(
        "pushed-out-by-priority",
        Label(
            "scheduling/preempted",
            "failed",
            task="align-tracks",
            object=POD,
            note="A pod of a higher priority class took the only licence.",
            never=("process/terminated",),
        ),
        _licensed,
        _pushed_out,
        settle=4,
        within=300,
        end=_unlicensed,
    ),
    Scenario(
        "node-stopped-answering",
        Label(
            "node/lost",
            "running",
            task="align-tracks",
            object={"kind": "Node", "name": SPOT.name},
            advice=(SPOT.name,),
            note="The pod's node has not renewed its lease; whether the step still runs nobody knows.",
        ),
        _on_spot,
        _spot_lost,
        settle=5,
        within=300,
        end=_spot_gone,
    ),
]
