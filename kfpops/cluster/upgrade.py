"""From a URL to an open WebSocket: the connection (also through a proxy), TLS, and the HTTP upgrade."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from kfpops.cluster.access import Tls, ssl_context
from kfpops.cluster.proxies import proxy_for
from kfpops.cluster.websocket import WebSocket
from kfpops.errors import Unreachable

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_LONGEST_HEAD = 64 << 10


class HandshakeRefused(Exception):
    """The server answered the upgrade with an ordinary HTTP response."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body


def open_websocket(
    url: str, protocol: str, *, headers: Mapping[str, str], tls: Tls, proxy: str, timeout: float
) -> WebSocket:
    """Connect and shake hands. Raises `HandshakeRefused`, `OSError` (also for TLS and time-outs) or `Unreachable`."""
    parts = urlsplit(url)
    stream = _connect(url, tls, proxy, timeout)
    try:
        key = base64.b64encode(os.urandom(16)).decode("ascii")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        fixed = {
            "Host": parts.netloc.rpartition("@")[2],
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Protocol": protocol,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**fixed, **headers}.items())
        stream.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1"))
        status, answer, rest = _read_head(stream)
        if status != 101:
            raise HandshakeRefused(status, _read_body(stream, answer, rest))
        expected = base64.b64encode(hashlib.sha1((key + _MAGIC).encode()).digest()).decode("ascii")
        if answer.get("sec-websocket-accept") != expected:
            raise OSError("the server's WebSocket handshake is wrong")
    except BaseException:
        stream.close()
        raise
    return WebSocket(stream, rest)


def _connect(url: str, tls: Tls, proxy: str, timeout: float) -> socket.socket:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    through = proxy_for(url, proxy, os.environ)
    if through and not through.startswith("http://"):
        raise Unreachable("Port-forwards do not work through this kind of proxy.", hint="Use an http:// proxy, or none.")
    front = urlsplit(through) if through else None
    address = (front.hostname or "", front.port or 80) if front else (host, port)
    stream = socket.create_connection(address, timeout=min(timeout, 10.0))
    stream.settimeout(timeout)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        if front:
            _ask_proxy(stream, host, port, f"{front.username}:{front.password or ''}" if front.username else "")
        if parts.scheme == "https":
            return ssl_context(tls).wrap_socket(stream, server_hostname=tls.server_name or host)
    except BaseException:
        stream.close()
        raise
    return stream


def _ask_proxy(stream: socket.socket, host: str, port: int, user: str) -> None:
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    login = f"Proxy-Authorization: Basic {base64.b64encode(user.encode()).decode('ascii')}\r\n" if user else ""
    stream.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n".encode("latin-1"))
    status, _, _ = _read_head(stream)
    if status != 200:
        raise Unreachable(f"The proxy refused the connection ({status}).", hint="Check HTTPS_PROXY and NO_PROXY.")


def _read_head(stream: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and the bytes that came after them."""
    data = bytearray()
    while b"\r\n\r\n" not in data:
        chunk = stream.recv(4096)
        if not chunk or len(data) > _LONGEST_HEAD:
            raise OSError("the connection broke off in the handshake")
        data += chunk
    head, _, rest = bytes(data).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
        raise OSError("the answer to the handshake is no HTTP")
    pairs = (line.partition(":") for line in lines)
    return int(words[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}, rest


def _read_body(stream: socket.socket, headers: Mapping[str, str], rest: bytes) -> bytes:
    """The body of a refusal, as far as it comes soon."""
    size = int(headers.get("content-length") or 0) if headers.get("content-length", "0").isdigit() else 0
    stream.settimeout(2.0)
    body = bytearray(rest)
    try:
        while len(body) < min(size, _LONGEST_HEAD):
            chunk = stream.recv(4096)
            if not chunk:
                break
            body += chunk
    except OSError:
        pass
    return bytes(body)
