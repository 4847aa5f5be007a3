"""Volumes that cannot be mounted, and disks that are full."""

import argo
from kfp import dsl, kubernetes
from kit import Label, Scenario, claim, event, failed, pipeline_run, remove
from parts import MIB, step

MAIN = {"kind": "Pod", "container": "main"}


@step
def unpack(mib: int, folder: str):
    import os
    import time

    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/shards.bin", "wb") as out:
        for number in range(mib):
            out.write(b"x" * (1 << 20))
            out.flush()
            if number % 8 == 0:
                print("unpacked", number, "MiB", flush=True)
    time.sleep(120)


@dsl.container_component
def copy_frames():
    return dsl.ContainerSpec(
        image="python:3.11", command=["sh", "-c"], args=["dd if=/dev/zero of=/frames/all.raw bs=1M count=64"]
    )


def _unpacking(name, change, mib=64, folder="/scratch"):
    @dsl.pipeline(name=name)
    def pipeline():
        change(unpack(mib=mib, folder=folder).set_cpu_request("50m").set_memory_limit("512Mi"))

    return pipeline


@dsl.pipeline(name="frame-copy")
def frame_copy():
    kubernetes.empty_dir_mount(copy_frames(), volume_name="frames", mount_path="/frames", medium="Memory", size_limit="16Mi")


ABSENT = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "shards-volume"},
    "spec": {
        "capacity": {"storage": "5Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "shards",
        "hostPath": {"path": "/srv/no-such-folder/shards", "type": "Directory"},
        "claimRef": {"namespace": "kubeflow", "name": "shards"},
        "persistentVolumeReclaimPolicy": "Retain",
    },
}
SHARDS = claim("shards", "5Gi", storage_class="shards")
ROUTES = {"requests": {"ephemeral-storage": "10Mi"}, "limits": {"ephemeral-storage": "24Mi"}}

SCENARIOS = [
    Scenario(
        "memory-volume-full",
        Label(
            "volume/full",
            "failed",
            task="unpack",
            object=MAIN,
            facts={"exit_code": 1},
            advice=("size_limit",),
            never=("memory/oom-killed",),
            note="An emptyDir in memory of 16Mi: the program gets ENOSPC, nobody evicts it.",
        ),
        pipeline_run(
            _unpacking(
                "shard-unpack",
                lambda t: kubernetes.empty_dir_mount(
                    t, volume_name="scratch", mount_path="/scratch", medium="Memory", size_limit="16Mi"
                ),
            ),
            "shard-unpack",
        ),
        failed,
        settle=5,
    ),
    Scenario(
        "memory-volume-full-for-dd",
        Label(
            "volume/full",
            "failed",
            task="copy-frames",
            object=MAIN,
            facts={"exit_code": 1},
            advice=("size_limit",),
            note="The same, met by a program that is not Python.",
        ),
        pipeline_run(frame_copy, "frame-copy"),
        failed,
        settle=5,
    ),
    Scenario(
        "local-disk-over-the-limit",
        Label(
            "volume/ephemeral-limit",
            "failed",
            task="unpack",
            object=MAIN,
            facts={"limit_bytes": 24 * MIB},
            never=("memory/evicted",),
            note="The container wrote more than its ephemeral-storage limit: the kubelet evicts the pod.",
        ),
        argo.submitted(
            pipeline_run(_unpacking("shard-unpack-local", lambda t: t, 96, "/tmp/scratch"), "shard-unpack-local"),
            argo.executor(container={"resources": ROUTES}),
        ),
        failed,
        within=300,
        settle=5,
    ),
    Scenario(
        "host-folder-absent",
        Label(
            "volume/mount-failed",
            "waiting",
            task="unpack",
            object={"kind": "Pod", "container": None},
            advice=("shards",),
            note="The volume is a folder of the node that is not there.",
        ),
        pipeline_run(
            _unpacking("shard-unpack-host", lambda t: kubernetes.mount_pvc(t, "shards", "/scratch")),
            "shard-unpack-host",
            before=(ABSENT, SHARDS),
        ),
        event("unpack", "FailedMount"),
        settle=15,
        end=remove(ABSENT, SHARDS, force=True),
    ),
]
