"""Claims, volumes and disks."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.causes.volume import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.storage import PersistentVolumeClaim, StorageClass
from tests.builders import a_pod, a_step, an_event, kube, running, terminated, unschedulable, waiting
from tests.diagnose.causes.looking import a_traceback, launcher_log, names, the

ABSENT = '0/4 nodes are available: persistentvolumeclaim "shared-models" not found. not found'
UNBOUND = "0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"
CREATING = (waiting("PodInitializing"),)
SCRATCH = 'Usage of EmptyDir volume "scratch" exceeds the limit "64Mi". '
LATE = kube(StorageClass, {"metadata": {"name": "late"}, "volumeBindingMode": "WaitForFirstConsumer"})


def a_claim(name: str, phase: str = "Pending", **spec: Any) -> PersistentVolumeClaim:
    metadata = {"name": name, "namespace": "kubeflow", "uid": f"uid-{name}"}
    return kube(PersistentVolumeClaim, {"metadata": metadata, "spec": spec, "status": {"phase": phase}})


def with_claim(name: str) -> dict[str, Any]:
    return {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name}}]}


def unplaced(message: str, claim: str = "shared-models") -> Step:
    pod = a_pod(phase="Pending", conditions=(unschedulable(message),), spec={"nodeName": "", **with_claim(claim)})
    return a_step("waiting", pod=pod)


def mounting(reason: str, message: str, statuses: tuple[dict[str, Any], ...] = CREATING, **spec: Any) -> Step:
    pod = a_pod(phase="Pending", statuses=statuses, spec=spec)
    return a_step("waiting", pod=pod, events=(an_event(reason, message, name=pod.metadata.name),))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(unplaced("0/4 nodes are available: 4 Insufficient memory."), id="no room is not the claim's fault"),
        pytest.param(a_step("waiting", pod=a_pod(phase="Pending", statuses=CREATING)), id="it is being set up"),
        pytest.param(
            mounting("FailedMount", 'MountVolume.SetUp failed for volume "cert" : secret "cert" not found'),
            id="a missing Secret is another family",
        ),
        pytest.param(
            mounting("FailedMount", 'object "kubeflow"/"kube-root-ca.crt" not registered'),
            id="the kubelet has not looked yet",
        ),
        pytest.param(
            mounting("FailedMount", 'MountVolume.SetUp failed for volume "pv" : exit status 32', (running(),)),
            id="it was mounted in the end",
        ),
        pytest.param(
            a_step(
                pod=a_pod(statuses=(terminated(1),)),
                log=launcher_log(a_traceback("ValueError: disk full of errors"), "exit status 1"),
            ),
            id="prose about disks",
        ),
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="Evicted", message="The node was low on resource: memory. ")),
            id="evicted for another resource",
        ),
    ],
)
def test_volumes_are_not_to_blame(step: Step) -> None:
    assert names(CAUSES, step) == []


def test_a_claim_that_was_made_since_is_not_missing() -> None:
    assert names(CAUSES, unplaced(ABSENT), claims=(a_claim("shared-models", "Bound"),)) == []


def test_a_claim_that_waits_for_its_pod_is_no_cause() -> None:
    claims = (a_claim("shared-models", storageClassName="late"),)
    step = unplaced("0/4 nodes are available: 4 Insufficient cpu.")
    assert names(CAUSES, step, claims=claims, storage_classes=(LATE,)) == []


def test_a_missing_claim_with_what_there_is() -> None:
    found = the(CAUSES, unplaced(ABSENT), claims=(a_claim("shared_models", "Bound"), a_claim("other")))
    assert (found.cause, found.facts, found.objects[0].container) == (
        "volume/claim-missing", {"claim": "shared-models"}, None,
    )  # fmt: skip
    assert "mount one that is there: shared_models." in found.advice[0].text
    assert found.advice[0].sdk is not None
    assert "pvc_name='shared_models'" in found.advice[0].sdk
    assert found.advice[0].kubectl is not None
    assert '"name": "shared-models"' in found.advice[0].kubectl


def test_an_unbound_claim_with_the_event_that_says_why() -> None:
    event = an_event(
        "ProvisioningFailed",
        'storageclass.storage.k8s.io "fast-ssd" not found',
        kind="PersistentVolumeClaim",
        name="shared-models",
    )
    found = the(CAUSES, unplaced(UNBOUND), claims=(a_claim("shared-models", storageClassName="fast-ssd"),), events=(event,))
    assert (found.cause, found.confidence) == ("volume/claim-unbound", "certain")
    assert found.facts == {"claim": "shared-models", "storage_class": "fast-ssd"}
    assert (found.objects[0].kind, found.objects[0].name) == ("PersistentVolumeClaim", "shared-models")
    assert "Create the storage class fast-ssd" in found.advice[0].text


def test_an_unbound_claim_of_which_nothing_else_is_known() -> None:
    found = the(CAUSES, unplaced(UNBOUND))
    assert (found.cause, found.confidence, found.facts["claim"]) == ("volume/claim-unbound", "likely", "shared-models")


def test_a_claim_whose_volume_is_gone() -> None:
    found = the(CAUSES, unplaced('persistentvolumeclaim "shared-models" bound to non-existent persistentvolume "pv-1"'))
    assert (found.cause, found.title) == (
        "volume/claim-unbound",
        "Step train cannot start: the claim shared-models is lost: its volume pv-1 is gone",
    )


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            mounting(
                "FailedAttachVolume", 'Multi-Attach error for volume "pv-9" Volume is already used', **with_claim("shared")
            ),
            id="attached to another node",
        ),
        pytest.param(
            unplaced(
                "0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access "
                "mode already in-use by another pod.",
                "shared",
            ),
            id="of one pod only",
        ),
    ],
)
def test_a_volume_that_another_pod_holds(step: Step) -> None:
    found = the(CAUSES, step, claims=(a_claim("shared", "Bound", volumeName="pv-9"),))
    assert (found.cause, found.facts["claim"]) == ("volume/attach-conflict", "shared")


def test_a_mount_that_fails_is_quoted_without_the_time_out_that_follows() -> None:
    events = (
        an_event("FailedMount", 'MountVolume.MountDevice failed for volume "pv-1" : wrong fs type', age=90),
        an_event("FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data]: timed out", age=30),
    )
    found = the(CAUSES, a_step("waiting", pod=a_pod(phase="Pending", statuses=CREATING), events=events))
    assert (found.cause, found.facts["volume"]) == ("volume/mount-failed", "pv-1")
    assert "wrong fs type" in found.advice[0].text


def full(path: str) -> Step:
    spec = with_claim("shared")
    mounts = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    log = launcher_log(a_traceback(f"OSError: [Errno 28] No space left on device: '{path}'"), "exit status 1")
    return a_step(pod=a_pod(statuses=(terminated(1),), spec=spec, main=mounts), log=log)


def test_a_full_claim_is_enlarged_and_a_full_disk_gets_a_volume() -> None:
    claim, disk = the(CAUSES, full("/data/out.bin")), the(CAUSES, full("/tmp/out.bin"))
    assert (claim.cause, claim.facts["claim"], claim.facts["path"]) == ("volume/full", "shared", "/data/out.bin")
    assert claim.advice[0].kubectl is not None
    assert "patch pvc shared" in claim.advice[0].kubectl
    assert disk.facts["claim"] is None
    assert disk.advice[0].sdk is not None
    assert "add_ephemeral_volume" in disk.advice[0].sdk


def test_a_bounded_folder_in_memory_is_what_is_full_when_no_file_is_named() -> None:
    spec = {"volumes": [{"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}}]}
    mounts = {"volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}]}
    log = launcher_log(a_traceback("OSError: [Errno 28] No space left on device"), "exit status 1")
    found = the(CAUSES, a_step(pod=a_pod(statuses=(terminated(1),), spec=spec, main=mounts), log=log))
    assert (found.cause, found.facts["volume"]) == ("volume/full", "scratch")
    assert "size_limit='32Mi', medium='Memory'" in (found.advice[0].sdk or "")


def test_an_empty_dir_over_its_limit() -> None:
    mounts = {"volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}]}
    pod = a_pod(phase="Failed", reason="Evicted", message=SCRATCH, statuses=(terminated(143),), main=mounts)
    found = the(CAUSES, a_step(pod=pod))
    assert (found.cause, found.facts) == ("volume/ephemeral-limit", {"limit_bytes": 64 * 2**20, "volume": "scratch"})
    assert found.objects[0].container == "main"
    assert found.advice[0].sdk is not None
    assert "volume_name='scratch', mount_path='/scratch', size_limit='128Mi'" in found.advice[0].sdk


def test_the_pods_own_limit_when_only_argo_still_knows() -> None:
    text = "Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. "
    found = the(CAUSES, a_step(message=text))
    assert (found.cause, found.facts["limit_bytes"], found.facts["volume"]) == ("volume/ephemeral-limit", 20 * 2**20, None)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            a_step(pod=a_pod(phase="Failed", reason="Evicted", message="The node was low on resource: ephemeral-storage. ")),
            id="evicted",
        ),
        pytest.param(
            a_step(
                "waiting",
                pod=a_pod(phase="Pending", statuses=(waiting("ErrImagePull", "write x: no space left on device"),)),
            ),
            id="no space for the image",
        ),
    ],
)
def test_the_nodes_disk(step: Step) -> None:
    found = the(CAUSES, step)
    assert (found.cause, found.facts["node"], found.objects[0].kind) == ("volume/node-disk-pressure", "node-a", "Node")
