"""From a URL to an open WebSocket."""

from __future__ import annotations

import pytest

from kfpops.cluster.access import Tls
from kfpops.cluster.upgrade import HandshakeRefused, open_websocket
from kfpops.cluster.websocket import WebSocket
from kfpops.errors import Unreachable
from tests.cluster.websocket_server import Peer, frame, serving


def opened(address: str, proxy: str = "", timeout: float = 2.0) -> WebSocket:
    url = f"http://{address}/portforward?ports=8333"
    return open_websocket(url, "v4.channel.k8s.io", headers={"X-Token": "abc"}, tls=Tls(), proxy=proxy, timeout=timeout)


def test_the_handshake_names_protocol_and_credentials() -> None:
    seen: list[Peer] = []

    def talk(peer: Peer) -> None:
        seen.append(peer)
        peer.accept(early=frame(b"with the handshake"))

    with serving(talk) as address:
        assert opened(address).receive() == b"with the handshake"
    assert seen[0].request == "GET /portforward?ports=8333 HTTP/1.1"
    assert seen[0].headers["sec-websocket-protocol"] == "v4.channel.k8s.io"
    assert seen[0].headers["x-token"] == "abc"


@pytest.mark.parametrize(
    "answer, status, body",
    [
        pytest.param(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nno!!!", 403, b"no!!!", id="with a body"),
        pytest.param(b"HTTP/1.1 404 Not Found\r\n\r\n", 404, b"", id="without one"),
        pytest.param(b"HTTP/1.1 500 X\r\nContent-Length: 50\r\n\r\nhalf", 500, b"half", id="with half of one"),
    ],
)
def test_a_refusal_is_passed_on(answer: bytes, status: int, body: bytes) -> None:
    with serving(lambda peer: peer.send(answer)) as address, pytest.raises(HandshakeRefused) as caught:
        opened(address)
    assert (caught.value.status, caught.value.body) == (status, body)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="hanging up"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n", id="a wrong proof"),
        pytest.param(b"HTTP/1.1 101 S\r\n" + b"X: y\r\n" * 20_000, id="a head without end"),
    ],
)
def test_what_is_no_handshake_is_an_error(answer: bytes) -> None:
    with serving(lambda peer: peer.send(answer)) as address, pytest.raises(OSError):
        opened(address)


def test_a_proxy_is_asked_for_the_way() -> None:
    asked: list[Peer] = []

    def proxy(peer: Peer) -> None:
        asked.append(peer)
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        Peer(peer.connection).accept(early=frame(b"through"))

    with serving(proxy) as address:
        websocket = opened("kube.test:6443", f"http://jo:pw@{address}")
        assert websocket.receive() == b"through"
    assert asked[0].request == "CONNECT kube.test:6443 HTTP/1.1"
    assert asked[0].headers["proxy-authorization"] == "Basic am86cHc="


def test_a_proxy_that_refuses_is_said() -> None:
    with (
        serving(lambda peer: peer.send(b"HTTP/1.1 407 No\r\n\r\n")) as address,
        pytest.raises(Unreachable, match="proxy refused"),
    ):
        opened("kube.test:6443", f"http://{address}")


def test_a_proxy_of_another_kind_is_said() -> None:
    with pytest.raises(Unreachable, match="do not work through this kind of proxy"):
        opened("kube.test:6443", "socks5://127.0.0.1:1")
