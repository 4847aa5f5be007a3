"""grpc-web against a bridge before the real store, and against everything else that may answer at an https address."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cluster.access import Headers, Tls, no_headers
from kfpops.cluster.http import Http
from kfpops.cluster.mlmd.status import TooLarge
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.cluster.mlmd.web import Web
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Peer
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable
from tests.mlmd_store import Faults, Mlmd, Rows, needs_mlmd
from tests.mlmd_web import TYPE, Reply, Twist, bridge, frame, trailers

pytestmark = needs_mlmd

PEER = Peer("ML Metadata at here", "Is it running?", "Pass a token.", lost_hint="Another address.")
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def store(tmp_path: Path) -> Mlmd:
    rows = Rows()
    dag = rows.run("p", "run-1")
    for number in range(120):
        rows.event(rows.artifact(f"s3://b/{number}"), dag, port=f"out-{number}")
    return Mlmd(rows.write(tmp_path / "mlmd.db"))


def web(url: str, headers: Headers = no_headers, timeout: float = 5.0) -> Web:
    http = Http(url, PEER, open_pool(url, Tls(), "", {}), headers=headers, timeout=timeout)
    http.pause = lambda _: None
    return Web(http, PEER, needs="create services/proxy in kubeflow", timeout=timeout)


def error_of(store: Mlmd, twist: Twist, faults: Faults | None = None) -> KfpopsError:
    with bridge(store, faults, twist=twist) as served, pytest.raises(KfpopsError) as caught:
        web(served.address).call("GetArtifactTypes", b"")
    return caught.value


def test_rows_come_over_the_wire_and_below_a_path(store: Mlmd) -> None:
    ids = [str(id) for id in range(1, 121)]
    with bridge(store, below="/pipeline") as served:
        way = web(served.address, headers=lambda: {"kubeflow-userid": "jo", "Authorization": "Bearer t"})
        port = MlmdRpc(way, "x")
        assert [one.id for one in port.artifacts(ids)] == ids
        assert [one.id for one in port.executions_of_run("run-1")] == ["1"]
        assert port.health().back_end == "mlmd-grpc-web"
    assert served.metadata["content-type"] == TYPE
    assert served.metadata["kubeflow-userid"] == "jo"
    assert served.metadata["authorization"] == "Bearer t"


def test_both_ways_say_the_same(store: Mlmd) -> None:
    from tests.cluster.mlmd.direct import Direct

    ids = [str(id) for id in range(1, 121)]
    with bridge(store) as served:
        over, straight = MlmdRpc(web(served.address), "x"), MlmdRpc(Direct(store), "x")
        assert over.artifacts(ids) == straight.artifacts(ids)
        assert over.events_of_artifacts(ids) == straight.events_of_artifacts(ids)


def test_a_message_in_pieces_is_put_together(store: Mlmd) -> None:
    def in_pieces(reply: Reply) -> Reply:
        size = int.from_bytes(reply.body[1:5], "big")
        message = reply.body[5 : 5 + size]
        return Reply(frame(message[:7]) + frame(b"") + frame(message[7:]) + trailers(0))

    with bridge(store, twist=in_pieces) as served:
        assert [one.uri for one in MlmdRpc(web(served.address), "x").artifacts(["1"])] == ["s3://b/0"]


def test_an_empty_message_needs_no_frame(store: Mlmd) -> None:
    with bridge(store, twist=lambda _: Reply(trailers(0))) as served:
        assert web(served.address).call("GetArtifactTypes", b"") == b""


@pytest.mark.parametrize(
    "code, kind",
    [(5, NotFound), (8, TooLarge), (7, Forbidden), (16, Unreachable), (12, BadAnswer), (14, Unreachable)],
)
def test_a_status_counts_in_headers_and_in_trailers(store: Mlmd, code: int, kind: type[KfpopsError]) -> None:
    in_headers = error_of(store, lambda reply: reply, Faults(status={0: code}))
    in_trailers = error_of(store, lambda _: Reply(trailers(code, "as the test wants it")))
    assert type(in_headers) is type(in_trailers) is kind
    assert in_headers.message == in_trailers.message


def test_a_percent_encoded_text(store: Mlmd) -> None:
    assert "Größe: 100%" in error_of(store, lambda _: Reply(trailers(13, "Größe: 100%"))).message


def test_answers_over_the_servers_limit_are_asked_for_in_parts(store: Mlmd) -> None:
    ids = [str(id) for id in range(1, 121)]
    with bridge(store, Faults(max_bytes=3000)) as served:
        assert [one.id for one in MlmdRpc(web(served.address), "x").artifacts(ids)] == ids


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing at all"),
        pytest.param(frame(b"\x0a\x00"), id="no trailers"),
        pytest.param(frame(b"x" * 10)[:8], id="half a message"),
        pytest.param(frame(b"") + trailers(0)[:3], id="half a frame's head"),
        pytest.param(frame(b"") + frame(b"grpc-message:x\r\n", 0x80), id="trailers without a status"),
    ],
)
def test_a_truncated_body_is_never_taken_for_an_answer(store: Mlmd, body: bytes) -> None:
    error = error_of(store, lambda _: Reply(body))
    assert isinstance(error, BadAnswer)
    assert "broke off in the middle" in error.message


def test_a_body_shorter_than_promised(store: Mlmd) -> None:
    error = error_of(store, lambda reply: Reply(reply.body[:-4], missing=4))
    assert isinstance(error, Unreachable)
    assert "broke off" in error.message or "lost the connection" in error.message


def test_a_compressed_message_that_nobody_wanted(store: Mlmd) -> None:
    assert "compressed" in error_of(store, lambda _: Reply(frame(b"x", 1) + trailers(0))).message


@pytest.mark.parametrize(
    "reply, kind, text, hint",
    [
        pytest.param(
            Reply(b"<!DOCTYPE html><title>Log in</title>", headers=HTML), BadAnswer, "a web page", "token", id="login page"
        ),
        pytest.param(
            Reply(b"{}", headers={"Content-Type": "text/json"}),
            BadAnswer,
            "text/json, which is no grpc",
            "Another",
            id="other JSON",
        ),
        pytest.param(Reply(b"\0", headers={}), BadAnswer, "something without a type", "Another address.", id="no type"),
        pytest.param(Reply(b"", 401), Unreachable, "refused the credentials (401)", "token", id="401"),
        pytest.param(Reply(b"", 302, {"Location": "/dex"}), Unreachable, "a login page", "token", id="redirect"),
        pytest.param(Reply(b"", 403), Forbidden, "create services/proxy in kubeflow", "auth can-i", id="403"),
        pytest.param(Reply(b"<html>", 404, HTML), BadAnswer, "ML Metadata", "Another address.", id="404"),
        pytest.param(Reply(b'{"x": 1}', 404), BadAnswer, "has no ML Metadata", "Another address.", id="404 in JSON"),
        pytest.param(Reply(b"<html>", 502, HTML), Unreachable, "failed (502)", "Is it running?", id="502"),
        pytest.param(Reply(b"no healthy upstream", 503), Unreachable, "no healthy upstream", "Is it running?", id="503"),
    ],
)
def test_whatever_else_answers(store: Mlmd, reply: Reply, kind: type[KfpopsError], text: str, hint: str) -> None:
    error = error_of(store, lambda _: reply)
    assert isinstance(error, kind)
    assert text in error.message
    assert hint in error.hint


def test_a_secret_in_an_answer_is_struck_out(store: Mlmd) -> None:
    with bridge(store, twist=lambda _: Reply(b"bad token s3cr3t", 401)) as served, pytest.raises(KfpopsError) as caught:
        web(served.address, headers=lambda: {"Authorization": "Bearer s3cr3t"}).call("GetArtifactTypes", b"")
    assert "s3cr3t" not in caught.value.message + caught.value.hint


def test_a_server_that_dies_in_the_middle(store: Mlmd) -> None:
    with bridge(store, Faults(dies_at=1)) as served, pytest.raises(Unreachable) as caught:
        MlmdRpc(web(served.address), "x").artifacts([str(id) for id in range(1, 121)])
    assert "upstream connect error" in caught.value.message
