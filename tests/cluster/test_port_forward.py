"""A pod's port on 127.0.0.1, against an API server made by hand."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from kfpops.cluster.access import Access
from kfpops.cluster.port_forward import PortForward
from kfpops.cluster.refusals import Peer as Whom
from kfpops.errors import Forbidden, NotFound, Unreachable
from tests.cluster.websocket_server import Peer, echo, frame, serving

WHOM = Whom("the Kubernetes API", "Is it up?")


def forward(address: str, timeout: float = 2.0) -> PortForward:
    access = Access("test", f"http://{address}", headers=lambda: {"Authorization": "Bearer s3cr3t-token"})
    return PortForward(access, WHOM, "kubeflow", "seaweedfs-1", 8333, timeout=timeout)


def dial(open_forward: PortForward) -> socket.socket:
    host, _, port = open_forward.address.partition(":")
    connection = socket.create_connection((host, int(port)), timeout=2)
    connection.settimeout(2)
    return connection


def everything(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (chunk := connection.recv(1 << 16)):
        data += chunk
    return data


def test_bytes_go_there_and_back() -> None:
    with serving(echo) as address, forward(address) as opened, dial(opened) as connection:
        connection.sendall(b"hello")
        assert everything(connection, 5) == b"HELLO"
        connection.sendall(b"again")
        assert everything(connection, 5) == b"AGAIN"


def test_many_bytes_go_there_and_back() -> None:
    with serving(echo) as address, forward(address) as opened, dial(opened) as connection:
        sender = threading.Thread(target=connection.sendall, args=(b"x" * 300_000,))
        sender.start()
        assert everything(connection, 300_000) == b"X" * 300_000
        sender.join()


def test_several_connections_at_once() -> None:
    with serving(echo) as address, forward(address) as opened, dial(opened) as first, dial(opened) as second:
        second.sendall(b"b")
        first.sendall(b"a")
        assert (everything(first, 1), everything(second, 1)) == (b"A", b"B")


def test_the_request_names_pod_port_and_user() -> None:
    seen: list[Peer] = []

    def talk(peer: Peer) -> None:
        seen.append(peer)
        echo(peer)

    with serving(talk) as address, forward(address):
        pass
    assert seen[0].request == "GET /api/v1/namespaces/kubeflow/pods/seaweedfs-1/portforward?ports=8333 HTTP/1.1"
    assert seen[0].headers["authorization"] == "Bearer s3cr3t-token"


def test_a_pod_that_hangs_up_ends_the_connection() -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        peer.send(frame(b"\x00\x8d\x20"), frame(b"\x00bye"), frame(b"", 8))

    with serving(talk) as address, forward(address) as opened, dial(opened) as connection:
        assert everything(connection, 100) == b"bye"


def test_what_the_kubelet_complains_about_is_kept() -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        peer.send(frame(b"\x01\x8d\x20"), frame(b"\x01failed to connect to localhost:8333 inside namespace"))
        peer.receive()

    with serving(talk) as address, forward(address) as opened, dial(opened) as connection:
        assert everything(connection, 1) == b""
        assert opened.problem == "failed to connect to localhost:8333 inside namespace"


def test_closing_ends_everything() -> None:
    with serving(echo) as address:
        opened = forward(address)
        connection = dial(opened)
        connection.sendall(b"a")
        assert everything(connection, 1) == b"A"
        opened.close()
        opened.close()
        assert everything(connection, 1) == b""
        with pytest.raises(OSError):
            dial(opened)
        _settled()


def _settled() -> None:
    for _ in range(100):
        if not any(thread.name.startswith("port-forward") for thread in threading.enumerate()):
            return
        time.sleep(0.01)
    raise AssertionError("a thread of the port-forward is left")


def test_a_missing_right_is_said_before_anything_listens() -> None:
    said = 'User "jo" cannot create resource "pods/portforward" in API group "" in the namespace "kubeflow"'
    body = json.dumps({"kind": "Status", "apiVersion": "v1", "message": said}).encode()
    head = f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with serving(lambda peer: peer.send(head + body)) as address, pytest.raises(Forbidden) as caught:
        forward(address)
    assert caught.value.needs == "create pods/portforward in kubeflow"
    assert "s3cr3t-token" not in f"{caught.value.message}{caught.value.hint}"


def test_a_pod_that_is_gone() -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
    with serving(lambda peer: peer.send(answer)) as address, pytest.raises(NotFound, match="no pod kubeflow/seaweedfs-1"):
        forward(address)


@pytest.mark.parametrize(
    "answer, words",
    [
        pytest.param(b"", "closed or lost the connection", id="hanging up"),
        pytest.param(None, "did not answer within 0.1 s", id="silence"),
    ],
)
def test_a_server_that_does_not_speak(answer: bytes | None, words: str) -> None:
    done = threading.Event()

    def talk(peer: Peer) -> None:
        if answer is None:
            done.wait(5)

    with serving(talk) as address, pytest.raises(Unreachable) as caught:
        forward(address, timeout=0.1)
    done.set()
    assert words in caught.value.message
