"""A Lease (coordination.k8s.io/v1) in KFP's namespace: keeps out every other clean-up of the same bucket, wherever it runs.

No clocks are compared: whether a holder still lives is seen by whether its renewals go on, by our own clock.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Final
from urllib.parse import quote

import msgspec

from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask, Conflict
from kfpops.errors import Busy, KfpopsError, NotFound, Unreachable

_log = logging.getLogger(__name__)

DURATION: Final = 45
"""Seconds without a renewal after which a holder counts as dead."""
_RENEW_EVERY: Final = 10.0
_LOOK_EVERY: Final = 5.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Our own clock (any origin), how to wait, and whether a thread renews while the holder is busy elsewhere."""

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    beats: bool = True


class LeaseLock:
    """`kfpops.ports.Lock`. `spec.leaseTransitions` is the generation; it grows with every hold, also of the same holder.

    `acquire` watches a lease that is held: for as long as its holder has promised to renew it, at most.
    """

    def __init__(self, http: Http, namespace: str, bucket: str, holder: str, timing: Timing = Timing()) -> None:
        name = re.sub(r"[^a-z0-9.-]", "-", bucket.lower()).strip("-.")
        self._http, self._namespace, self._name = http, namespace, f"kfpops-cleanup-{name}"
        self._holder, self._timing = holder, timing
        self._held: dict[str, Any] | None = None
        self._lost, self._renewed_at = "", 0.0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self.say: Callable[[str], None] = lambda text: None
        """Told when it is going to take a while."""
        self.told = f"the Lease {self._name} in {namespace}"

    def acquire(self) -> int:
        seen = self._read()
        if seen is None:
            self._create()
        else:
            if _spec(seen).get("holderIdentity"):
                seen = self._outwait(seen)
            self._take(seen)
        self._renewed_at = self._timing.clock()
        if self._timing.beats:
            threading.Thread(target=self._beat, daemon=True).start()
        return int(_spec(self._held or {}).get("leaseTransitions") or 0)

    def renew(self) -> None:
        with self._lock:
            if self._held is None:
                raise Busy(self._lost or f"{self.told} is not held.")
            _spec(self._held)["renewTime"] = _now()
            try:
                self._held = self._put(self._held)
            except Conflict:
                self._adopt_or_lose()
            except Unreachable:
                # The API server may be away for a moment; nobody can have taken the lease so soon.
                if self._timing.clock() - self._renewed_at > DURATION / 2:
                    raise
                return
            self._renewed_at = self._timing.clock()

    def release(self) -> None:
        """Lets others in at once. That it cannot be said is no harm: the lease runs out."""
        self._over.set()
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            _spec(held).update(holderIdentity="", renewTime=_now())
            try:
                self._put(held)
            except KfpopsError as error:
                _log.info("%s could not be released: %s", self.told, error.message)

    def _outwait(self, seen: dict[str, Any]) -> dict[str, Any]:
        """The lease once its holder has not renewed it for its whole duration. Raises `Busy` as soon as it is renewed."""
        seconds = float(_spec(seen).get("leaseDurationSeconds") or DURATION)
        until = self._timing.clock() + seconds
        who = _spec(seen).get("holderIdentity")
        self.say(f"{who} holds {self.told}: waiting up to {seconds:.0f} s to see whether it still lives.")
        while (left := until - self._timing.clock()) > 0:
            self._timing.pause(min(_LOOK_EVERY, left))
            now = self._read()
            if now is None:
                raise Busy(f"{self.told} was deleted by somebody.", hint="Try again.")
            if not _spec(now).get("holderIdentity"):
                return now
            if _version(now) != _version(seen):
                raise self._busy(now)
        return seen

    def _busy(self, lease: dict[str, Any]) -> Busy:
        who = _spec(lease).get("holderIdentity") or "another clean-up"
        return Busy(f"{who} cleans this bucket: it holds {self.told}.", hint="Wait until it has ended.")

    def _create(self) -> None:
        document = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": self._name, "namespace": self._namespace},
            "spec": self._mine(1),
        }
        try:
            self._held = self._send("POST", "", "create", document)
        except Conflict as error:
            raise Busy(f"Another clean-up took {self.told} at the same moment.", hint="Wait until it has ended.") from error

    def _take(self, seen: dict[str, Any]) -> None:
        generation = int(_spec(seen).get("leaseTransitions") or 0) + 1
        seen["spec"] = self._mine(generation)
        try:
            self._held = self._put(seen)
        except Conflict as error:
            raise Busy(f"Another clean-up took {self.told} at the same moment.", hint="Wait until it has ended.") from error

    def _mine(self, generation: int) -> dict[str, Any]:
        return {
            "holderIdentity": self._holder,
            "leaseDurationSeconds": DURATION,
            "leaseTransitions": generation,
            "acquireTime": _now(),
            "renewTime": _now(),
        }

    def _adopt_or_lose(self) -> None:
        """A conflict may be our own write whose answer was lost: then the lease names us, in our generation."""
        mine, now = _spec(self._held or {}), self._read()
        keys = ("holderIdentity", "leaseTransitions")
        if now is not None and [_spec(now).get(key) for key in keys] == [mine.get(key) for key in keys]:
            self._held = now
            return
        self._held = None
        who = _spec(now or {}).get("holderIdentity") or "Somebody"
        self._lost = f"{who} has taken {self.told} meanwhile."
        raise Busy(self._lost, hint="Nothing more was changed. Apply the plan again when the other has ended.")

    def _beat(self) -> None:
        while not self._over.wait(_RENEW_EVERY):
            try:
                self.renew()
            except Busy:
                return
            except Unreachable as error:
                _log.info("%s was not renewed: %s", self.told, error.message)

    def _read(self) -> dict[str, Any] | None:
        try:
            return self._http.get_as(_document, self._ask("GET", f"/{quote(self._name)}", "get"))
        except NotFound:
            return None

    def _put(self, lease: dict[str, Any]) -> dict[str, Any]:
        return self._send("PUT", f"/{quote(self._name)}", "update", lease)

    def _send(self, verb: str, path: str, right: str, document: dict[str, Any]) -> dict[str, Any]:
        return _document(self._http.change(self._ask(verb, path, right, msgspec.json.encode(document))))

    def _ask(self, verb: str, path: str, right: str, body: bytes | None = None) -> Ask:
        return Ask(
            f"/apis/coordination.k8s.io/v1/namespaces/{quote(self._namespace)}/leases{path}",
            needs=f"{right} leases.coordination.k8s.io in {self._namespace}",
            about=self.told,
            body=body,
            body_type="application/json" if body else "",
            verb="" if verb == "GET" else verb,
        )


def _document(body: bytes) -> dict[str, Any]:
    return msgspec.json.decode(body, type=dict[str, Any])


def _spec(lease: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = lease.setdefault("spec", {})
    return found


def _version(lease: dict[str, Any]) -> object:
    return lease.get("metadata", {}).get("resourceVersion")


def _now() -> str:
    """MicroTime, for people who look at the lease: nobody decides by it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
