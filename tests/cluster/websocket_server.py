"""A port-forward's other end, written apart from the client: handshake and frames by hand, and an echo behind them."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


def frame(payload: bytes, opcode: int = 2, *, final: bool = True) -> bytes:
    """A server's frame: never masked."""
    first = (0x80 if final else 0) | opcode
    if len(payload) < 126:
        return bytes([first, len(payload)]) + payload
    if len(payload) < 1 << 16:
        return bytes([first, 126]) + struct.pack(">H", len(payload)) + payload
    return bytes([first, 127]) + struct.pack(">Q", len(payload)) + payload


class Peer:
    """The server's side of one connection. `request` is what the client said first."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._stream = connection.makefile("rb")
        lines = []
        while (line := self._stream.readline().strip()) != b"":
            lines.append(line.decode())
        self.request, *headers = lines
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in headers)}

    def accept(self, early: bytes = b"") -> None:
        key = self.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        proof = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        head = f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {proof}\r\n\r\n"
        self.connection.sendall(head.encode() + early)

    def send(self, *frames: bytes) -> None:
        for one in frames:
            self.connection.sendall(one)

    def receive(self) -> tuple[int, bytes] | None:
        """Opcode and payload of the next frame; None at the end. Every client's frame must be masked."""
        head = self._stream.read(2)
        if len(head) < 2:
            return None
        assert head[1] & 0x80, "a client must mask"
        size = head[1] & 0x7F
        if size > 125:
            size = int.from_bytes(self._stream.read(2 if size == 126 else 8), "big")
        mask = self._stream.read(4)
        return head[0] & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(self._stream.read(size)))


@contextmanager
def serving(talk: Callable[[Peer], None]) -> Iterator[str]:
    """Every connection is given to `talk` in a thread of its own; gives the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def handle(connection: socket.socket) -> None:
        with connection:
            with suppress(OSError, ValueError):
                talk(Peer(connection))
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def echo(peer: Peer) -> None:
    """A port-forward whose pod says everything back in capitals."""
    peer.accept()
    port = int(peer.request.partition("ports=")[2].split()[0])
    greeting = struct.pack("<H", port)
    peer.send(frame(b"\x00" + greeting), frame(b"\x01" + greeting))
    while (got := peer.receive()) and got[0] == 2:
        assert got[1][:1] == b"\x00"
        peer.send(frame(b"\x00" + got[1][1:].upper()))
