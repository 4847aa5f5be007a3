"""Containers that cannot start: the command, the user, keys and maps that are absent, and images that are refused."""

from kfp import dsl, kubernetes
from kit import Label, Scenario, event, failed, pipeline_run, remove, secret, task_waits
from parts import REGISTRY, step

MAIN = {"kind": "Pod", "container": "main"}
POD = {"kind": "Pod", "container": None}
BROKER = secret("broker-login", {"username": "svc-orders", "password": "not-a-secret"})


@step
def send_orders(count: int):
    print("sending", count, "orders")


def _sending(name, change):
    @dsl.pipeline(name=name)
    def pipeline(count: int = 12):
        change(send_orders(count=count).set_cpu_request("20m"))

    return pipeline


def _plain(name, image, command, change=lambda task: task):
    @dsl.container_component
    def convert_frames():
        return dsl.ContainerSpec(image=image, command=command, args=["--input", "frames"])

    @dsl.pipeline(name=name)
    def pipeline():
        change(convert_frames())

    return pipeline


def _config(name, cause, run, change, facts, note, advice=(), before=(), reason="CreateContainerConfigError"):
    label = Label(cause, "waiting", task="send-orders", object=MAIN, facts=facts, advice=advice, note=note)
    return Scenario(
        name,
        label,
        pipeline_run(_sending(run, change), run, before=before),
        task_waits("send-orders", reason),
        settle=8,
        end=remove(*before) if before else None,
    )


def _image(name, cause, run, image, note, advice=(), also=(), policy=None, reason="ImagePullBackOff", within=240):
    def change(task):
        return kubernetes.set_image_pull_policy(task, policy) if policy else task

    label = Label(
        cause, "waiting", task="convert-frames", object=MAIN, facts={"image": image}, advice=advice, also=also, note=note
    )
    return Scenario(
        name,
        label,
        pipeline_run(_plain(run, image, ["convert"], change), run),
        task_waits("convert-frames", reason),
        settle=6,
        within=within,
    )


def _node_port_pull(cluster):
    """The kubelet's own port speaks TLS with a certificate that nobody trusts: a registry with a home-made certificate."""
    nodes = cluster.get("/api/v1/nodes")["items"]
    real = next(n for n in nodes if n["status"].get("images"))
    address = next(a["address"] for a in real["status"]["addresses"] if a["type"] == "InternalIP")
    image = f"{address}:10250/vision/convert:2.2"
    return pipeline_run(_plain("frame-convert-onprem", image, ["convert"]), "frame-convert-onprem")(cluster)


SCENARIOS = [
    Scenario(
        "command-absent-in-image",
        Label(
            "config/command-not-found",
            "failed",
            task="convert-frames",
            object=MAIN,
            facts={"exit_code": 1},
            advice=("ffmpeg-batch",),
            never=("process/exit-code",),
            note="The image has no program ffmpeg-batch; KFP's launcher, which is there, cannot start it.",
        ),
        pipeline_run(_plain("frame-convert", "python:3.11", ["ffmpeg-batch"]), "frame-convert"),
        failed,
    ),
    Scenario(
        "command-not-in-shell",
        Label(
            "config/command-not-found",
            "failed",
            task="convert-frames",
            object=MAIN,
            facts={"exit_code": 1, "inner_exit_code": 127},
            also=("process/exit-code",),
            note="The shell is there, the program it should run is not: exit status 127.",
        ),
        pipeline_run(
            _plain("frame-convert-sh", "python:3.11", ["sh", "-c", "echo converting; gsutil-fast cp frames out"]),
            "frame-convert-sh",
        ),
        failed,
    ),
    _config(
        "must-not-run-as-root",
        "config/run-as-non-root",
        "order-sync-restricted",
        lambda t: kubernetes.set_security_context(t, run_as_non_root=True),
        {},
        "The task must not run as root and the image has no other user.",
        advice=("run_as_user",),
    ),
    _config(
        "secret-key-absent",
        "config/secret-key-missing",
        "order-sync",
        lambda t: kubernetes.use_secret_as_env(t, "broker-login", {"user": "BROKER_USER"}),
        {"secret": "broker-login", "key": "user"},
        "The Secret has username and password, the task asks for user.",
        advice=("username",),
        before=(BROKER,),
    ),
    _config(
        "configmap-absent-env",
        "config/configmap-missing",
        "order-sync-eu",
        lambda t: kubernetes.use_config_map_as_env(t, "order-routes", {"eu": "ROUTE"}),
        {"configmap": "order-routes"},
        "The ConfigMap of an environment variable does not exist.",
        advice=("order-routes",),
    ),
    Scenario(
        "configmap-absent-volume",
        Label(
            "config/configmap-missing",
            "waiting",
            task="send-orders",
            object=POD,
            facts={"configmap": "route-tables"},
            advice=("route-tables",),
            also=("volume/mount-failed",),
            note="The ConfigMap is wanted as a volume; only an event says so.",
        ),
        pipeline_run(
            _sending("order-sync-us", lambda t: kubernetes.use_config_map_as_volume(t, "route-tables", "/etc/routes")),
            "order-sync-us",
        ),
        event("send-orders", "FailedMount"),
        settle=12,
    ),
    _image(
        "image-only-from-node",
        "image/not-on-node",
        "frame-convert-airgap",
        f"{REGISTRY}/vision/convert:airgap-7",
        "The pull policy is Never and the node does not have the image.",
        advice=("set_image_pull_policy",),
        policy="Never",
        reason="ErrImageNeverPull",
    ),
    _image(
        "image-rate-limit",
        "image/rate-limited",
        "frame-convert-hub",
        f"{REGISTRY}/limited/vision/convert:2.1",
        "The registry answers 429.",
        advice=("set_image_pull_secrets",),
    ),
    _image(
        "image-for-arm-only",
        "image/wrong-architecture",
        "frame-convert-arm",
        f"{REGISTRY}/arm/vision/convert:2.1",
        "The image's index has arm64 only, the node is amd64.",
        advice=("amd64",),
    ),
    _image(
        "image-registry-answers-500",
        "image/registry-unreachable",
        "frame-convert-old",
        f"{REGISTRY}/broken/vision/convert:2.1",
        "The registry answers, with 500.",
    ),
    _image(
        "image-registry-silent",
        "image/registry-unreachable",
        "frame-convert-lab",
        "10.255.255.1:5000/vision/convert:2.1",
        "Nobody answers at the registry's address: i/o timeout.",
        advice=("10.255.255.1:5000",),
    ),
    Scenario(
        "image-registry-home-made-certificate",
        Label(
            "image/certificate",
            "waiting",
            task="convert-frames",
            object=MAIN,
            note="The registry's certificate is signed by nobody known.",
        ),
        _node_port_pull,
        task_waits("convert-frames", "ImagePullBackOff"),
        settle=6,
    ),
]
