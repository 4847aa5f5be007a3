"""Words for refusals and broken connections."""

from __future__ import annotations

import json

import pytest
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
)

from kfpops.cluster.refusals import Ask, NoSuchPath, Peer, is_status, network_error, refusal, shown
from kfpops.errors import BadAnswer, Forbidden, Unreachable

PEER = Peer("the KFP API at https://kfp.test", "Start it.", "Log in.")


@pytest.mark.parametrize(
    "error, words",
    [
        (NameResolutionError("kfp.test", None, OSError("unknown")), "cannot be found: its host name does not resolve"),  # type: ignore[arg-type]
        (NewConnectionError(None, "[Errno 111] Connection refused"), "refused the connection"),  # type: ignore[arg-type]
        (ConnectTimeoutError("…"), "did not answer within 30 s"),
        (TimeoutError("timed out"), "did not answer within 30 s"),
        (ProxyError("407 …", OSError("x")), "the proxy refused"),
        (SSLError("certificate verify failed: certificate has expired (_ssl.c:1)"), "not trusted: certificate has expired."),
        (SSLError("sslv3 alert bad certificate"), "does not accept the client certificate"),
        (SSLError("EOF occurred"), "The TLS connection to the KFP API at https://kfp.test failed"),
        (ConnectionResetError("reset by peer"), "closed or lost the connection (ConnectionResetError)"),
    ],
)  # fmt: skip
def test_a_broken_connection_is_said_in_words(error: Exception, words: str) -> None:
    said = network_error(PEER, error, 30.0)
    assert isinstance(said, Unreachable)
    assert words in said.message
    assert said.message.endswith(".")


@pytest.mark.parametrize("error", [ProtocolError("IncompleteRead(5 bytes read, 3 more expected)"), DecodeError("gzip")])
def test_half_a_body_is_a_bad_answer(error: Exception) -> None:
    assert isinstance(network_error(PEER, error, 30.0), BadAnswer)


@pytest.mark.parametrize(
    "needs, check",
    [
        ("", ""),
        ("s3:GetObject on models", ""),
        ("list nodes", "kubectl auth can-i list nodes"),
        ("list pods in team-a", "kubectl auth can-i list pods -n team-a"),
        ("list pods in all namespaces", "kubectl auth can-i list pods --all-namespaces"),
        ("get pods/log in team-a", "kubectl auth can-i get pods --subresource=log -n team-a"),
        ("list workflows.argoproj.io in a", "kubectl auth can-i list workflows.argoproj.io -n a"),
    ],
)
def test_how_to_check_a_right(needs: str, check: str) -> None:
    error = refusal(PEER, Ask("/x", needs=needs), 403, b"{}")
    assert isinstance(error, Forbidden)
    assert error.hint.partition("Check: ")[2] == check


@pytest.mark.parametrize(
    "said, asked, needs",
    [
        ("no", "list pods in team-a", "list pods in team-a"),
        ('cannot list resource "nodes" in API group "" at the cluster scope', "list nodes", "list nodes"),
        ('cannot list resource "pods" in API group "" at the cluster scope', "", "list pods in all namespaces"),
        ('cannot get resource "services/proxy" in API group "" in the namespace "a"', "get runs", "get services/proxy in a"),
        ('cannot get resource "pods" in API group "" in the namespace "a"', "get pods/log in a", "get pods in a"),
    ],
)
def test_which_right_is_missing(said: str, asked: str, needs: str) -> None:
    error = refusal(PEER, Ask("/x", needs=asked), 403, json.dumps({"message": said}).encode())
    assert isinstance(error, Forbidden)
    assert error.needs == needs


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 501, 502, 503, 504])
@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"message": "Sorry."}', b"plain text", b"<html>", b"\xff\xfe", b"[1]", b'"a"']
)
def test_every_refusal_is_a_sentence(status: int, body: bytes) -> None:
    said = refusal(PEER, Ask("/apis/x", about="run x"), status, body)
    assert said.message.endswith(".")
    assert not said.message.endswith("..")
    assert "<html>" not in said.message


def test_a_long_text_is_cut() -> None:
    assert len(refusal(PEER, Ask("/x"), 500, b"word " * 10_000).message) < 400


def test_who_speaks() -> None:
    assert is_status(b'{"kind": "Status", "apiVersion": "v1"}')
    assert not is_status(b'{"code": 5, "message": "not found"}')
    assert not is_status(b"<html>")


def test_addresses_are_shown_without_login_and_query() -> None:
    assert shown("https://jo:pw@kfp.test:8443/pipeline/?token=abc#x") == "https://kfp.test:8443/pipeline"


@pytest.mark.parametrize(
    "status, body",
    [
        pytest.param(501, b'{"code": 12, "message": "Not Implemented"}', id="nothing is behind the path"),
        pytest.param(404, b"404 page not found", id="another server, or an older one"),
    ],
)
def test_a_path_that_the_server_does_not_know(status: int, body: bytes) -> None:
    peer = Peer("the KFP API at here", lost_hint="Is it KFP 2's API?")
    said = refusal(peer, Ask("/apis/v2beta1/artifacts"), status, body)
    assert isinstance(said, NoSuchPath)
    assert "/apis/v2beta1/artifacts" in said.message
    assert said.hint == "Is it KFP 2's API?"
