"""Frames of a WebSocket, against a server's side made by hand."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest

from kfpops.cluster.websocket import WebSocket, masked
from tests.cluster.websocket_server import frame


@pytest.fixture
def ends() -> Iterator[tuple[WebSocket, socket.socket]]:
    mine, theirs = socket.socketpair()
    mine.settimeout(2)
    theirs.settimeout(2)
    with mine, theirs:
        yield WebSocket(mine), theirs


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_messages_of_all_sizes_arrive(ends: tuple[WebSocket, socket.socket], size: int) -> None:
    client, server = ends
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    server.sendall(frame(b"y" * size))
    assert client.receive() == b"y" * size


@pytest.mark.parametrize("size", [0, 5, 126, 70_000])
def test_messages_of_all_sizes_are_sent_masked(ends: tuple[WebSocket, socket.socket], size: int) -> None:
    client, server = ends
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    client.send(payload)
    stream = server.makefile("rb")
    first, second = stream.read(2)
    length = second & 0x7F
    if length > 125:
        (length,) = struct.unpack(">H" if length == 126 else ">Q", stream.read(2 if length == 126 else 8))
    mask = stream.read(4)
    body = stream.read(length)
    assert (first, second & 0x80, length) == (0x82, 0x80, size)
    assert bytes(byte ^ mask[i % 4] for i, byte in enumerate(body)) == payload


def test_the_mask_is_its_own_inverse() -> None:
    assert masked(masked(b"hello", b"abcd"), b"abcd") == b"hello"
    assert masked(b"\x00\x00\x00\x00\x00", b"abcd") == b"abcda"


def test_fragments_are_put_together_and_pings_answered(ends: tuple[WebSocket, socket.socket]) -> None:
    client, server = ends
    server.sendall(frame(b"ab", final=False) + frame(b"?", 9) + frame(b"cd", 0))
    assert client.receive() == b"abcd"
    assert server.recv(100)[0] == 0x8A


def test_two_messages_in_one_packet_are_both_pending(ends: tuple[WebSocket, socket.socket]) -> None:
    client, server = ends
    server.sendall(frame(b"one") + frame(b"two")[:3])
    assert not client.pending()
    assert client.receive() == b"one"
    assert not client.pending()
    server.sendall(frame(b"two")[3:] + frame(b"three"))
    assert client.receive() == b"two"
    assert client.pending()
    assert client.receive() == b"three"


def test_a_close_ends_it(ends: tuple[WebSocket, socket.socket]) -> None:
    client, server = ends
    server.sendall(frame(struct.pack(">H", 1000), 8))
    assert client.receive() is None


def test_a_line_that_breaks_off_is_an_error(ends: tuple[WebSocket, socket.socket]) -> None:
    client, server = ends
    server.sendall(frame(b"hello")[:4])
    server.close()
    with pytest.raises(OSError, match="broke off"):
        client.receive()


def test_a_frame_without_end_is_refused(ends: tuple[WebSocket, socket.socket]) -> None:
    client, server = ends
    server.sendall(bytes([0x82, 127]) + struct.pack(">Q", 1 << 40))
    with pytest.raises(OSError, match="too long"):
        client.receive()


def test_closing_says_so_and_may_be_done_twice(ends: tuple[WebSocket, socket.socket]) -> None:
    client, server = ends
    client.close()
    client.close()
    assert server.recv(100)[0] == 0x88
