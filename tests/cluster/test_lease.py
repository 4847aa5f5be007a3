"""The Lease, against an API server in memory that refuses stale writes, and clocks that the test moves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from kfpops.cluster.lease import DURATION, LeaseLock, Timing
from kfpops.errors import Busy, Forbidden, Unreachable
from tests.cluster.loopback import Answer, Asked, Loopback, says, status_of

LEASES = "/apis/coordination.k8s.io/v1/namespaces/kubeflow/leases"
ONE = f"{LEASES}/kfpops-cleanup-mlpipeline"


@dataclass
class Api:
    """Leases as the API server keeps them. `before`: called before a write, to let others come first."""

    lease: dict[str, Any] | None = None
    version: int = 0
    before: Callable[[], None] | None = None
    lost: bool = False

    def answer(self, asked: Asked) -> Answer:
        if asked.verb == "GET":
            return says(self.lease) if self.lease else status_of(404, "not found", kind="leases", name="x")
        interference, self.before = self.before, None
        if interference:
            interference()
        sent = json.loads(asked.body)
        known = self.lease["metadata"]["resourceVersion"] if self.lease else None
        stale = asked.verb == "PUT" and sent["metadata"].get("resourceVersion") != known
        if stale or (asked.verb == "POST" and self.lease):
            return status_of(409, "the object has been modified")
        self.put(sent["spec"])
        if self.lost:
            self.lost = False
            return Answer(reset=True)
        return says(self.lease, 201 if asked.verb == "POST" else 200)

    def put(self, spec: dict[str, Any]) -> None:
        self.version += 1
        self.lease = {"metadata": {"name": "x", "resourceVersion": str(self.version)}, "spec": spec}


@dataclass
class Hands:
    """A clock that only pauses move; `each`: what else happens during a pause."""

    now: float = 100.0
    each: Callable[[], None] = field(default=lambda: None)

    def pause(self, seconds: float) -> None:
        self.now += seconds
        self.each()

    def timing(self) -> Timing:
        return Timing(lambda: self.now, self.pause, beats=False)


@pytest.fixture
def api(server: Loopback) -> Api:
    made = Api()
    server.routes[LEASES] = server.routes[ONE] = made.answer
    return made


def lease(server: Loopback, holder: str = "me", hands: Hands | None = None) -> LeaseLock:
    return LeaseLock(server.http(), "kubeflow", "mlpipeline", holder, (hands or Hands()).timing())


def held_by(holder: str, generation: int = 4, **more: Any) -> dict[str, Any]:
    return {"holderIdentity": holder, "leaseTransitions": generation, "leaseDurationSeconds": 45, "renewTime": "r"} | more


def test_a_holder_that_goes_on_renewing_keeps_others_out(server: Loopback, api: Api) -> None:
    api.put(held_by("ann@pod"))
    hands = Hands(each=lambda: api.put(held_by("ann@pod", renewTime="later")))
    with pytest.raises(Busy, match="ann@pod cleans this bucket"):
        lease(server, hands=hands).acquire()
    assert hands.now - 100 <= 10


def test_clocks_are_not_compared(server: Loopback, api: Api) -> None:
    api.put(held_by("ann@pod", renewTime="1999-01-01T00:00:00.000000Z"))
    hands = Hands()
    assert lease(server, hands=hands).acquire() == 5
    assert hands.now - 100 >= 45


def test_who_comes_first_has_it(server: Loopback, api: Api) -> None:
    api.before = lambda: api.put(held_by("bob"))
    with pytest.raises(Busy, match="at the same moment"):
        lease(server).acquire()
    api.put(held_by("", generation=7))
    api.before = lambda: api.put(held_by("bob", generation=8))
    with pytest.raises(Busy, match="at the same moment"):
        lease(server).acquire()


def test_what_was_taken_is_not_held_any_more(server: Loopback, api: Api) -> None:
    lock = lease(server)
    lock.acquire()
    lock.renew()
    api.put(held_by("bob", generation=2))
    with pytest.raises(Busy, match="bob has taken"):
        lock.renew()
    with pytest.raises(Busy, match="bob has taken"):
        lock.renew()
    lock.release()
    assert api.lease is not None
    assert api.lease["spec"]["holderIdentity"] == "bob"


def test_our_own_write_whose_answer_was_lost_is_ours(server: Loopback, api: Api) -> None:
    lock = lease(server)
    lock.acquire()
    api.lost = True
    lock.renew()
    lock.renew()
    assert api.lease is not None
    assert api.lease["spec"]["leaseTransitions"] == 1


def test_a_server_that_is_away_for_a_moment_costs_nothing_for_longer_the_lock(server: Loopback, api: Api) -> None:
    hands = Hands()
    lock = lease(server, hands=hands)
    lock.acquire()
    server.routes[ONE] = says({}, 503)
    lock.renew()
    hands.now += DURATION
    with pytest.raises(Unreachable):
        lock.renew()


def test_the_missing_right_is_named(server: Loopback) -> None:
    server.routes[ONE] = status_of(403, "forbidden")
    with pytest.raises(Forbidden) as caught:
        lease(server).acquire()
    assert caught.value.needs == "get leases.coordination.k8s.io in kubeflow"


def test_generations_grow_with_every_hold(server: Loopback, api: Api) -> None:
    seen = []
    for _ in range(3):
        lock = lease(server)
        seen.append(lock.acquire())
        lock.release()
    assert seen == [1, 2, 3]
    assert api.lease is not None
    assert api.lease["spec"]["holderIdentity"] == ""
    assert api.lease["spec"]["leaseDurationSeconds"] == DURATION


def test_names_are_those_of_kubernetes(server: Loopback) -> None:
    assert LeaseLock(server.http(), "kubeflow", "My_Bucket", "me").told == "the Lease kfpops-cleanup-my-bucket in kubeflow"
