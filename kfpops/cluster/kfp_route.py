"""The way to KFP's REST API: a given URL, the Service's name in a pod, else through the API server."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from kfpops.cluster.access import Headers, Tls
from kfpops.cluster.credentials import bearer_of
from kfpops.cluster.http import Http
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Ask, Peer, ServiceMissing
from kfpops.errors import Forbidden, UsageError
from kfpops.settings import Settings

A = TypeVar("A")

PORT = 8888
_GROUP = "pipelines.kubeflow.org"
PROJECTED_TOKEN = Path("/var/run/secrets/kubeflow/pipelines/token")
"""Where KFP's SDK expects a pod's token for the audience pipelines.kubeflow.org; KF_PIPELINES_SA_TOKEN_PATH overrides it."""


class KfpRoute:
    """Ways to one KFP API, best first; made when first used.

    The next one is taken when the right to the proxy is missing, or when there is no such Service.
    """

    def __init__(self, ways: Sequence[Callable[[], Http]]) -> None:
        self._ways = tuple(ways)
        self._chosen = 0
        self._refused: Forbidden | None = None
        self.first_way_answered = False
        """Whether the first of the ways has led to KFP."""
        self._open: dict[int, Http] = {}
        self._lock = threading.Lock()

    def get_as(self, read: Callable[[bytes], A], ask: Ask) -> A:
        """As `Http.get_as`."""
        while True:
            way = self._chosen
            try:
                answer = self._http(way).get_as(read, ask)
                self.first_way_answered = self.first_way_answered or way == 0
                return answer
            except (Forbidden, ServiceMissing) as error:
                self._give_up(way, error)

    def change(self, ask: Ask) -> bytes:
        """As `Http.change`. A way that refuses has done nothing, so the next one may be taken."""
        while True:
            way = self._chosen
            try:
                return self._http(way).change(ask)
            except (Forbidden, ServiceMissing) as error:
                self._give_up(way, error)

    def stream(self, ask: Ask) -> Iterator[bytes]:
        """As `Http.stream`."""
        while True:
            way = self._chosen
            try:
                # A refusal comes before the first piece, so nothing is given twice.
                yield from self._http(way).stream(ask)
                return
            except (Forbidden, ServiceMissing) as error:
                self._give_up(way, error)

    def _http(self, way: int) -> Http:
        with self._lock:
            if way not in self._open:
                self._open[way] = self._ways[way]()
            return self._open[way]

    def _give_up(self, way: int, error: Forbidden | ServiceMissing) -> None:
        """Take the next way; raises when the refusal is KFP's own, or when there is no other way."""
        if isinstance(error, Forbidden) and _GROUP in error.needs:
            raise error
        with self._lock:
            if way + 1 < len(self._ways) and (isinstance(error, ServiceMissing) or "services/proxy" in error.needs):
                self._refused = self._refused or (error if isinstance(error, Forbidden) else None)
                self._chosen = max(self._chosen, way + 1)
            if way < self._chosen:
                return
        first = self._refused
        if first is None or isinstance(error, ServiceMissing):
            raise error
        raise Forbidden(first.message, f"{first.hint}\nA port-forward would do too: {error.needs}.", first.needs) from error


def kfp_peer(where: str, namespace: str) -> Peer:
    return Peer(
        f"the KFP API at {where}",
        down_hint=f"Is KFP running? kubectl get pods -n {namespace} -l app=ml-pipeline (else: --kfp-namespace, --kfp-url)",
        lost_hint="Is it KFP 2's API? The address must be the one under which /apis/v2beta1/healthz answers.",
        login_hint="KFP wants to know who asks: pass --kfp-token-file (audience pipelines.kubeflow.org) or --kfp-header.",
    )


def direct_http(url: str, peer: Peer, settings: Settings, headers: Headers) -> Http:
    """A connection of its own to a KFP API by URL."""
    pool = open_pool(url, Tls(verify=not settings.insecure_skip_tls_verify), "", os.environ)
    return Http(url, peer, pool, headers=headers, timeout=settings.request_timeout)


def token_file(settings: Settings, environ: Mapping[str, str]) -> Path | None:
    """The file with KFP's own token: named by the user, by KFP's variable, or projected into this pod; None without one."""
    named = settings.kfp_token_file or environ.get("KF_PIPELINES_SA_TOKEN_PATH", "")
    if named:
        return Path(named).expanduser()
    return PROJECTED_TOKEN if PROJECTED_TOKEN.is_file() else None


def kfp_headers(settings: Settings, token: Path | None) -> Headers:
    """The user's own headers and the bearer token, read anew for each request. Raises `UsageError` for malformed headers.

    `kubeflow-userid` is never sent unless the user says so: behind a gateway it would be somebody's claim.
    """
    custom = dict(_header(line) for line in settings.kfp_headers)
    if token is None:
        return lambda: custom
    return lambda: {**bearer_of(token), **custom}


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip() or any(ord(letter) < 32 for letter in line):
        # The line itself may be a secret.
        raise UsageError("A --kfp-header is not of the form 'Name: value'.")
    return name.strip(), value.strip()
