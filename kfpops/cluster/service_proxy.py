"""Services of the cluster from outside: through the API server's proxy (HTTP), or the pod that a port-forward can reach."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from kfpops.cluster.access import Headers
from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask, Peer, ServiceMissing
from kfpops.errors import Unreachable
from kfpops.model.decode import decode_tolerant
from kfpops.model.workload import Service


class _Port(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    container_port: int = 0


class _Container(msgspec.Struct, frozen=True):
    ports: list[_Port] | None = None


class _Spec(msgspec.Struct, frozen=True):
    containers: list[_Container] = []


class _Condition(msgspec.Struct, frozen=True):
    type: str = ""
    status: str = ""


class _Status(msgspec.Struct, frozen=True):
    conditions: list[_Condition] | None = None


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    deletion_timestamp: str | None = None


class _Pod(msgspec.Struct, frozen=True):
    metadata: _Metadata
    spec: _Spec = _Spec()
    status: _Status = _Status()

    @property
    def ready(self) -> bool:
        known = {condition.type: condition.status for condition in self.status.conditions or ()}
        return known.get("Ready") == "True" and self.metadata.deletion_timestamp is None


class _Pods(msgspec.Struct, frozen=True):
    items: list[_Pod] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A ready pod behind a Service, and the port its container listens on."""

    namespace: str
    pod: str
    port: int


def through_proxy(cluster: Http, peer: Peer, namespace: str, service: str, port: int, headers: Headers) -> Http:
    """HTTP to a Service through the API server. Takes the right `get services/proxy`. Authorization does not arrive."""
    return cluster.below(f"/api/v1/namespaces/{quote(namespace)}/services/{quote(service)}:{port}/proxy", peer, headers)


def find_service(cluster: Http, namespace: str, name: str) -> Service:
    """Raises `ServiceMissing` when the namespace has no such Service."""
    ask = Ask(
        f"/api/v1/namespaces/{quote(namespace)}/services/{quote(name)}",
        needs=f"get services in {namespace}",
        about=f"Service {name} in {namespace}",
    )
    try:
        return cluster.get_as(lambda body: decode_tolerant(Service, body), ask)
    except ServiceMissing as error:
        hint = "Is KFP installed, and there? --kfp-namespace says where it is."
        raise ServiceMissing(f"There is no Service {name} in {namespace}.", hint) from error


def find_target(cluster: Http, service: Service, port: int) -> Target:
    """The pod that answers for a Service's port. Raises `Unreachable` when none is ready or the Service has no such port."""
    name, namespace = service.metadata.name, service.metadata.namespace
    offered = next((offer for offer in service.spec.ports if offer.port == port), None)
    if offered is None or not service.spec.selector:
        raise Unreachable(f"Service {name} in {namespace} offers no port {port} of a pod.")
    selector = ",".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))
    ask = Ask(
        f"/api/v1/namespaces/{quote(namespace)}/pods",
        (("labelSelector", selector),),
        needs=f"list pods in {namespace}",
        about=f"pods of Service {name} in {namespace}",
    )
    pods = cluster.get_as(lambda body: msgspec.json.decode(body, type=_Pods), ask).items or []
    pod = next((pod for pod in pods if pod.ready), None)
    if pod is None:
        hint = f"Look at: kubectl get pods -n {namespace} -l {urlencode(service.spec.selector).replace('&', ',')}"
        raise Unreachable(f"No pod behind Service {name} in {namespace} is ready.", hint=hint)
    return Target(namespace, pod.metadata.name, _number(offered.target_port or port, pod))


def _number(target: int | str, pod: _Pod) -> int:
    if isinstance(target, int):
        return target
    if target.isdigit():
        return int(target)
    ports = [port for container in pod.spec.containers for port in container.ports or ()]
    found = next((port.container_port for port in ports if port.name == target), None)
    if found is None:
        raise Unreachable(f"Pod {pod.metadata.name} has no port named {target}.")
    return found
