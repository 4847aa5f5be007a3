"""An HTTP server on 127.0.0.1 that says what a test wants it to say, also what no server should."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kfpops.cluster.access import Access, Tls
from kfpops.cluster.http import Http
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Peer
from tests.cluster.pem import CERTIFICATE, KEY

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Asked:
    """`pairs` is the query as it came: parameters may repeat."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    pairs: tuple[tuple[str, str], ...] = ()
    verb: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """`missing`: so many bytes of the promised length never come. `silent`: nothing comes. `reset`: the line is cut."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    missing: int = 0
    silent: bool = False
    reset: bool = False


Route = Answer | list[Answer] | Callable[[Asked], Answer]


def says(document: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(json.dumps(document).encode(), status, {**JSON, **{k.replace("_", "-"): v for k, v in headers.items()}})


def status_of(code: int, message: str, **details: str) -> Answer:
    """What the API server says instead of an answer."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code, "details": details}
    return says(body, code)


class Loopback:
    """`routes`: path → what is answered; of a list one after the other, the last one for ever. `asked`: what came in."""

    def __init__(self, *, tls: bool = False) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls:
            self._server.socket = _server_tls().wrap_socket(self._server.socket, server_side=True)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http{'s' if tls else ''}://{self.address}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def http(self, *, timeout: float = 5.0, tls: Tls | None = None, **more: Any) -> Http:
        """A client of this server whose pauses take no time; they are kept in `pauses`."""
        http = Http(self.url, Peer("the test server", "Start it.", "Log in."), self.pool(tls), timeout=timeout, **more)
        self.pauses: list[float] = []
        http.pause = self.pauses.append
        return http

    def pool(self, tls: Tls | None = None) -> Any:
        return open_pool(self.url, tls or Tls(), "", {})

    def access(self) -> Access:
        return Access("loopback", self.url, headers=lambda: {"Authorization": "Bearer s3cr3t-token"})

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        route = self.routes.get(asked.path, Answer(b"404 page not found\n", 404, {"Content-Type": "text/plain"}))
        if isinstance(route, list):
            return route.pop(0) if len(route) > 1 else route[0]
        return route if isinstance(route, Answer) else route(asked)


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: else the client's kernel waits 40 ms before it acknowledges the first.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            headers = {name.title(): value for name, value in self.headers.items()}
            pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(parts.path, dict(pairs), headers, pairs, self.command, body)
            answer = loopback.answer(asked)
            if answer.silent:
                loopback.over.wait(10)
                return
            if answer.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) + answer.missing))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.close_connection = bool(answer.missing)

        do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _server_tls() -> ssl.SSLContext:
    import tempfile

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_text(CERTIFICATE + KEY)
        context.load_cert_chain(path)
    return context


@contextmanager
def loopback(**options: Any) -> Iterator[Loopback]:
    server = Loopback(**options)
    try:
        yield server
    finally:
        server.close()
