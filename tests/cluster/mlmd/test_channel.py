"""gRPC against a real server on loopback: limits, time-outs, TLS, and what a user reads when something is wrong."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kfpops.cluster.mlmd.channel import Channel, Target
from kfpops.cluster.mlmd.status import TooLarge
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.cluster.refusals import Peer, Rejected
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable
from tests.cluster.loopback import loopback
from tests.cluster.pem import CERTIFICATE, KEY, STRANGER
from tests.mlmd_store import Faults, Mlmd, Rows, needs_mlmd, serving

pytestmark = needs_mlmd

NO_LIMIT = "The database itself has no such limit: --metadata-db mysql://…"
PEER = Peer("ML Metadata at here", "Is it running?", "Pass a token.", lost_hint="Another address.")


@pytest.fixture
def store(tmp_path: Path) -> Mlmd:
    rows = Rows()
    dag = rows.run("p", "run-1")
    for number in range(120):
        rows.event(rows.artifact(f"s3://b/{number}"), dag, port=f"out-{number}")
    return Mlmd(rows.write(tmp_path / "mlmd.db"))


@contextmanager
def channel(address: str, *, timeout: float = 5.0, **target: object) -> Iterator[Channel]:
    made = Channel(Target(address, **target), PEER, timeout=timeout)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()


def error_of(address: str, **options: object) -> KfpopsError:
    with channel(address, **options) as made, pytest.raises(KfpopsError) as caught:  # type: ignore[arg-type]
        made.call("GetArtifactTypes", b"")
    return caught.value


def test_rows_come_over_the_wire(store: Mlmd) -> None:
    with serving(store) as served, channel(served.address) as made:
        ids = [str(id) for id in range(1, 121)]
        assert [one.id for one in MlmdRpc(made, "x").artifacts(ids)] == ids
        assert served.asked == ["GetArtifactsByID"] * 2
        assert served.metadata["user-agent"].startswith("kfpops ")
        assert "authorization" not in served.metadata


def test_nothing_is_imported_or_dialled_before_the_first_call() -> None:
    code = "import sys, kfpops.cluster.mlmd.place, kfpops.cluster.mlmd.store as s\n"
    code += "from kfpops.cluster.mlmd.place import at_url\nfrom kfpops.settings import Settings\n"
    code += "at_url(Settings(metadata_url='grpc://127.0.0.1:1'))\n"
    code += "assert not {'grpc', 'google.protobuf', 'urllib3'} & set(sys.modules), 'loaded too early'\n"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "code, kind, text, hint",
    [
        pytest.param(5, NotFound, "has no such thing: as the test wants it", "", id="NOT_FOUND"),
        pytest.param(7, Forbidden, "refused access: as the test wants it", "Pass a token.", id="PERMISSION_DENIED"),
        pytest.param(16, Unreachable, "refused the credentials", "Pass a token.", id="UNAUTHENTICATED"),
        pytest.param(8, TooLarge, "cannot answer GetArtifactTypes", NO_LIMIT, id="RESOURCE_EXHAUSTED"),
        pytest.param(12, BadAnswer, "is no ML Metadata", "Another address.", id="UNIMPLEMENTED"),
        pytest.param(3, Rejected, "did not accept the request GetArtifactTypes", "", id="INVALID_ARGUMENT"),
        pytest.param(13, Unreachable, "failed at GetArtifactTypes: as the test", "Is it running?", id="INTERNAL"),
        pytest.param(14, Unreachable, "closed or lost the connection", "Is it running?", id="UNAVAILABLE"),
    ],
)
def test_a_status_becomes_an_error_with_what_to_do(
    store: Mlmd, code: int, kind: type[KfpopsError], text: str, hint: str
) -> None:
    with serving(store, Faults(status={0: code})) as served:
        error = error_of(served.address)
    assert type(error) is kind
    assert text in error.message
    assert error.message.startswith("ML Metadata at here")
    assert error.hint == hint


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = error_of(f"127.0.0.1:{port}")
    assert (error.message, error.hint) == ("ML Metadata at here refused the connection.", "Is it running?")


def test_a_host_that_does_not_exist() -> None:
    assert "does not resolve" in error_of("no-such-host.invalid:8080", timeout=20.0).message


def test_a_server_that_is_too_slow(store: Mlmd) -> None:
    with serving(store, Faults(latency=2.0)) as served:
        error = error_of(served.address, timeout=0.2)
    assert error.message == "ML Metadata at here did not answer within 0.2 s."


def test_a_server_that_takes_the_connection_and_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert "did not answer within 0.3 s" in error_of(f"127.0.0.1:{listener.getsockname()[1]}", timeout=0.3).message


def test_a_web_server_is_no_grpc_server() -> None:
    with loopback() as web:
        error = error_of(web.address, timeout=3.0)
    assert isinstance(error, Unreachable)
    assert error.hint


def test_a_server_that_dies_in_the_middle(store: Mlmd) -> None:
    with serving(store, Faults(dies_at=1)) as served, channel(served.address) as made:
        port = MlmdRpc(made, "x")
        with pytest.raises(Unreachable, match="ML Metadata at here") as caught:
            port.artifacts([str(id) for id in range(1, 121)])
        assert caught.value.hint == "Is it running?"
        assert len(served.asked) == 2


def test_what_was_lost_while_idle_is_asked_once_more(store: Mlmd, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(store, Faults(status={1: 14, 3: 14})) as served, channel(served.address) as made:
        made.call("GetArtifactTypes", b"")
        monkeypatch.setattr(made, "_answered", 1e-9)
        assert made.call("GetArtifactTypes", b"")
        assert len(served.asked) == 3
        # Fresh from an answer, the same is no idle connection.
        with pytest.raises(Unreachable):
            made.call("GetArtifactTypes", b"")
        assert len(served.asked) == 4


def test_an_answer_over_a_servers_limit_is_asked_for_in_parts(store: Mlmd) -> None:
    with serving(store, Faults(max_bytes=3000)) as served, channel(served.address) as made:
        ids = [str(id) for id in range(1, 121)]
        assert [one.id for one in MlmdRpc(made, "x").artifacts(ids)] == ids


def test_answers_larger_than_grpcs_own_limit_are_taken(tmp_path: Path) -> None:
    """Four MiB, of which every default client complains."""
    rows = Rows()
    rows.artifact("s3://b", note="x" * (5 << 20))
    with serving(Mlmd(rows.write(tmp_path / "large.db"))) as served, channel(served.address) as made:
        assert MlmdRpc(made, "x").artifacts(["1"])[0].properties == {"note": "x" * (5 << 20)}
        assert served.asked == ["GetArtifactsByID"]


def test_a_call_after_close_is_an_error_or_a_new_connection_but_no_crash(store: Mlmd) -> None:
    with serving(store) as served, channel(served.address) as made:
        made.call("GetArtifactTypes", b"")
        made.close()
        made.close()
        assert made.call("GetArtifactTypes", b"")


def test_threads_share_a_channel(store: Mlmd) -> None:
    found: list[int] = []
    with serving(store) as served, channel(served.address) as made:
        port = MlmdRpc(made, "x")
        ids = [str(id) for id in range(1, 121)]
        threads = [threading.Thread(target=lambda: found.append(len(port.artifacts(ids)))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [120] * 8


@contextmanager
def tls_server(store: Mlmd, faults: Faults | None = None) -> Iterator[str]:
    import grpc

    credentials = grpc.ssl_server_credentials([(KEY.encode(), CERTIFICATE.encode())])
    with serving(store, faults, credentials=credentials) as served:
        _served.append(served.metadata)
        yield served.address
        _served[-1] = served.metadata


_served: list[dict[str, str]] = []


def test_over_tls_the_token_goes_along(store: Mlmd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").write_text(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with (
        tls_server(store) as address,
        channel(address, tls=True, headers=lambda: {"Authorization": "Bearer s3cr3t", "X-Team": "a"}) as made,
    ):
        made.call("GetArtifactTypes", b"")
    assert _served[-1]["authorization"] == "Bearer s3cr3t"
    assert _served[-1]["x-team"] == "a"


def test_a_stranger_of_a_certificate(store: Mlmd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").write_text(STRANGER)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with tls_server(store) as address:
        error = error_of(address, tls=True)
    assert error.message == "ML Metadata at here shows a certificate that is not trusted."
    assert "gRPC cannot skip the check" in error.hint
    assert "SSL_CERT_FILE" in error.hint


def test_tls_with_a_server_that_has_none(store: Mlmd) -> None:
    with serving(store) as served:
        error = error_of(served.address, tls=True)
    assert "TLS connection" in error.message
    assert "grpc://" in error.hint


def test_without_tls_with_a_server_that_wants_it(store: Mlmd) -> None:
    with tls_server(store) as address:
        error = error_of(address)
    assert isinstance(error, Unreachable)


def test_without_tls_no_header_goes_along(store: Mlmd) -> None:
    with serving(store) as served, channel(served.address, headers=lambda: {"Authorization": "Bearer s3cr3t"}) as made:
        made.call("GetArtifactTypes", b"")
        assert "authorization" not in served.metadata


def test_no_message_and_no_log_holds_a_secret(
    store: Mlmd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "ca.pem").write_text(CERTIFICATE)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with tls_server(store) as address:
        error = error_of(address, tls=True, headers=lambda: {"Authorization": "Bearer s3cr3t\nX: y"})
    assert "s3cr3t" not in f"{error.message} {error.hint} {error.__cause__} {error.__context__} {caplog.text}"


def test_the_library_writes_nothing_on_stderr() -> None:
    """In a process of its own: refused, unknown host, TLS where there is none."""
    code = "import sys\nfrom kfpops.cluster.mlmd.place import at_url\nfrom kfpops.settings import Settings\n"
    code += "from kfpops.errors import Unreachable\n"
    code += "for url in ('grpc://127.0.0.1:1', 'grpc://no-such-host.invalid:1', 'grpcs://127.0.0.1:1'):\n"
    code += "    try: at_url(Settings(metadata_url=url)).artifacts(['1'])\n    except Unreachable as e: print(e.message)\n"
    code += "import os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0)\n"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GRPC_")}
    made = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environ)
    assert made.stderr == ""
    assert made.stdout.count("ML Metadata at") == 3
