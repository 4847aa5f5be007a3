"""The way to ML Metadata: a given address, the Service's name in a pod, a port-forward, else the API server's proxy."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kfpops.cluster.access import Headers, Tls, no_headers
from kfpops.cluster.credentials import bearer_of
from kfpops.cluster.http import Http
from kfpops.cluster.kfp_route import kfp_headers
from kfpops.cluster.mlmd.channel import Channel, Target
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.cluster.mlmd.web import Web
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Peer, ServiceMissing, shown
from kfpops.cluster.service_proxy import through_proxy
from kfpops.errors import Forbidden, Unreachable, UsageError
from kfpops.settings import Settings

_log = logging.getLogger(__name__)

GRPC_SERVICE: Final = "metadata-grpc-service"
GRPC_PORT: Final = 8080
WEB_SERVICE: Final = "metadata-envoy-service"
WEB_PORT: Final = 9090
"""Services and ports as KFP's manifests have them: manifests/kustomize/base/metadata."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_FORMS: Final = "Use grpc://HOST:8080, grpcs://HOST:443, or https://HOST/… where ML Metadata's envoy or KFP's UI answers."


class MlmdPlace:
    """ML Metadata beside a KFP. `home` gives its namespace, `reach` a URL of one of its Services that works from here."""

    def __init__(self, cluster: Http, home: Callable[[], str], reach: Callable[[str, int], str], settings: Settings) -> None:
        self._cluster, self._home, self._reach, self._settings = cluster, home, reach, settings

    def open(self) -> MlmdRpc:
        """Asks the cluster where to go, unless the settings say it. Raises `UsageError` for a wrong --metadata-url."""
        if self._settings.metadata_url:
            return at_url(self._settings)
        namespace = self._home()
        try:
            address = self._grpc_address(namespace)
        except Unreachable as error:
            _log.info("no port-forward to %s: %s", GRPC_SERVICE, error.message)
            return self._through_proxy(namespace, error)
        peer = _peer(f"Service {GRPC_SERVICE} in {namespace}", namespace)
        channel = Channel(Target(address), peer, timeout=self._settings.request_timeout)
        return MlmdRpc(channel, f"Service {GRPC_SERVICE} in {namespace}")

    def _grpc_address(self, namespace: str) -> str:
        try:
            return urlsplit(self._reach(GRPC_SERVICE, GRPC_PORT)).netloc
        except ServiceMissing as error:
            hint = "Is ML Metadata installed, and there? --kfp-namespace, --metadata-url and --metadata-db say where it is."
            raise ServiceMissing(f"There is no Service {GRPC_SERVICE} in {namespace}.", hint) from error

    def _through_proxy(self, namespace: str, first: Unreachable) -> MlmdRpc:
        """grpc-web to envoy. One question tells whether there is one; if not, what was wrong `first` is raised."""
        where = f"Service {WEB_SERVICE} in {namespace}"
        peer = _peer(where, namespace)
        http = through_proxy(self._cluster, peer, namespace, WEB_SERVICE, WEB_PORT, no_headers)
        needs = f"create services/proxy in {namespace}"
        web = Web(http, peer, needs=needs, timeout=self._settings.request_timeout)
        try:
            web.call("GetContextTypes", b"")
        except Unreachable as error:
            _log.info("no way through %s: %s", WEB_SERVICE, error.message)
            if isinstance(first, Forbidden):
                hint = f"{first.hint}\nWhere {WEB_SERVICE} runs, this would do too: {needs}."
                raise Forbidden(first.message, hint.strip(), first.needs) from first
            raise first from error
        return MlmdRpc(web, where)


def at_url(settings: Settings) -> MlmdRpc:
    """As `--metadata-url` says. Makes no request. Raises `UsageError` when it is no such URL."""
    text = settings.metadata_url
    # Without a scheme it is plain gRPC, as in KFP's own programs.
    url = text if "://" in text else f"grpc://{text}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError("The --metadata-url is no URL.", hint=_FORMS) from error
    if not host or parts.username or parts.scheme not in ("grpc", "grpcs", "http", "https"):
        raise UsageError(f"The --metadata-url {shown(url)} cannot be used.", hint=_FORMS)
    peer = _peer(shown(url), settings.kfp_namespace)
    if parts.scheme.startswith("http"):
        # A gRPC port drops who speaks HTTP to it.
        peer = replace(peer, down_hint=f"{peer.down_hint} If this is its gRPC port: grpc://{parts.netloc}")
        return MlmdRpc(_web_at(url, host, peer, settings), shown(url))
    if parts.path.strip("/"):
        raise UsageError(f"The --metadata-url {shown(url)} has a path, which gRPC does not know.", hint=_FORMS)
    tls = parts.scheme == "grpcs"
    host = f"[{host}]" if ":" in host else host
    target = Target(f"{host}:{port or (443 if tls else GRPC_PORT)}", tls, _headers(settings) if tls else no_headers)
    return MlmdRpc(Channel(target, peer, timeout=settings.request_timeout), shown(url))


def _web_at(url: str, host: str, peer: Peer, settings: Settings) -> Web:
    """The token goes along over TLS, and to this machine."""
    safe = url.startswith("https://") or host in _LOOPBACK
    token = Path(settings.kfp_token_file).expanduser() if settings.kfp_token_file and safe else None
    pool = open_pool(url, Tls(verify=not settings.insecure_skip_tls_verify), "", os.environ)
    http = Http(url, peer, pool, headers=kfp_headers(settings, token), timeout=settings.request_timeout)
    return Web(http, peer, timeout=settings.request_timeout)


def _headers(settings: Settings) -> Headers:
    """For gRPC over TLS: the user's own headers, and the bearer token, read anew for each call."""
    custom = kfp_headers(settings, None)
    if not settings.kfp_token_file:
        return custom
    token = Path(settings.kfp_token_file).expanduser()
    return lambda: {**bearer_of(token), **custom()}


def _peer(where: str, namespace: str) -> Peer:
    place = namespace or "kubeflow"
    return Peer(
        f"ML Metadata at {where}",
        down_hint=f"Is it running? kubectl get pods -n {place} -l component=metadata-grpc-server (else: --metadata-url)",
        login_hint="Pass --kfp-token-file or --kfp-header. They are sent over TLS only: grpcs://… or https://…",
        lost_hint=f"The address must lead to {GRPC_SERVICE} (grpc://) or to {WEB_SERVICE} or KFP's UI (https://).",
    )
