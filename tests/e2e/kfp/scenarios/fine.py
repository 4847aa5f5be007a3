"""Nothing is wrong, though some of it looks as if: more of the misleading kind."""

import argo
from kfp import dsl, kubernetes
from kit import Label, Scenario, age, configmap, pipeline_run, pod_object, remove, secret, succeeded, task_running
from parts import step


@step
def blend_images(seconds: int):
    import sys
    import time
    import warnings

    warnings.warn("numpy.ndarray size changed, may indicate binary incompatibility", RuntimeWarning, stacklevel=1)
    print(
        "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed.",
        file=sys.stderr,
    )
    print("Killed the old blending job; CUDA out of memory handled by falling back to the processor", file=sys.stderr)
    print(
        "urllib3.connectionpool WARNING Retrying (Retry(total=2)) after connection broken by ConnectTimeoutError: 10.1.2.3"
    )
    print("OSError: [Errno 28] No space left on device: cache skipped")
    for second in range(0, seconds, 4):
        print("blended", second, flush=True)
        time.sleep(4)


def _blending(name, change=lambda task: task, seconds=60):
    @dsl.pipeline(name=name)
    def pipeline():
        change(blend_images(seconds=seconds).set_cpu_request("20m"))

    return pipeline


def _run(name, change=lambda task: task, seconds=60, before=()):
    return pipeline_run(_blending(name, change, seconds), name, before=before)


def _healthy(name, start, telling, note, state="running", **more):
    return Scenario(
        name, Label(None, state, misleading=True, note=note), start, telling, settle=more.pop("settle", 2), **more
    )


def _slow_init(workflow):
    number = next(n for n, t in enumerate(workflow["spec"]["templates"]) if t["name"] == argo.EXECUTOR)
    warm_up = {"name": "warm-up", "image": "python:3.11", "imagePullPolicy": "IfNotPresent", "command": ["sleep", "75"]}
    return [{"op": "add", "path": f"/spec/templates/{number}/initContainers/-", "value": warm_up}]


def _initialising(cluster, going):
    pod = cluster.task_pod(going.run_id, "blend-images")
    states = (pod or {}).get("status", {}).get("initContainerStatuses", [])
    if any(s["name"] == "warm-up" and "running" in s["state"] for s in states):
        return age(pod) > 55 and pod
    return None


def _resumed(cluster, going):
    found = cluster.workflow(going.run_id)
    if not found:
        return None
    name = found["metadata"]["name"]
    if "held" not in going.keep:
        if task_running("blend-images", 3)(cluster, going):
            cluster.patch("workflow", name, {"spec": {"suspend": True}}, cluster.namespace)
            going.keep["held"] = going.seconds
    elif "resumed" not in going.keep:
        if going.seconds - going.keep["held"] > 20:
            cluster.patch("workflow", name, {"spec": {"suspend": None}}, cluster.namespace)
            going.keep["resumed"] = True
    else:
        return succeeded(cluster, going)
    return None


def _comes_late(thing, waits):
    """Only when the pod has been refused for a while does the thing come."""

    def moment(cluster, going):
        if "made" not in going.keep:
            pod = cluster.task_pod(going.run_id, "blend-images")
            if pod and waits(cluster, pod):
                cluster.apply(thing)
                going.keep["made"] = True
            return None
        return task_running("blend-images", 6)(cluster, going)

    return moment


def _refused_mount(cluster, pod):
    return any(e["reason"] == "FailedMount" for e in cluster.events(pod["metadata"]["name"])) and age(pod) > 12


def _refused_start(cluster, pod):
    states = pod["status"].get("containerStatuses", [])
    return any(s["state"].get("waiting", {}).get("reason") == "CreateContainerConfigError" for s in states) and age(pod) > 15


TABLES = configmap("blend-tables", {"gamma": "2.2"})
ACCESS = secret("blend-access", {"user": "blend"})
LOUD = pod_object(
    "blend-probe", labels={"app": "blend-probe"}, command=["sh", "-c", "echo 'Traceback: MemoryError'; sleep 2; exit 3"]
)
BUSY = _blending("image-blend-busy", seconds=6)

SCENARIOS = [
    _healthy(
        "init-takes-a-minute",
        argo.submitted(_run("image-blend-warm"), _slow_init),
        _initialising,
        "An init container works for more than a minute; that is its right.",
        state="running",
        within=200,
    ),
    _healthy(
        "frightening-warnings",
        _run("image-blend", seconds=4),
        succeeded,
        "The log is full of words that other causes know.",
        state="succeeded",
    ),
    _healthy(
        "suspended-and-resumed",
        _run("image-blend-held", seconds=30),
        _resumed,
        "The run was suspended for a while and went on.",
        state="succeeded",
        within=260,
    ),
    _healthy(
        "map-came-late",
        _run("image-blend-tables", lambda t: kubernetes.use_config_map_as_volume(t, "blend-tables", "/etc/tables"), 90),
        _comes_late(TABLES, _refused_mount),
        "FailedMount events of a minute ago; the pod runs now.",
        within=260,
        end=remove(TABLES),
    ),
    _healthy(
        "secret-came-late",
        _run("image-blend-access", lambda t: kubernetes.use_secret_as_env(t, "blend-access", {"user": "U"}), 90),
        _comes_late(ACCESS, _refused_start),
        "CreateContainerConfigError for a while; the pod runs now.",
        within=260,
        end=remove(ACCESS),
    ),
    _healthy(
        "neighbour-fails",
        pipeline_run(BUSY, "image-blend-busy", before=(LOUD,)),
        succeeded,
        "Another pod of the namespace has failed; it has nothing to do with the run.",
        state="succeeded",
        end=remove(LOUD, force=True),
    ),
]
