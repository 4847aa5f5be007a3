"""Where the disk was full, and evictions."""

from __future__ import annotations

import pytest

from kfpops.diagnose.disk import eviction_of, full_disk, mount_path
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, an_event, terminated
from tests.diagnose.causes.looking import a_traceback, launcher_error, launcher_log

POD = a_pod(
    statuses=(terminated(1),),
    spec={
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "shared"}}, {"name": "scratch", "emptyDir": {}}]
    },
    main={"volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "scratch", "mountPath": "/tmp/work"}]},
)


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(None, id="no log"),
        pytest.param(launcher_log(a_traceback("ValueError: bad row"), "exit status 1"), id="another end"),
        pytest.param(
            launcher_log("No space left on device, trying elsewhere\n" + a_traceback("KeyError: 'a'"), "exit status 1"),
            id="it was caught, and another error ended the program",
        ),
        pytest.param(
            launcher_log(a_traceback("OSError: [Errno 28] No space left on device: '/dev/shm/x'"), "exit status 1"),
            id="shared memory is another matter",
        ),
    ],
)
def test_the_disk_was_not_full(log: str | None) -> None:
    assert full_disk(a_step(pod=POD, log=log)) is None


@pytest.mark.parametrize(
    ("log", "path", "volume", "claim"),
    [
        (
            launcher_log(a_traceback("OSError: [Errno 28] No space left on device: '/data/out'"), "exit status 1"),
            "/data/out",
            "data",
            "shared",
        ),
        (launcher_log("cp: error writing 'x': No space left on device", "exit status 1"), None, None, None),
        (
            launcher_error('failed to download input artifact "t": write /tmp/work/t: no space left on device'),
            "/tmp/work/t",
            "scratch",
            None,
        ),
    ],
)
def test_what_was_full(log: str, path: str | None, volume: str | None, claim: str | None) -> None:
    found = full_disk(a_step(pod=POD, log=log))
    assert found is not None
    assert (found.path, found.volume, found.claim) == (path, volume, claim)


def evicted(message: str) -> Step:
    return a_step(pod=a_pod(phase="Failed", reason="Evicted", message=message))


def test_evictions_from_the_pod_or_else_from_argo() -> None:
    text = 'Usage of EmptyDir volume "scratch" exceeds the limit "64Mi". '
    assert eviction_of(a_step(pod=a_pod(message=text))) is None
    assert eviction_of(a_step(message="main: Error (exit code 1)")) is None
    for step in (evicted(text), a_step(message=text)):
        found = eviction_of(step)
        assert found is not None
        assert found[0].volume == "scratch"
        assert "64Mi" in found[1][0].text


def test_an_eviction_whose_reason_a_later_status_lost_is_known_by_the_kubelets_event() -> None:
    event = an_event("Evicted", 'Usage of EmptyDir volume "scratch" exceeds the limit "64Mi". ')
    lost = a_pod(phase="Failed", statuses=(terminated(137, "ContainerStatusUnknown"),))
    found = eviction_of(a_step(pod=lost, events=(event,)))
    assert found is not None
    assert found[0].limit == "64Mi"
    assert found[1][0].source.endswith("/Evicted")
    assert eviction_of(a_step(pod=a_pod(phase="Failed", reason="DeadlineExceeded"), events=(event,))) is None


def test_where_a_volume_is_mounted() -> None:
    assert mount_path(a_step(pod=POD), "scratch") == "/tmp/work"
    assert mount_path(a_step(), "scratch") == "/data"
