"""Which lock is held, and what can be written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cluster.changes import EitherLock, holder_name, lineage_changes
from kfpops.cluster.file_lock import FileLock
from kfpops.cluster.lease import LeaseLock, Timing
from kfpops.cluster.lineage_choice import LineageChoice
from kfpops.cluster.mlmd.changes import MlmdChanges
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.errors import Busy, Unreachable
from tests.cluster.loopback import Loopback, says, status_of
from tests.lineage.memory import MemoryLineage

LEASES = "/apis/coordination.k8s.io/v1/namespaces/kubeflow/leases"
ONE = f"{LEASES}/kfpops-cleanup-b"


def either(server: Loopback, tmp_path: Path, said: list[str]) -> EitherLock:
    lease = LeaseLock(server.http(), "kubeflow", "b", "me", Timing(beats=False))
    return EitherLock(lease, FileLock(tmp_path / "b.lock", "me"), said.append)


def test_a_server_that_is_down_is_no_reason_for_a_weaker_lock(server: Loopback, tmp_path: Path) -> None:
    server.routes[ONE] = says({}, 500)
    with pytest.raises(Unreachable):
        either(server, tmp_path, []).acquire()
    assert not (tmp_path / "b.lock").exists()


def test_nothing_is_held_before(server: Loopback, tmp_path: Path) -> None:
    with pytest.raises(Busy):
        either(server, tmp_path, []).renew()


def test_the_lease_where_it_may_be_had(server: Loopback, tmp_path: Path) -> None:
    said: list[str] = []
    server.routes[ONE] = status_of(404, "none", kind="leases", name="x")
    server.routes[LEASES] = says({"metadata": {"resourceVersion": "1"}, "spec": {"leaseTransitions": 1}}, 201)
    lock = either(server, tmp_path, said)
    assert (lock.acquire(), said) == (1, [])
    assert lock.told == "the Lease kfpops-cleanup-b in kubeflow"


def test_else_the_file_and_it_is_said(server: Loopback, tmp_path: Path) -> None:
    said: list[str] = []
    server.routes[ONE] = status_of(403, "no")
    lock = either(server, tmp_path, said)
    assert lock.acquire() == 1
    assert "clean-ups on other machines are not kept out" in said[0]
    lock.renew()
    lock.release()


def test_holders_are_unlike_each_other() -> None:
    assert holder_name({}) != holder_name({})


def test_other_back_ends_cannot_be_written_to() -> None:
    assert lineage_changes(LineageChoice(MemoryLineage)) is None


def test_ml_metadata_can() -> None:
    assert isinstance(lineage_changes(LineageChoice(lambda: MlmdRpc(None, "here"))), MlmdChanges)  # type: ignore[arg-type]
