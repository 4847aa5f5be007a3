"""Which endpoint and keys to use for an object: the user's, those configured in the cluster, or those of KFP's own store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask, ServiceMissing
from kfpops.cluster.service_proxy import find_service
from kfpops.cluster.store_config import Location, Provider, SecretRef, parse_providers, provider_for
from kfpops.cluster.store_keys import VARIABLES, Keys, secret_keys, user_keys, wants_aws_chain
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.model.decode import decode_tolerant
from kfpops.model.namespaced import ConfigMap
from kfpops.model.workload import Service
from kfpops.settings import Settings

SERVICES = (("seaweedfs", 9000), ("minio-service", 9000))
"""KFP's own store: `seaweedfs` from 2.15 on, `minio-service` before (2.15 has both names)."""

SECRET = SecretRef("mlpipeline-minio-artifact")


@dataclass(frozen=True, slots=True)
class Place:
    """`endpoint` "" is AWS itself; `keys` None is boto3's own chain (environment, profile, pod identity)."""

    endpoint: str
    region: str
    keys: Keys | None = None


class Places:
    """Finds the place of an object. `reach` turns a Service and a port into a URL that works from here."""

    def __init__(
        self,
        cluster: Http,
        namespace: Callable[[], str],
        reach: Callable[[Service, int], str],
        settings: Settings,
        environ: Mapping[str, str],
    ) -> None:
        self._cluster, self._namespace, self._reach = cluster, namespace, reach
        self._settings, self._environ = settings, environ
        self._known: dict[tuple[str, Provider | None], Place] = {}
        self._own = ""
        self._providers: Mapping[str, Any] | None = None
        self._lock = threading.Lock()

    def of(self, location: Location) -> Place:
        """Raises `Unreachable` or `Forbidden` when there is no way to this object."""
        with self._lock:
            provider = None if self._settings.store_endpoint else provider_for(location, self._launcher_config())
            key = (location.scheme, provider)
            if key not in self._known:
                self._known[key] = self._find(location.scheme, provider)
            return self._known[key]

    def _find(self, scheme: str, provider: Provider | None) -> Place:
        given = self._settings.store_endpoint
        if given:
            keys = user_keys(self._environ) or (None if wants_aws_chain(self._environ) else self._from_secret(SECRET))
            return Place(given if "://" in given else f"http://{given}", self._region("us-east-1"), keys)
        if scheme == "gs":
            hint = f"Pass --store-endpoint https://storage.googleapis.com, and HMAC keys in {' and '.join(VARIABLES)}."
            raise Unreachable("gs:// objects can only be read through an S3-compatible endpoint, and none is set.", hint)
        if provider and provider.endpoint:
            keys = user_keys(self._environ) or (self._from_secret(provider.secret) if provider.secret else None)
            return Place(self._endpoint(provider), provider.region or self._region("us-east-1"), keys)
        if scheme == "s3":
            return Place("", self._region(provider.region if provider else ""), user_keys(self._environ))
        return Place(self._own_store(), "minio", self._own_keys())

    def _from_secret(self, reference: SecretRef) -> Keys:
        return secret_keys(self._cluster, self._namespaces(), reference)

    def _own_keys(self) -> Keys | None:
        try:
            return user_keys(self._environ) or self._from_secret(SECRET)
        except Unreachable:
            if wants_aws_chain(self._environ):
                return None
            raise

    def _endpoint(self, provider: Provider) -> str:
        scheme, _, rest = provider.endpoint.rpartition("://")
        host, _, port = rest.partition("/")[0].partition(":")
        service, namespace = service_of_host(host, self._namespace())
        if not service:
            return f"{scheme or ('http' if provider.insecure else 'https')}://{rest}"
        try:
            return self._reach(find_service(self._cluster, namespace, service), int(port) if port.isdigit() else 9000)
        except ServiceMissing:
            # Before 2.16 records and settings said minio-service; the store behind it is the same.
            return self._own_store()

    def _own_store(self) -> str:
        namespace = self._namespace()
        for name, port in SERVICES if not self._own else ():
            try:
                self._own = self._reach(find_service(self._cluster, namespace, name), port)
                break
            except ServiceMissing:
                continue
        if not self._own:
            names = " or ".join(name for name, _ in SERVICES)
            raise Unreachable(f"There is no Service {names} in {namespace}.", hint="Pass --store-endpoint.")
        return self._own

    def _launcher_config(self) -> Mapping[str, Any]:
        """The `providers` of ConfigMap kfp-launcher; empty when there is none or it may not be read."""
        if self._providers is None:
            self._providers = {}
            for namespace in self._namespaces():
                ask = Ask(f"/api/v1/namespaces/{quote(namespace)}/configmaps/kfp-launcher", about="ConfigMap kfp-launcher")
                try:
                    config = self._cluster.get_as(lambda body: decode_tolerant(ConfigMap, body), ask)
                except (NotFound, Forbidden):
                    continue
                self._providers = parse_providers(config.data.get("providers", ""))
                break
        return self._providers

    def _namespaces(self) -> tuple[str, ...]:
        """Where configuration and Secret may be: the user's namespace (multi-user), then KFP's."""
        return tuple(dict.fromkeys(name for name in (self._settings.namespace, self._namespace()) if name))

    def _region(self, otherwise: str) -> str:
        return self._environ.get("AWS_REGION") or self._environ.get("AWS_DEFAULT_REGION") or otherwise


def service_of_host(host: str, namespace: str) -> tuple[str, str]:
    """Service and namespace of a cluster-internal host name; ("", "") for hosts that live elsewhere."""
    labels = host.split(".")
    if len(labels) == 1 and host != "localhost":
        return host, namespace
    if (len(labels) == 2 and labels[1] == namespace) or (len(labels) > 2 and labels[2] == "svc"):
        return labels[0], labels[1]
    return "", ""
