"""Settings → the adapters of one cluster. What costs a request is found when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kfpops.cluster.access import Access, Headers
from kfpops.cluster.http import Http
from kfpops.cluster.kfp_api import KfpApi
from kfpops.cluster.kfp_place import SERVICE, USUAL_NAMESPACE, find_kfp
from kfpops.cluster.kfp_route import PORT, KfpRoute, direct_http, kfp_headers, kfp_peer, token_file
from kfpops.cluster.kubernetes import KubernetesApi
from kfpops.cluster.lineage_choice import LineageChoice, choose_lineage
from kfpops.cluster.login import find_access
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Peer, shown
from kfpops.cluster.service_proxy import find_service, find_target, through_proxy
from kfpops.cluster.store import S3Store
from kfpops.cluster.store_config import parse_uri
from kfpops.cluster.store_place import Place, Places
from kfpops.model.diagnosis import Source
from kfpops.model.workload import Service
from kfpops.ports import Changes, Lineage
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.cluster.bucket import S3Bucket, S3BucketChanges
    from kfpops.cluster.bucket.open import Opened
    from kfpops.cluster.port_forward import PortForward


def connect(settings: Settings, environ: Mapping[str, str]) -> Connection:
    """The adapters for these settings. Makes no request, unless the kubeconfig names a login program.

    Raises `UsageError` for a missing or wrong kubeconfig, `Unreachable` when a login program gives no credentials.
    """
    return Connection(find_access(settings, environ), settings, environ)


class Connection:
    """The ports of one cluster. Use it with `with`: the port-forwards that it opened are closed at the end."""

    def __init__(self, access: Access, settings: Settings, environ: Mapping[str, str]) -> None:
        self._access, self._settings = access, settings
        self._forwards: dict[tuple[str, str, int], PortForward] = {}
        self._lock = threading.RLock()
        self._kfp_namespace = settings.kfp_namespace
        self._peer = _kubernetes_peer(access)
        pool = open_pool(access.server, access.tls, access.proxy, environ)
        self._http = Http(access.server, self._peer, pool, headers=access.headers, timeout=settings.request_timeout)
        self.source = Source("cluster", access.name)
        self.namespace = settings.namespace or access.namespace
        """What the user or the context says; "" when neither does."""
        self.kubernetes = KubernetesApi(self._http)
        self._route = KfpRoute(self._ways_to_kfp(environ))
        self.pipelines = KfpApi(self._route)
        self._places = Places(self._http, self.kfp_namespace, self._reach, settings, environ)
        self.store = S3Store(self._places, timeout=settings.request_timeout)
        self._buckets: dict[tuple[Place, str, str], Opened] = {}
        self._lineage = LineageChoice(self._choose_lineage)
        self.lineage: Lineage = self._lineage

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            forwards, self._forwards = list(self._forwards.values()), {}
            buckets, self._buckets = list(self._buckets.values()), {}
        self._lineage.close()
        for bucket in buckets:
            bucket.line.close()
        for forward in forwards:
            forward.close()
        self._http.close()

    def kfp_namespace(self) -> str:
        """Where KFP runs: as set, else where its Service is, else `kubeflow`. One request, unless its API has answered."""
        with self._lock:
            if not self._kfp_namespace:
                # The first way goes to `kubeflow` unless the user named a URL, whose namespace nothing tells.
                known = self._route.first_way_answered and not self._settings.kfp_url
                self._kfp_namespace = USUAL_NAMESPACE if known else find_kfp(self._http, self.namespace)
            return self._kfp_namespace

    def identity(self) -> str:
        """The UID of KFP's namespace; "" when it may not be read. One request."""
        from kfpops.cluster.identity import namespace_uid

        return namespace_uid(self._http, self.kfp_namespace())

    def open_bucket(self, uri: str) -> S3Bucket:
        """The bucket of anything in it (`minio://mlpipeline/v2/artifacts`), read only. It makes no request of its own."""
        return self._opened(uri).bucket

    def open_bucket_changes(self, uri: str) -> S3BucketChanges:
        """What may be changed in the bucket of anything in it."""
        return self._opened(uri).changes

    def open_changes(self, say: Callable[[str], None]) -> Changes:
        """All that may be changed. `say` is told which lock is held when it is not the best one."""
        from kfpops.cluster.changes import changes_of

        return changes_of(self._http, self._route, self._lineage, self.open_bucket_changes, self.kfp_namespace, say)

    def writes_lineage(self) -> bool:
        """Whether `open_changes` would give a way to write to the lineage store. Chooses it, if nobody has yet."""
        from kfpops.cluster.changes import lineage_changes

        return lineage_changes(self._lineage) is not None

    def _opened(self, uri: str) -> Opened:
        from kfpops.cluster.bucket.open import open_both

        location = parse_uri(uri)
        place = self._places.of(location)
        with self._lock:
            key = (place, location.scheme, location.bucket)
            if key not in self._buckets:
                self._buckets[key] = open_both(uri, place, self._settings)
            return self._buckets[key]

    def _ways_to_kfp(self, environ: Mapping[str, str]) -> tuple[Callable[[], Http], ...]:
        """KFP's own token needs a port-forward: the API server removes Authorization headers from what it passes on."""
        settings = self._settings
        token = token_file(settings, environ)
        headers = kfp_headers(settings, token)
        if settings.kfp_url:
            return (lambda: self._kfp_at(settings.kfp_url, settings.kfp_namespace or USUAL_NAMESPACE, headers),)
        if self._access.in_cluster or token:
            return (lambda: self._kfp_by_service(headers),)
        return (
            # Nearly always right, and then there is nothing to look for.
            lambda: self._kfp_by_proxy(self._kfp_namespace or USUAL_NAMESPACE, headers),
            lambda: self._kfp_by_proxy(self.kfp_namespace(), headers),
            lambda: self._kfp_by_service(headers),
        )

    def _kfp_at(self, url: str, namespace: str, headers: Headers) -> Http:
        # Without a scheme it is plain HTTP, as in KFP's SDK.
        url = url if "://" in url else f"http://{url}"
        return direct_http(url, kfp_peer(shown(url), namespace), self._settings, headers)

    def _kfp_by_service(self, headers: Headers) -> Http:
        namespace = self.kfp_namespace()
        url = self._reach_kfps(SERVICE, PORT)
        if self._access.in_cluster:
            return self._kfp_at(url, namespace, headers)
        peer = kfp_peer(f"Service {SERVICE} in {namespace} (port-forward)", namespace)
        return direct_http(url, peer, self._settings, headers)

    def _kfp_by_proxy(self, namespace: str, headers: Headers) -> Http:
        peer = kfp_peer(f"Service {SERVICE} in {namespace}", namespace)
        return through_proxy(self._http, peer, namespace, SERVICE, PORT, headers)

    def _choose_lineage(self) -> Lineage:
        from kfpops.cluster.mlmd.place import MlmdPlace

        place = MlmdPlace(self._http, self.kfp_namespace, self._reach_kfps, self._settings)
        return choose_lineage(self._settings, self._route, self.namespace, place.open)

    def _reach_kfps(self, name: str, port: int) -> str:
        """A URL of one of KFP's Services that works from here."""
        namespace = self.kfp_namespace()
        if self._access.in_cluster:
            return _service_url(namespace, name, port)
        return self._reach(find_service(self._http, namespace, name), port)

    def _reach(self, service: Service, port: int) -> str:
        """A URL of the Service that works from here: its name in a pod, else a port-forward (open until `close`)."""
        namespace, name = service.metadata.namespace, service.metadata.name
        if self._access.in_cluster:
            return _service_url(namespace, name, port)
        with self._lock:
            key = (namespace, name, port)
            if key not in self._forwards:
                from kfpops.cluster.port_forward import PortForward

                target = find_target(self._http, service, port)
                timeout = self._settings.request_timeout
                self._forwards[key] = PortForward(
                    self._access, self._peer, target.namespace, target.pod, target.port, timeout=timeout
                )
            return f"http://{self._forwards[key].address}"


def _kubernetes_peer(access: Access) -> Peer:
    return Peer(
        f"the Kubernetes API at {shown(access.server)}",
        down_hint=f"Is the cluster up, and the VPN on? This is context {access.name}.",
        login_hint=f"The login of context {access.name} may have expired: log in again, then try kubectl get pods.",
    )


def _service_url(namespace: str, name: str, port: int) -> str:
    return f"http://{name}.{namespace}.svc.cluster.local:{port}"
