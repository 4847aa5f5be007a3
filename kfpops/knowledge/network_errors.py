"""Network errors of user code, told from the exceptions that ended the program: which kind, and which host."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.endpoint import endpoint_in
from kfpops.knowledge.traceback import Traceback

NetworkTrouble: TypeAlias = Literal["name-resolution", "tls", "connection-refused", "timeout"]


@dataclass(frozen=True, slots=True)
class NetworkFailure:
    """`host` and `port` as the exceptions tell them, None when they do not. `said` is the exception that told the kind."""

    trouble: NetworkTrouble
    said: Traceback
    host: str | None = None
    port: int | None = None


# First match wins: a server selection that timed out because every connection was refused is a refusal.
_TEXTS: tuple[tuple[NetworkTrouble, re.Pattern[str]], ...] = (
    # getaddrinfo (glibc, musl), urllib3 2, libpq, libcurl, Go, gRPC, MySQL.
    ("name-resolution", re.compile(
        r"Name or service not known|Temporary failure in name resolution|nodename nor servname|Name does not resolve"
        r"|No address associated with hostname|Failed to resolve '|could not translate host name|Could not resolve host"
        r"|DNS resolution failed|no such host|Unknown MySQL server host|getaddrinfo failed|Domain name not found")),
    ("tls", re.compile(
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|WRONG_VERSION_NUMBER|TLSV1_ALERT|SSLV3_ALERT|x509: certificate"
        r"|self[- ]signed certificate|certificate has expired|EOF occurred in violation of protocol|doesn't match '"
        r"|UNSAFE_LEGACY_RENEGOTIATION|Could not find a suitable TLS CA certificate bundle")),
    ("connection-refused", re.compile(
        r"Connection refused|\[Errno 111\]|ECONNREFUSED|NoBrokersAvailable|No route to host|Network is unreachable"
        r"|\[Errno 113\]|Can't connect to MySQL server on .*\(111|failed to connect to all addresses")),
    ("timeout", re.compile(
        r"[Cc]onnection timed out|[Rr]ead timed out|\[Errno 110\]|[Cc]onnect(?:ion)? timeout|ConnectTimeoutError"
        r"|read timeout=|i/o timeout|timed out after \d+s? while trying to connect|Can't connect to MySQL server on .*\(110"
        r"|No servers found yet|Deadline Exceeded|timeout expired")),
)  # fmt: skip
# Classes that mean the same without a telling text; all of network libraries, none of which a program raises by itself.
_CLASSES: dict[str, NetworkTrouble] = {
    "gaierror": "name-resolution", "NameResolutionError": "name-resolution", "ClientConnectorDNSError": "name-resolution",
    "SSLCertVerificationError": "tls", "CertificateError": "tls", "SSLZeroReturnError": "tls",
    "NoBrokersAvailable": "connection-refused",
    "ConnectTimeout": "timeout", "ReadTimeout": "timeout", "ConnectTimeoutError": "timeout", "ReadTimeoutError": "timeout",
    "APITimeoutError": "timeout", "ServerTimeoutError": "timeout", "ServerSelectionTimeoutError": "timeout",
    "ConnectionTimeoutError": "timeout", "SocketTimeoutError": "timeout", "PoolTimeout": "timeout",
}  # fmt: skip
# Of these the text alone says nothing: programs raise them for reasons of their own.
_ANYBODYS = frozenset({"TimeoutError", "timeout"})
_SOCKET_CODE = re.compile(
    r"/(?:socket|ssl|selectors|http/client|urllib/request|socketserver)\.py$|/(?:urllib3|httpcore|anyio)/"
)


def read_network_failure(traceback: Traceback) -> NetworkFailure | None:
    """The network failure that a traceback goes back to; None when it is about something else.

    What user code raises itself, in its own words, is not one: only an exception with a library's or the system's text, or
    one that was raised from such, is.
    """
    chain = tuple(one for one in traceback.explained if not one.in_own_words)
    for trouble, pattern in _TEXTS:
        for one in reversed(chain):
            if _CLASSES.get(one.name) == trouble or _says(one, pattern):
                host, port = endpoint_in(_messages(traceback.explained))
                return NetworkFailure(trouble, one, host, port)
    timed_out = next((one for one in reversed(chain) if one.name in _ANYBODYS and _in_socket(one)), None)
    if timed_out is None:
        return None
    return NetworkFailure("timeout", timed_out, *endpoint_in(_messages(traceback.explained)))


def _says(one: Traceback, pattern: re.Pattern[str]) -> bool:
    return pattern.search(one.message) is not None and one.name not in ("AssertionError", "ValueError", "KeyError")


def _in_socket(one: Traceback) -> bool:
    return any(_SOCKET_CODE.search(frame.file) for frame in one.frames[-3:])


def _messages(chain: Sequence[Traceback]) -> tuple[str, ...]:
    # The first line of code that the user wrote may hold the address, too.
    codes = tuple(one.user_frame.code for one in chain if one.user_frame)
    return (*(one.message for one in chain), *codes)
