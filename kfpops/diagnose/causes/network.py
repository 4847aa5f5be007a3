"""Network errors of the user's own code: an unknown name, a refusal, no answer, a certificate that is not trusted."""

from __future__ import annotations

import re

from kfpops.diagnose.cause import Cause, Look, Match
from kfpops.diagnose.exits import exit_facts
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.diagnose.user_code import PLATFORM, ended_by, group_key, place_facts, quotation, retry_advice, retry_facts
from kfpops.knowledge.endpoint import only_endpoint, service_of
from kfpops.knowledge.network_errors import NetworkFailure, NetworkTrouble, read_network_failure
from kfpops.knowledge.sdk import kubernetes_call, task_variable
from kfpops.model.finding import Advice

_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})

# OpenSSL's reasons when the other side answers a TLS greeting with something else (plain HTTP, most often).
_PLAIN = re.compile(r"WRONG_VERSION_NUMBER|wrong version number|RECORD_LAYER_FAILURE|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST")


def _look(trouble: NetworkTrouble) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        ended = ended_by(step)
        found = read_network_failure(ended[1]) if ended else None
        if ended is None or found is None or found.trouble != trouble:
            return None
        host, port = _endpoint(step, found)
        plain = trouble == "tls" and _PLAIN.search(found.said.message) is not None
        where = f"{host}:{port}" if host and port else host or "a server"
        title = f"spoke TLS to {where}, which answers in plain text" if plain else _title(trouble, host, port)
        return Match(
            title=f"{step.subject} {title}",
            confidence="certain" if ended[1].certain else "likely",
            objects=(step.ref("main"),),
            evidence=quotation(*ended),
            advice=(_advice(step, found, host, port), *retry_advice(step, facts, trouble != "tls")),
            facts={
                "host": host,
                "port": port,
                "exception": ended[1].name,
                **exit_facts(step),
                **place_facts(ended[1]),
                **retry_facts(step, facts),
            },
            key=(trouble, host, port) if host else group_key(step, trouble),
        )

    return look


def _endpoint(step: Step, found: NetworkFailure) -> tuple[str | None, int | None]:
    """From the exceptions, else the only address that the component's input or its own words speak of."""
    if found.host is not None or step.log is None:
        return found.host, found.port
    return only_endpoint(step.log.inputs, step.log.own_lines)


def _title(trouble: NetworkTrouble, host: str | None, port: int | None) -> str:
    where = f"{host}:{port}" if host and port else host
    match trouble:
        case "name-resolution":
            return f"cannot find the host {host}: the name is unknown" if host else "cannot find a host: its name is unknown"
        case "connection-refused":
            return f"was refused the connection to {where or 'a server'}"
        case "timeout":
            return f"got no answer from {where or 'a server'} in time"
        case "tls":
            return f"does not trust {where or 'a server'}: the encrypted connection failed"


def _advice(step: Step, found: NetworkFailure, host: str | None, port: int | None) -> Advice:
    trouble, said = found.trouble, found.said.message
    service = service_of(host, step.namespace) if host else None
    if trouble == "tls":
        if _PLAIN.search(said):
            return Advice(f"{host or 'The server'} does not speak TLS on that port: use http:// there, or its TLS port.")
        return _tls_advice(step, host)
    if host in _LOCAL:
        text = f"{host} is the step's own pod, where nothing listens on that port. Name the Service instead:"
        return Advice(f"{text} <service>.<namespace>.svc.cluster.local.", kubectl="kubectl get services --all-namespaces")
    if trouble == "name-resolution" and "Temporary failure" in said:
        text = f"The cluster's DNS gave no answer about {host or 'the name'}: see whether it runs and the step can reach it,"
        kubectl = "kubectl -n kube-system get pods -l k8s-app=kube-dns"
        return Advice(f"{text} and whether the name is known at all.", kubectl=kubectl)
    if trouble == "name-resolution":
        if service is not None:
            name, namespace = service
            text = f"The cluster's DNS knows no Service {name} in the namespace {namespace} ({host}). Correct the name,"
            return Advice(f"{text} or create it.", kubectl=f"kubectl -n {namespace} get services")
        named = f"The cluster's DNS does not know {host}." if host else "The cluster's DNS does not know the name."
        text = "Correct it, or use one that is known inside the cluster: <service>.<namespace>.svc.cluster.local."
        return Advice(f"{named} {text}", kubectl="kubectl get services --all-namespaces")
    if service is not None:
        name, namespace = service
        kubectl = f"kubectl -n {namespace} get endpointslices -l kubernetes.io/service-name={name}"
        text = f"Check that Service {name} in {namespace} has running pods behind it and offers port {port or 'that port'},"
        return Advice(f"{text} and that no NetworkPolicy keeps the step from it.", kubectl=kubectl)
    if trouble == "timeout":
        code = f"{task_variable(step.task)}.set_env_variable('HTTPS_PROXY', 'http://<proxy>:<port>')"
        text = f"Nothing came back from {host or 'the server'}: a NetworkPolicy or firewall drops it, or it is overloaded."
        return Advice(f"{text} Allow the pods' traffic out to it, or name the proxy; else give it more time.", sdk=code)
    what = f"{host}{f':{port}' if port else ''}" if host else "the server"
    text = f"{what} is up, but nothing listens there or a firewall turns it away. Check the address, and that it runs."
    return Advice(text)


def _tls_advice(step: Step, host: str | None) -> Advice:
    text = f"The certificate of {host or 'the server'} is of an authority that the image does not know, has expired, or is"
    text += " for another name. Mount your authority's certificate and point the program to it."
    mount = kubernetes_call("use_config_map_as_volume", step.task, config_map_name="ca-bundle", mount_path="/etc/ca")
    code = f"{mount}\n{task_variable(step.task)}.set_env_variable('REQUESTS_CA_BUNDLE', '/etc/ca/ca.crt')"
    return Advice(text, sdk=code)


# Credentials that could not be fetched over the network are missing credentials.
_YIELDS = (*PLATFORM, "install/*", "gpu/*", "credentials/*", "python/missing-package", "python/import-error")

CAUSES: tuple[Cause, ...] = (
    Cause(
        id="network/name-resolution",
        title="A host name is unknown",
        meaning="The program asked for a host that the cluster's DNS does not know.",
        remedy="Correct the name; a Service is <service>.<namespace>.svc.cluster.local.",
        look=_look("name-resolution"),
        yields_to=_YIELDS,
    ),
    Cause(
        id="network/connection-refused",
        title="A connection was refused",
        meaning="The host is there, but nothing listens on the port, or the way to it is closed.",
        remedy="Check the address and port, and that the server runs.",
        look=_look("connection-refused"),
        yields_to=_YIELDS,
    ),
    Cause(
        id="network/timeout",
        title="A server did not answer in time",
        meaning="Packets are dropped on the way, or the server is overloaded.",
        remedy="Allow the traffic, name the proxy, or give it more time.",
        look=_look("timeout"),
        yields_to=_YIELDS,
    ),
    Cause(
        id="network/tls",
        title="An encrypted connection failed",
        meaning="The server's certificate is not trusted, expired, or for another name.",
        remedy="Give the program your authority's certificate.",
        look=_look("tls"),
        yields_to=_YIELDS,
    ),
)
