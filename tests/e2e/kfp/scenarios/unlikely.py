"""An image without KFP, values of the wrong kind, the same thing many times, and an end that hides how it began."""

import time

from kfp import dsl, kubernetes
from kit import Label, Scenario, failed, finished, pipeline_run, remove, task_unschedulable, task_waits
from parts import step

MAIN = {"kind": "Pod", "container": "main"}
NO_KFP = "debian:bookworm"


def _tag_photos(count: int):
    print("tagging", count, "photos")


def _photos(name, **how):
    component = dsl.component(install_kfp_package=False, **how)(_tag_photos)

    @dsl.pipeline(name=name)
    def pipeline():
        component(count=3)

    return pipeline


@step
def count_faces(photos: int) -> int:
    return f"{photos} photos, 7 faces"


@step
def list_colours() -> list:
    return {"red", "green"}


@step
def read_album(album: dsl.Input[dsl.Dataset]):
    with open(album.path) as lines:
        print(lines.read())


@step
def share_album(title: str):
    import os

    print("sharing", title, "as", os.environ.get("TOKEN"))


@dsl.pipeline(name="face-count")
def face_count():
    count_faces(photos=12)


@dsl.pipeline(name="colour-list")
def colour_list():
    list_colours()


@dsl.pipeline(name="album-read")
def album_read():
    imported = dsl.importer(artifact_uri="hdfs://names/albums/2026", artifact_class=dsl.Dataset, reimport=True)
    read_album(album=imported.output)


@dsl.pipeline(name="album-share")
def album_share():
    for title in ("spring", "summer", "autumn"):
        kubernetes.use_secret_as_env(share_album(title=title), "album-token", {"token": "TOKEN"})


@dsl.pipeline(name="album-place")
def album_place():
    made = kubernetes.CreatePVC(
        pvc_name="album-space", access_modes=["ReadWriteOnce"], size="1Gi", storage_class_name="nvme-local"
    )
    kubernetes.mount_pvc(share_album(title="winter").after(made), "album-space", "/album")


@dsl.pipeline(name="album-print")
def album_print():
    share_album(title="cover").set_memory_request("900Gi").set_memory_limit("900Gi")


def _given_up(cluster, going):
    """Nobody wanted to wait for a place: the run is terminated while its step is refused by the scheduler."""
    if "acted" not in going.keep:
        if task_unschedulable("share-album", 12)(cluster, going):
            cluster.terminate(going.run_id)
            going.keep["acted"] = time.monotonic()
        return None
    return finished()(cluster, going)


def _fails(name, cause, pipeline, task, note, **more):
    label = Label(cause, "failed", task=task, object=MAIN, note=note, **more)
    return Scenario(name, label, pipeline_run(pipeline, pipeline.name), failed, within=300, settle=4)


SPACE = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "album-space", "namespace": "kubeflow"}}
SCENARIOS = [
    _fails(
        "image-without-kfp",
        "python/missing-package",
        _photos("photo-tag-3", base_image=NO_KFP),
        "tag-photos",
        "The image has Python, but not KFP's own package, and install_kfp_package is False.",
        also=("config/command-not-found",),
    ),
    _fails(
        "output-of-another-type",
        "python/exception",
        face_count,
        "count-faces",
        "The component says int and returns a text: KFP's executor raises, no line of the user's code does.",
        facts={"exit_code": 1},
    ),
    _fails(
        "output-cannot-be-written-as-json",
        "python/exception",
        colour_list,
        "list-colours",
        "A set is no JSON.",
        facts={"exit_code": 1},
    ),
    _fails(
        "importer-of-an-unknown-scheme",
        "kfp/launcher-failed",
        album_read,
        "importer",
        "KFP reads no hdfs:// addresses.",
        also=("kfp/artifact-missing", "kfp/driver-failed", "kfp/input-unresolved", "kfp/bucket-missing"),
    ),
    Scenario(
        "three-steps-want-one-secret",
        Label(
            "config/secret-missing",
            "waiting",
            facts={"secret": "album-token"},
            advice=("album-token",),
            note="One Secret, three steps: one finding.",
        ),
        pipeline_run(album_share, "album-share"),
        task_waits("share-album-3", "CreateContainerConfigError"),
        settle=15,
    ),
    Scenario(
        "new-claim-of-a-missing-class",
        Label(
            "volume/claim-unbound",
            "waiting",
            task="share-album",
            object={"kind": "PersistentVolumeClaim", "name": "album-space"},
            facts={"claim": "album-space", "storage_class": "nvme-local"},
            advice=("nvme-local",),
            note="The pipeline itself made the claim.",
        ),
        pipeline_run(album_place, "album-place"),
        task_unschedulable("share-album"),
        within=200,
        end=remove(SPACE),
    ),
    Scenario(
        "given-up-while-unschedulable",
        Label(
            "run/cancelled",
            "cancelled",
            never=("scheduling/insufficient-memory", "process/deadline"),
            misleading=True,
            note="The step never found a place; somebody then ended the run.",
        ),
        pipeline_run(album_print, "album-print"),
        _given_up,
        within=200,
        settle=6,
    ),
]
