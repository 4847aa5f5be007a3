"""A WebSocket connection (RFC 6455), as much of it as a port-forward needs: binary frames, ping and close."""

from __future__ import annotations

import secrets
import socket
import ssl
import struct

_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10
_LONGEST_MESSAGE = 64 << 20


class WebSocket:
    """One open connection, for one thread. Broken connections raise `OSError`; `receive` gives None after a close."""

    def __init__(self, stream: socket.socket, early: bytes = b"") -> None:
        self._stream = stream
        self._buffer = bytearray(early)
        self._parts = bytearray()

    def fileno(self) -> int:
        return self._stream.fileno()

    def pending(self) -> bool:
        """Whether bytes wait that `select` does not know of."""
        return self._has_frame() or (isinstance(self._stream, ssl.SSLSocket) and self._stream.pending() > 0)

    def send(self, payload: bytes) -> None:
        self._send_frame(_BINARY, payload)

    def receive(self) -> bytes | None:
        """The next message; None when the other side has closed. Blocks until a whole message is there."""
        while True:
            final, opcode, payload = self._read_frame()
            if opcode == _CLOSE:
                return None
            if opcode == _PING:
                self._send_frame(_PONG, payload)
            elif opcode in (_CONTINUATION, _TEXT, _BINARY):
                self._parts += payload
                if len(self._parts) > _LONGEST_MESSAGE:
                    raise OSError("a WebSocket message is too long")
                if final:
                    message = bytes(self._parts)
                    self._parts.clear()
                    return message

    def close(self) -> None:
        try:
            self._send_frame(_CLOSE, struct.pack("!H", 1000))
        except OSError:
            pass
        finally:
            self._stream.close()

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 1 << 16:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        mask = secrets.token_bytes(4)
        self._stream.sendall(head + mask + masked(payload, mask))

    def _has_frame(self) -> bool:
        return len(self._buffer) >= 2 and len(self._buffer) >= sum(self._frame_sizes())

    def _frame_sizes(self) -> tuple[int, int]:
        """Sizes of the header and the payload of the frame that the buffer begins with (2 bytes at least)."""
        short = self._buffer[1] & 0x7F
        header = 2 + (2 if short == 126 else 8 if short == 127 else 0) + (4 if self._buffer[1] & 0x80 else 0)
        if short < 126 or len(self._buffer) < header:
            return header, short if short < 126 else 0
        form = "!H" if short == 126 else "!Q"
        return header, struct.unpack_from(form, self._buffer, 2)[0]

    def _read_frame(self) -> tuple[bool, int, bytes]:
        self._fill(2)
        self._fill(self._frame_sizes()[0])
        header, size = self._frame_sizes()
        if size > _LONGEST_MESSAGE:
            raise OSError("a WebSocket frame is too long")
        self._fill(header + size)
        first, payload = self._buffer[0], bytes(self._buffer[header : header + size])
        if self._buffer[1] & 0x80:
            payload = masked(payload, bytes(self._buffer[header - 4 : header]))
        del self._buffer[: header + size]
        return bool(first & 0x80), first & 0x0F, payload

    def _fill(self, size: int) -> None:
        while len(self._buffer) < size:
            data = self._stream.recv(64 << 10)
            if not data:
                raise OSError("the WebSocket connection broke off")
            self._buffer += data


def masked(payload: bytes, mask: bytes) -> bytes:
    """XOR with the repeated mask, in one big-number operation: a loop over bytes would be a hundred times slower."""
    size = len(payload)
    pattern = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pattern, "big")).to_bytes(size, "big")
