"""`lineage` and `cache` against servers that go away, say too much or something else, or refuse: one sentence and 3."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.lineage_asking import ALL, COMMANDS, at, every_command, is_refusal
from tests.cli.lineage_world import (
    NOBODYS,
    ApiServer,
    kubeconfig,
    usual,
)
from tests.cluster.loopback import Answer, says, status_of
from tests.cluster.pem import CERTIFICATE, KEY
from tests.mlmd_store import Faults, Mlmd, needs_mlmd, serving
from tests.mlmd_web import TYPE, Reply, Twist, bridge, frame, trailers
from tests.schemas import validates

pytestmark = needs_mlmd


@every_command
def test_a_store_that_does_not_listen(line: CommandLine, words: tuple[str, ...]) -> None:
    is_refusal(line(*at("127.0.0.1:9"), *words, "-o", "json"), 3, "refused the connection", "kubectl get pods")


@every_command
def test_a_store_that_goes_away_at_any_moment(line: CommandLine, store: Mlmd, words: tuple[str, ...]) -> None:
    """Half a graph would look like a whole one; what is optional to the cache is a gap."""
    with serving(store) as mlmd:
        assert line(*at(mlmd.address), *words, "-o", "json").code == 0
        calls = len(mlmd.asked)
    for number in range(calls):
        with serving(store, Faults(dies_at=number)) as mlmd:
            printed = line(*at(mlmd.address), *words, "-o", "json")
        if printed.code == 0:
            validates(printed.out)
            assert json.loads(printed.out)["not_checked"]
            assert (words[0], number) == ("cache", calls - 1)
        else:
            is_refusal(printed, 3, "kubectl get pods")


def test_a_deadline(line: CommandLine, store: Mlmd) -> None:
    with serving(store, Faults(latency=0.5)) as mlmd:
        printed = line(*at(mlmd.address), "--request-timeout", "0.1", *COMMANDS["artifact"])
    is_refusal(printed, 3, "did not answer within 0.1 s", "--request-timeout")


@pytest.mark.parametrize(
    "reply, said",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "does not speak gRPC"),
        (b"SSH-2.0-OpenSSH_9.6\r\n" * 5, "does not speak gRPC"),
        (b"", "Does it want TLS? Then: grpcs://"),
    ],
    ids=["HTTP", "SSH", "nothing"],
)
def test_another_server_at_the_grpc_port(line: CommandLine, reply: bytes, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(reply)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        printed = line(*at(f"127.0.0.1:{listener.getsockname()[1]}"), *COMMANDS["artifact"])
        thread.join()
    is_refusal(printed, 3, said)


def test_tls_where_there_is_none_and_none_where_there_is(line: CommandLine, store: Mlmd) -> None:
    import grpc

    words = COMMANDS["artifact"]
    with serving(store) as mlmd:
        is_refusal(line(*at(mlmd.address, "grpcs"), *words), 3, "Else: grpc://")
    with serving(store, credentials=grpc.ssl_server_credentials([(KEY.encode(), CERTIFICATE.encode())])) as mlmd:
        is_refusal(line(*at(mlmd.address), *words), 3, "Then: grpcs://")
        is_refusal(line(*at(mlmd.address, "grpcs"), *words), 3, "a certificate that is not trusted", "SSL_CERT_FILE")
        is_refusal(line(*at(mlmd.address, "https"), *words), 3, "a certificate that is not trusted")


class Another(Mlmd):
    """Answers with bytes that are no message of its own."""

    def __init__(self) -> None: ...

    def call(self, method: str, request: bytes) -> bytes:
        return b"\xff\xfe"


def test_a_grpc_server_that_is_no_ml_metadata(line: CommandLine) -> None:
    with serving(Another()) as mlmd:
        is_refusal(line(*at(mlmd.address), *COMMANDS["artifact"]), 3, "2 bytes that are no message of ML Metadata")


def page(status: int, body: bytes = b"<html>", kind: str = "text/html") -> Twist:
    return lambda _: Reply(body, status, {"Content-Type": kind})


@pytest.mark.parametrize(
    "twist, said",
    [
        pytest.param(page(200), "a web page instead of", id="a login page"),
        pytest.param(page(302), "probably to a login page", id="a redirect"),
        pytest.param(page(401), "refused the credentials (401)", id="401"),
        pytest.param(page(403), "refused access (403)", id="403"),
        pytest.param(page(404), "metadata-envoy-service", id="404"),
        pytest.param(lambda r: Reply(r.body, headers={"Content-Type": "text/plain"}), "is no grpc-web", id="another type"),
        pytest.param(lambda r: Reply(r.body[:-9]), "broke off", id="a frame without its end"),
        pytest.param(lambda r: Reply(r.body[:3]), "broke off", id="a frame without its length"),
        pytest.param(lambda r: Reply(frame(b"")), "broke off", id="no trailers"),
        pytest.param(lambda r: Reply(b"\0\xff\xff\xff\xff"), "broke off", id="a length of 4 GiB"),
        pytest.param(lambda r: Reply(b""), "broke off", id="nothing"),
        pytest.param(lambda r: Reply(trailers(16, "\x1b[31mlate")), "refused the credentials: late", id="UNAUTHENTICATED"),
    ],
)
def test_what_else_answers_in_place_of_grpc_web(line: CommandLine, store: Mlmd, twist: Twist, said: str) -> None:
    with bridge(store, twist=twist) as web:
        printed = line("--metadata-url", web.address, *COMMANDS["artifact"])
    is_refusal(printed, 3, said)
    assert TYPE not in printed.err


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Mlmd:
    """Artifact 3 alone is larger than the limit of 60,000 bytes, a hundred of the others are."""
    rows = usual()
    step = rows.execution(1, "many")
    rows.event(rows.artifact("s3://b/large", note="x" * 100_000), step, port="large")
    for number in range(120):
        rows.event(rows.artifact(f"s3://b/many/{number}", note="y" * 1000), step, port="many")
    return Mlmd(rows.write(tmp_path_factory.mktemp("large") / "mlmd.db"))


def test_messages_over_the_limit_are_asked_for_in_smaller_pieces(line: CommandLine, large: Mlmd) -> None:
    limit = Faults(max_bytes=60_000)
    words = ("lineage", "search", "--uri", "s3://b/many", "--limit", "200", "-o", "json")
    with serving(large, limit) as mlmd, bridge(large, limit) as web:
        for url in (f"grpc://{mlmd.address}", web.address):
            printed = line("--metadata-url", url, *words)
            assert (printed.code, printed.err) == (0, "")
            assert len(json.loads(printed.out)["artifacts"]) == 120
            for asked in ("3", "execution:6"):
                said = ("GetArtifactsByID", "even for artifact 3 alone", "--metadata-db")
                is_refusal(line("--metadata-url", url, "lineage", "artifact", asked), 3, *said)


@pytest.mark.parametrize(
    "words, code",
    [
        (COMMANDS["artifact"], 0),
        (COMMANDS["run"], 0),
        (COMMANDS["impact"], 0),
        (COMMANDS["diff"], 0),
        (COMMANDS["search"], 0),
        (COMMANDS["cache"], 0),
        (("lineage", "run", "nightly"), 3),
        (("lineage", "artifact", "nightly/train/model"), 3),
        (("lineage", "run", NOBODYS), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_store_alone_tells_what_needs_no_kfp(
    line: CommandLine, served: tuple[str, str], words: tuple[str, ...], code: int
) -> None:
    printed = line(*served, *words)
    assert printed.code == code, printed.err
    assert printed.err == "" or printed.err.startswith("Error: ")
    if words[1] in ("impact", "diff", "explain"):
        assert "Not checked" in printed.out


@every_command
@pytest.mark.usefixtures("with_kfp")
def test_kfp_without_its_store(line: CommandLine, words: tuple[str, ...]) -> None:
    is_refusal(line(*at("127.0.0.1:9"), *words), 3, "ML Metadata at grpc://127.0.0.1:9 refused the connection.")


DOWN = status_of(503, 'no endpoints available for service "ml-pipeline"')


@pytest.mark.parametrize(
    "rights, kfp, message, hint",
    [
        pytest.param("", None, "Not allowed to get services/proxy in kubeflow.", "get services in kubeflow", id="none"),
        pytest.param("proxy", None, "Not allowed to get services in kubeflow.", "create services/proxy", id="to proxy"),
        pytest.param("proxy services", None, "Not allowed to list pods in kubeflow.", "can-i list pods", id="and services"),
        pytest.param(
            "proxy services pods", None, "Not allowed to get pods/portforward", "--subresource=portforward", id="and pods"
        ),
        pytest.param(
            "proxy services",
            DOWN,
            "not ready or overloaded (503)",
            "Not allowed to list pods in kubeflow.",
            id="KFP is down",
        ),
    ],
)
def test_few_rights(
    line: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    rights: str,
    kfp: Answer | None,
    message: str,
    hint: str,
) -> None:
    server = ApiServer(frozenset(rights.split()), kfp=kfp)
    monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, server.url))
    printed = line(*COMMANDS["artifact"])
    server.close()
    is_refusal(printed, 3)
    first, *rest = printed.err.splitlines()
    assert message in first
    assert hint in "\n".join(rest)


def test_an_answer_of_kfp_that_is_none_is_a_gap(
    line: CommandLine, served: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = ApiServer(ALL, kfp=says([]))
    monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, server.url))
    for name in ("impact", "diff", "cache"):
        told = json.loads(line(*served, *COMMANDS[name], "-o", "json").out)
        assert "KFP API" in {gap["source"] for gap in told["not_checked"]}
    server.close()
