"""A gRPC channel to ML Metadata: limits, deadlines, TLS, and every failure as one of kfpops' errors."""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kfpops.cluster.access import Headers, no_headers
from kfpops.cluster.mlmd.schema import SERVICE
from kfpops.cluster.mlmd.status import UNAVAILABLE, UNKNOWN, failure
from kfpops.cluster.refusals import Peer
from kfpops.errors import KfpopsError

_log = logging.getLogger(__name__)

_IDLE: Final = 1.0
"""Seconds without an answer after which a connection may have been cut by whatever lies between: then one more try."""

_OPTIONS: Final[Sequence[tuple[str, int | str]]] = (
    ("grpc.max_receive_message_length", 256 << 20),
    ("grpc.max_send_message_length", 16 << 20),
    # KFP before 2.15 sent headers that are longer than grpc's own limit of 8 KiB.
    ("grpc.max_metadata_size", 1 << 20),
    ("grpc.enable_retries", 0),
    # Looks for TXT records of the host name, which nobody has and some resolvers are slow to deny.
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.primary_user_agent", "kfpops"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """`address` is host:port. `headers` go along with each call, and only over TLS."""

    address: str
    tls: bool = False
    headers: Headers = field(default=no_headers, repr=False)


class Channel:
    """`mlmd.store.Transport` over gRPC. `grpc` is imported, and a connection made, with the first call.

    Safe for several threads. One more try is made after UNAVAILABLE on a connection that had answered and then was idle.
    """

    back_end = "mlmd-grpc"

    def __init__(self, target: Target, peer: Peer, *, timeout: float = 30.0) -> None:
        self.peer = peer
        self._target, self._timeout = target, timeout
        self._lock = threading.Lock()
        self._channel: Any = None
        self._methods: dict[str, Callable[..., bytes]] = {}
        self._answered = 0.0

    def call(self, method: str, request: bytes) -> bytes:
        began = time.monotonic()
        was_idle = 0 < self._answered < began - _IDLE
        try:
            answer = self._once(method, request)
        except _Failed as failed:
            if not (was_idle and failed.code == UNAVAILABLE):
                raise failed.error from None
            _log.debug("%s: lost while idle, trying again", method)
            try:
                answer = self._once(method, request)
            except _Failed as again:
                raise again.error from None
        self._answered = time.monotonic()
        _log.debug("%s: %d bytes in %.0f ms", method, len(answer), (self._answered - began) * 1000)
        return answer

    def close(self) -> None:
        with self._lock:
            channel, self._channel = self._channel, None
            self._methods.clear()
        if channel is not None:
            channel.close()

    def _once(self, method: str, request: bytes) -> bytes:
        call = self._method(method)
        # A header that is no header would be a ValueError that quotes it.
        metadata = [(name.lower(), value) for name, value in self._target.headers().items()] if self._target.tls else []
        import grpc

        try:
            return call(request, timeout=self._timeout, metadata=metadata)
        except grpc.RpcError as error:
            code, said = _code(error), str(error.details() or "")
        except ValueError:
            code, said = UNKNOWN, "the channel is closed, or a header is malformed"
        for value in (value for _, value in metadata):
            for secret in (value, value.partition(" ")[2]):
                said = said.replace(secret, "…") if len(secret) > 3 else said
        raise _Failed(code, failure(self.peer, method, code, said, self._timeout))

    def _method(self, method: str) -> Callable[..., bytes]:
        with self._lock:
            if method not in self._methods:
                if self._channel is None:
                    self._channel = _open(self._target)
                self._methods[method] = self._channel.unary_unary(f"{SERVICE}{method}")
            return self._methods[method]


class _Failed(Exception):
    def __init__(self, code: int, error: KfpopsError) -> None:
        super().__init__(error.message)
        self.code, self.error = code, error


def _open(target: Target) -> Any:
    # The library's own lines on stderr: what they tell of a failure is in its status too. Read once, at import.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
    import grpc

    options = list(_OPTIONS)
    host = target.address.rpartition(":")[0].strip("[]")
    if host in ("127.0.0.1", "localhost", "::1"):
        options.append(("grpc.enable_http_proxy", 0))
    if not target.tls:
        return grpc.insecure_channel(target.address, options)
    return grpc.secure_channel(target.address, grpc.ssl_channel_credentials(_authorities()), options)


def _authorities() -> bytes | None:
    """Those of SSL_CERT_FILE, else gRPC's own variable, else the system's, as for HTTPS; None: what grpc finds by itself."""
    named = os.environ.get("SSL_CERT_FILE")
    if not named and "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH" in os.environ:
        return None
    found = named or ssl.get_default_verify_paths().cafile
    try:
        return Path(found).read_bytes() if found else None
    except OSError:
        return None


def _code(error: Any) -> int:
    code = error.code()
    return int(code.value[0]) if code is not None else UNKNOWN
