"""What is said about claims and volumes."""

from __future__ import annotations

import pytest

from kfpops.knowledge.volume_text import (
    absent_claim,
    attach_conflict,
    claims_of,
    failed_volume,
    full_path,
    lost_claim,
    mount_of,
    says_unbound,
)
from tests.builders import a_pod

ONE_POD = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0/4 nodes are available: 4 Insufficient memory.", id="no room"),
        pytest.param("waiting for first consumer to be created before binding", id="a claim that waits for its pod"),
        pytest.param("disk is at 40 %", id="prose"),
    ],
)
def test_nothing_is_wrong_with_volumes(text: str) -> None:
    assert (absent_claim(text), lost_claim(text), attach_conflict(text), failed_volume(text), full_path(text)) == (None,) * 5
    assert not says_unbound(text)


def test_claims() -> None:
    assert absent_claim('0/4 nodes are available: persistentvolumeclaim "models" not found. not found') == "models"
    assert lost_claim('persistentvolumeclaim "a" bound to non-existent persistentvolume "pv-1"') == ("a", "pv-1")
    assert says_unbound("0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found")
    pod = a_pod(
        spec={"volumes": [{"name": "x", "persistentVolumeClaim": {"claimName": "a"}}, {"name": "y", "emptyDir": {}}]}
    )
    assert claims_of(pod) == ("a",)


def test_conflicts() -> None:
    assert (
        attach_conflict('Multi-Attach error for volume "pv-9" Volume is already exclusively attached to one node') == "pv-9"
    )
    assert attach_conflict(f"0/2 nodes are available: 2 {ONE_POD}.") == ""


@pytest.mark.parametrize(
    ("text", "volume"),
    [
        ('MountVolume.SetUp failed for volume "pv-1" : mount failed: exit status 32', "pv-1"),
        ('Multi-Attach error for volume "pv-2" ', "pv-2"),
        ("Unable to attach or mount volumes: unmounted volumes=[data cache], unattached volumes=[]: timed out", "data"),
    ],
)
def test_the_volume_that_failed(text: str, volume: str) -> None:
    assert failed_volume(text) == volume


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[Errno 28] No space left on device: '/data/out.bin'", "/data/out.bin"),
        ("[Errno 28] No space left on device", ""),
        ("failed to download: write /minio/mlpipeline/x: no space left on device", "/minio/mlpipeline/x"),
        ("cp: error writing 'x': No space left on device", ""),
        ("dd: error writing '/frames/all.raw': No space left on device", "/frames/all.raw"),
    ],
)
def test_full_disks(text: str, path: str) -> None:
    assert full_path(text) == path


def test_the_longest_mount_above_a_file() -> None:
    mounts = [("root", "/"), ("data", "/data"), ("cache", "/data/cache/")]
    assert mount_of(mounts, "/data/cache/x") == ("cache", "/data/cache/")
    assert mount_of(mounts, "/database/x") == ("root", "/")
    assert mount_of([("data", "/data")], "/tmp/x") is None
