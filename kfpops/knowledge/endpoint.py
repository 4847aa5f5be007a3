"""Hosts and ports in the texts of network libraries, and in what else a log says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NAME = r"[A-Za-z0-9_](?:[\w.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\]"
# One pattern per library's wording; `host`, and `port` where it is told.
_PATTERNS: tuple[re.Pattern[str], ...] = (
    # urllib3, requests, pip
    re.compile(rf"HTTPS?ConnectionPool\(host='(?P<host>{_NAME})', port=(?P<port>\d+)\)"),
    re.compile(rf"Failed to resolve '(?P<host>{_NAME})'"),
    # botocore
    re.compile(rf"endpoint URL: \"\w+://(?P<host>{_NAME})(?::(?P<port>\d+))?"),
    # aiohttp
    re.compile(rf"Cannot connect to host (?P<host>{_NAME}):(?P<port>\d+)"),
    # libpq, MySQL, redis, pymongo
    re.compile(rf"server at \"(?P<host>{_NAME})\"(?: \([^)]*\))?, port (?P<port>\d+)"),
    re.compile(rf"host name \"(?P<host>{_NAME})\""),
    re.compile(rf"MySQL server (?:on|host) '(?P<host>{_NAME})(?::(?P<port>\d+))?'"),
    re.compile(rf"connecting to (?P<host>{_NAME}):(?P<port>\d+)"),
    re.compile(rf"(?P<host>{_NAME}):(?P<port>\d+): (?:\[Errno|timed out)"),
    # gRPC, torch.distributed
    re.compile(rf"(?:ipv4|ipv6|dns):(?:///)?(?P<host>{_NAME}):(?P<port>\d+)"),
    re.compile(rf"DNS resolution failed for (?P<host>{_NAME})(?::(?P<port>\d+))?"),
    re.compile(rf"connect to \((?P<host>{_NAME}), (?P<port>\d+)\)"),
    re.compile(rf"Could not resolve host: (?P<host>{_NAME})"),
    # a literal in the line of code
    re.compile(rf"\(['\"](?P<host>{_NAME})['\"], (?P<port>\d+)\)"),
    # anything with a URL
    re.compile(rf"\b\w+://(?:[^/@\s'\"]*@)?(?P<host>{_NAME})(?::(?P<port>\d+))?"),
)
_URL = re.compile(
    rf"\b(?P<scheme>https?|grpc|tcp|redis|mongodb|postgresql|postgres|mysql|amqp|kafka|nats)://(?:[^/@\s'\"]*@)?"
    rf"(?P<host>{_NAME})(?::(?P<port>\d+))?"
)
_HOST_AND_PORT = re.compile(
    r"(?<![\w./:@-])(?P<host>localhost|(?:\d{1,3}\.){3}\d{1,3}|[A-Za-z][\w-]*(?:\.[\w-]+)*"
    r"\.(?!(?:py|go|cc|cpp|cu|c|h|java|js|ts|rs|sh|log|txt|yaml|json)\b)[A-Za-z][\w-]*):(?P<port>\d{2,5})\b"
)
_HOST_PARAMETER = re.compile(rf'"\w*(?:host|hostname|server|address)": "(?P<host>{_NAME})"', re.IGNORECASE)
_PORT_PARAMETER = re.compile(r'"\w*port": "?(?P<port>\d+)"?', re.IGNORECASE)
# Where libraries send their readers, and KFP its files: never what a program wanted to reach.
_DOCUMENTATION = re.compile(r"(?:^|\.)(?:docs?|errors|pydantic|sqlalche|python|pytorch|readthedocs|github|stackoverflow)\.")


def endpoint_in(messages: Iterable[str]) -> tuple[str | None, int | None]:
    """The first host that the messages name, in the wording of a known library, and its port; None, None without one."""
    texts = tuple(messages)
    for pattern in _PATTERNS:
        for text in texts:
            if (found := pattern.search(text)) is not None:
                groups = found.groupdict()
                return groups["host"].strip("[]"), int(groups["port"]) if groups.get("port") else None
    return None, None


def only_endpoint(inputs: str, lines: Sequence[str]) -> tuple[str | None, int | None]:
    """The one address that a program's input and own lines speak of, with its port when that is written; None, None when
    there are several or none.

    `inputs` is the component's input as JSON text. When it names exactly one address that counts, whatever else the program
    mentions.
    """
    for found in (_addresses([inputs]), _parameters(inputs), _addresses(lines)):
        if found:
            return next(iter(found)) if len(found) == 1 else (None, None)
    return None, None


def _addresses(texts: Iterable[str]) -> set[tuple[str, int | None]]:
    found: set[tuple[str, int | None]] = set()
    for text in texts:
        for pattern in (_URL, _HOST_AND_PORT):
            for match in pattern.finditer(text):
                if not _DOCUMENTATION.search(match["host"]):
                    found.add((match["host"].strip("[]"), int(match["port"]) if match["port"] else None))
    # The same host with and without its port is one address.
    with_port = {host for host, port in found if port is not None}
    return {(host, port) for host, port in found if port is not None or host not in with_port}


def _parameters(inputs: str) -> set[tuple[str, int | None]]:
    """Parameters that are called host, and port."""
    hosts = {found["host"] for found in _HOST_PARAMETER.finditer(inputs)}
    ports = {int(found["port"]) for found in _PORT_PARAMETER.finditer(inputs)}
    port = next(iter(ports)) if len(ports) == 1 and len(hosts) == 1 else None
    return {(host, port) for host in hosts}


def service_of(host: str, namespace: str) -> tuple[str, str] | None:
    """Name and namespace of the Kubernetes Service that a host name means; None when it means something outside.

    `namespace` is that of the pod: a name without dots means a Service there.
    """
    if re.fullmatch(r"[\d.]+|.*:.*", host) or host == "localhost":
        return None
    parts = host.rstrip(".").split(".")
    if len(parts) == 1:
        return host, namespace
    if len(parts) >= 3 and parts[2] == "svc":
        return parts[0], parts[1]
    return None
