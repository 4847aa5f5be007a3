"""The HTTP server: /metrics, /healthz, /readyz. A scrape is sent bytes that are there; it never asks KFP or the disk."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, ClassVar
from urllib.parse import urlsplit

from kfpops.errors import UsageError
from kfpops.exporter.exposition import Body, chosen

_IDLE = 130.0
"""Seconds that a connection may be kept without a request: longer than Prometheus' usual scrape intervals."""
_TEXT = "text/plain; charset=utf-8"
_PAGE = b"kfpops exporter\n/metrics\n/healthz\n/readyz\n"


@dataclass(frozen=True, slots=True)
class Served:
    """What the server asks. `sent(who, revision)`: a scrape was answered whole. `why_not_*`: "" when it is."""

    body: Callable[[], Body]
    sent: Callable[[str, int], None]
    why_not_healthy: Callable[[], str]
    why_not_ready: Callable[[], str]


class Server:
    """`with Server("", 9108, served) as server: …`; `port` 0 takes a free one. Answers from `__init__` on."""

    def __init__(self, host: str, port: int, served: Served) -> None:
        self._busy = Condition()
        self._answering = 0
        handler = type("Handler", (_Handler,), {"site": self, "served": served})
        try:
            self._http = _listening(host, port, handler)
        except OSError as error:
            raise UsageError(
                f"Port {port} cannot be listened on: {error.strerror}.", "Name another with --listen."
            ) from error
        self.port = int(self._http.server_address[1])
        self._thread = Thread(target=self._http.serve_forever, args=(0.1,), name="http", daemon=True)
        self._thread.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, patience: float = 5.0) -> None:
        """Takes no more connections; answers that are on their way may come to their end."""
        self._http.shutdown()
        self._http.server_close()
        with self._busy:
            self._busy.wait_for(lambda: not self._answering, patience)

    def began(self) -> None:
        with self._busy:
            self._answering += 1

    def ended(self) -> None:
        with self._busy:
            self._answering -= 1
            self._busy.notify_all()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is nobody's error."""


class _Http6(_Http):
    address_family = socket.AF_INET6


def _listening(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> _Http:
    """Without a host on every address of both families, or of the old one where IPv6 is switched off."""
    if ":" in host:
        return _Http6((host, port), handler)
    if not host and socket.has_dualstack_ipv6():
        with suppress(OSError):
            return _Http6(("", port), handler)
    return _Http((host, port), handler)


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[Server]
    served: ClassVar[Served]
    protocol_version = "HTTP/1.1"
    server_version = "kfpops"
    sys_version = ""
    timeout = _IDLE
    # Head and body together: else the client's kernel waits 40 ms before it acknowledges the first.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.site.began()
        try:
            self._answer()
        finally:
            self.site.ended()

    do_HEAD = do_GET

    def _answer(self) -> None:
        match urlsplit(self.path).path:
            case "/metrics":
                self._metrics()
            case "/healthz":
                self._state(self.served.why_not_healthy())
            case "/readyz":
                self._state(self.served.why_not_ready())
            case "/":
                self._send(HTTPStatus.OK, _PAGE, {"Content-Type": _TEXT})
            case _:
                self._send(HTTPStatus.NOT_FOUND, b"not found\n", {"Content-Type": _TEXT})

    def _metrics(self) -> None:
        choice = chosen(self.headers.get("Accept", ""), self.headers.get("Accept-Encoding", ""))
        body = self.served.body()
        data = body.gzip(choice.format) if choice.gzip else body.text(choice.format)
        encoded = {"Content-Encoding": "gzip"} if choice.gzip else {}
        vary = {"Vary": "Accept, Accept-Encoding"}
        if self._send(HTTPStatus.OK, data, {"Content-Type": choice.format.content_type, **encoded, **vary}):
            self.served.sent(str(self.client_address[0]), body.revision)

    def _state(self, why_not: str) -> None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if why_not else HTTPStatus.OK
        self._send(status, f"{why_not or 'ok'}\n".encode(), {"Content-Type": _TEXT})

    def _send(self, status: HTTPStatus, data: bytes, headers: dict[str, str]) -> bool:
        """Whether a body went out whole, as far as this side can tell."""
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)
            self.wfile.flush()
            return self.command != "HEAD"
        self.close_connection = True
        return False

    def log_message(self, format: str, *args: Any) -> None:
        """Scrapes come by the thousand."""
