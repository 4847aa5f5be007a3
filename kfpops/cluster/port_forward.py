"""A pod's port on 127.0.0.1, through the API server: opened when it is needed, closed with the command.

One WebSocket per TCP connection, subprotocol `v4.channel.k8s.io` (k8s.io/kubelet pkg/cri/streaming/portforward): every
message begins with a channel's number, 0 for data and 1 for errors; each channel's first message is the port (2 bytes).
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from contextlib import suppress
from urllib.parse import quote

from kfpops.cluster.access import Access
from kfpops.cluster.refusals import Ask, Peer, network_error, refusal
from kfpops.cluster.upgrade import HandshakeRefused, open_websocket
from kfpops.cluster.websocket import WebSocket
from kfpops.errors import KfpopsError

_log = logging.getLogger(__name__)

PROTOCOL = "v4.channel.k8s.io"
_DATA, _ERROR = 0, 1
_CHUNK = 32 << 10


class PortForward:
    """Listens on a free port of 127.0.0.1 as long as it is open. Use it with `with`, or call `close`."""

    def __init__(self, access: Access, peer: Peer, namespace: str, pod: str, port: int, *, timeout: float = 30.0) -> None:
        """Connects at once, so that a missing right or a dead pod shows here (errors of `kfpops.errors`)."""
        self._access, self._peer, self._timeout = access, peer, timeout
        self._ask = Ask(
            f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(pod)}/portforward?ports={port}",
            needs=f"create pods/portforward in {namespace}",
            about=f"pod {namespace}/{pod}",
        )
        self._first: WebSocket | None = self._dial()
        self._locals: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.problem = ""
        """What the other side said last on its error channel; "" when all is well."""
        threading.Thread(target=self._accept, name=f"port-forward {pod}", daemon=True).start()

    def __enter__(self) -> PortForward:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the listener and all connections; may be called twice."""
        self._closed = True
        with self._lock:
            waiting = [self._listener, *self._locals]
            first, self._first = self._first, None
        for connection in waiting:
            # Wakes the thread that waits for it, which then closes it; `close` alone would not.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if first:
            first.close()

    def _dial(self) -> WebSocket:
        url = self._access.server + self._ask.path
        try:
            return open_websocket(
                url,
                PROTOCOL,
                headers=self._access.headers(),
                tls=self._access.tls,
                proxy=self._access.proxy,
                timeout=self._timeout,
            )
        except HandshakeRefused as refused:
            raise refusal(self._peer, self._ask, refused.status, refused.body) from refused
        except OSError as error:
            raise network_error(self._peer, error, self._timeout) from error

    def _accept(self) -> None:
        while not self._closed:
            try:
                local, _ = self._listener.accept()
            except OSError:
                break
            with self._lock:
                self._locals.add(local)
            threading.Thread(target=self._serve, args=(local,), daemon=True).start()
        self._listener.close()

    def _serve(self, local: socket.socket) -> None:
        upstream: WebSocket | None = None
        try:
            with self._lock:
                upstream, self._first = self._first, None
            if upstream is None:
                upstream = self._dial()
            self._relay(local, upstream)
        except OSError as error:
            _log.debug("a connection of the port-forward broke: %s", error)
        except KfpopsError as error:
            self.problem = error.message
        finally:
            with self._lock:
                self._locals.discard(local)
            local.close()
            if upstream:
                upstream.close()

    def _relay(self, local: socket.socket, upstream: WebSocket) -> None:
        """Carry bytes both ways in one thread, as a TLS connection must not be read and written by two."""
        greeted: set[int] = set()
        while True:
            sides: list[socket.socket | WebSocket] = [local, upstream]
            ready = [upstream] if upstream.pending() else select.select(sides, [], [])[0]
            if upstream in ready:
                message = upstream.receive()
                if message is None or not self._deliver(message, local, greeted):
                    return
            if local in ready:
                data = local.recv(_CHUNK)
                if not data:
                    return
                upstream.send(bytes([_DATA]) + data)

    def _deliver(self, message: bytes, local: socket.socket, greeted: set[int]) -> bool:
        """One message of the cluster; False when it ends the connection."""
        if not message:
            return True
        channel, payload = message[0], message[1:]
        if channel not in greeted:
            greeted.add(channel)
            payload = payload[2:]
        if channel == _DATA and payload:
            local.sendall(payload)
        if channel == _ERROR and payload:
            self.problem = payload.decode("utf-8", "replace").strip()[:300]
            _log.info("port-forward: %s", self.problem)
            return False
        return True
