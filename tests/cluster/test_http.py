"""The transport, against servers that lie, stall, break off and come back."""

from __future__ import annotations

import gzip
import socket

import pytest

from kfpops.cluster.access import Tls
from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask, Conflict, Expired, Peer, Rejected
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable
from kfpops.knowledge.kfp_json import decode_object
from tests.cluster.loopback import Answer, Loopback, says, status_of
from tests.cluster.pem import CERTIFICATE, STRANGER

ASK = Ask("/x", needs="list pods in team-a", about="pods in team-a")
SECRET = "s3cr3t-token"


def refused(http: Http, ask: Ask = ASK) -> KfpopsError:
    with pytest.raises(KfpopsError) as caught:
        http.get(ask)
    return caught.value


def test_a_body_arrives_whole_and_the_connection_is_kept(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"y" * (3 << 20))
    http = server.http()
    assert [len(http.get(ASK)) for _ in range(3)] == [3 << 20] * 3
    (pool,) = [http._pool.pools[key] for key in http._pool.pools.keys()]  # noqa: SIM118 - it is no dict
    assert pool.num_connections == 1


@pytest.mark.parametrize(
    "status, kind",
    [
        pytest.param(401, Unreachable, id="a refused login does not become better by asking again"),
        pytest.param(403, Forbidden, id="nor does a missing right"),
        pytest.param(404, NotFound, id="nor does what is not there"),
        pytest.param(400, Rejected, id="nor does a request that is wrong"),
        pytest.param(410, Expired, id="a forgotten list must be begun again by the caller"),
        pytest.param(302, Unreachable, id="a redirect leads to a login page that nobody can read"),
    ],
)
def test_these_are_not_retried(server: Loopback, status: int, kind: type[KfpopsError]) -> None:
    server.routes["/x"] = says({"message": "no"}, status, Location="/login")
    assert isinstance(refused(server.http()), kind)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "first, pauses",
    [
        pytest.param([says({}, 429, Retry_After="2")], [2.0], id="as long as the server says"),
        pytest.param([says({}, 429, Retry_After="3600")], [10.0], id="but not for an hour"),
        pytest.param([says({}, 429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")], [0.25], id="a date in the past"),
        pytest.param([says({}, 503), says({}, 500)], [0.25, 0.5], id="longer each time"),
        pytest.param([Answer(reset=True)], [0.25], id="after a cut line"),
        pytest.param([Answer(b'{"items"', missing=20)], [0.25], id="after half a body"),
    ],
)
def test_these_are_retried(server: Loopback, first: list[Answer], pauses: list[float]) -> None:
    server.routes["/x"] = [*first, says({"fine": 1})]
    assert server.http().get(ASK) == b'{"fine": 1}'
    assert server.pauses == pauses


def test_retries_end(server: Loopback) -> None:
    server.routes["/x"] = status_of(500, "etcdserver: leader changed")
    error = refused(server.http())
    assert isinstance(error, Unreachable)
    assert error.message == "The test server failed (500): etcdserver: leader changed."
    assert len(server.asked) == 4


def test_a_service_without_pods_is_said_at_once(server: Loopback) -> None:
    server.routes["/x"] = status_of(503, 'no endpoints available for service "ml-pipeline"')
    assert 'no endpoints available for service "ml-pipeline"' in refused(server.http()).message
    assert len(server.asked) == 1


def test_half_a_body_to_the_end_is_a_bad_answer(server: Loopback) -> None:
    server.routes["/x"] = Answer(b'{"items": [', missing=100)
    error = refused(server.http(), Ask("/x", attempts=2))
    assert isinstance(error, BadAnswer)
    assert error.message == "The test server broke off in the middle of its answer."


def test_broken_compression_is_a_bad_answer(server: Loopback) -> None:
    server.routes["/x"] = Answer(gzip.compress(b"{}")[:10] + b"garbage", headers={"Content-Encoding": "gzip"})
    assert isinstance(refused(server.http()), BadAnswer)


def test_silence_ends_with_the_time_out(server: Loopback) -> None:
    server.routes["/x"] = Answer(silent=True)
    error = refused(server.http(timeout=0.1))
    assert isinstance(error, Unreachable)
    assert error.message == "The test server did not answer within 0.1 s."
    assert error.hint == "Start it."
    assert len(server.asked) == 1


def test_nobody_listens(server: Loopback) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = refused(Http(url, Peer("the KFP API"), server.pool()))
    assert error.message == "The KFP API refused the connection."
    assert error.exit_code == 3


def test_a_missing_right_is_named_as_rbac_writes_it(server: Loopback) -> None:
    text = 'User "jo" cannot list resource "workflows" in API group "argoproj.io" in the namespace "team-a"'
    server.routes["/x"] = status_of(403, text)
    error = refused(server.http())
    assert isinstance(error, Forbidden)
    assert error.needs == "list workflows.argoproj.io in team-a"
    assert error.message == "Not allowed to list workflows.argoproj.io in team-a."
    assert "kubectl auth can-i list workflows.argoproj.io -n team-a" in error.hint


def test_a_refusal_without_words_names_what_was_asked(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"RBAC: access denied", 403)
    error = refused(server.http())
    assert isinstance(error, Forbidden)
    assert error.needs == "list pods in team-a"


def test_an_html_page_is_no_answer(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"<!DOCTYPE html><title>Sign in</title>")
    with pytest.raises(BadAnswer, match="web page instead of pods in team-a"):
        server.http().get_as(decode_object, ASK)


def test_a_truncated_document_is_no_answer(server: Loopback) -> None:
    server.routes["/x"] = Answer(b'{"items": [{"metadata"')
    with pytest.raises(BadAnswer, match="truncated or no JSON"):
        server.http().get_as(decode_object, ASK)


def test_an_endless_body_is_not_read_to_its_end(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"y" * (2 << 20))
    with pytest.raises(BadAnswer, match="more than 1 MiB"):
        server.http().get(Ask("/x", max_bytes=1 << 20, about="pods"))


def test_a_stream_ends_at_its_limit_and_leaves_the_connections_usable(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"y" * (2 << 20))
    server.routes["/y"] = says({"fine": 1})
    http = server.http()
    assert 1 << 20 < sum(map(len, http.stream(Ask("/x", max_bytes=1 << 20)))) < 2 << 20
    assert http.get(Ask("/y")) == b'{"fine": 1}'


def test_an_abandoned_stream_leaves_the_connections_usable(server: Loopback) -> None:
    server.routes["/x"] = Answer(b"y" * (2 << 20))
    server.routes["/y"] = says({"fine": 1})
    http = server.http()
    stream = http.stream(Ask("/x"))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert http.get(Ask("/y")) == b'{"fine": 1}'


def test_a_stream_that_breaks_is_not_begun_again(server: Loopback) -> None:
    server.routes["/x"] = [Answer(b"y" * (1 << 20), missing=100), Answer(b"z")]
    with pytest.raises(BadAnswer):
        list(server.http().stream(Ask("/x")))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(status_of(401, f"token {SECRET} has expired"), id="quoted by the server"),
        pytest.param(says({"error": f"Authorization: Bearer {SECRET}"}, 500), id="echoed by a proxy"),
        pytest.param(Answer(b"bad request: Bearer s3cr3t-token", 400), id="in plain text"),
    ],
)
def test_no_error_tells_the_token(server: Loopback, answer: Answer) -> None:
    server.routes["/x"] = answer
    error = refused(server.http(headers=lambda: {"Authorization": f"Bearer {SECRET}"}))
    assert SECRET not in f"{error!r} {error.message} {error.hint} {error.__cause__!r}"


def test_a_token_with_a_line_break_is_not_told_either(server: Loopback) -> None:
    error = refused(server.http(headers=lambda: {"Authorization": f"Bearer {SECRET}\nX: y"}))
    assert SECRET not in f"{error!r} {error.message} {error.hint} {error.__cause__!r}"


def test_tls_with_the_clusters_own_authority(tls_server: Loopback) -> None:
    tls_server.routes["/x"] = says({})
    assert tls_server.http(tls=Tls(ca=CERTIFICATE)).get(ASK) == b"{}"


@pytest.mark.parametrize("tls", [pytest.param(Tls(ca=STRANGER), id="another authority"), pytest.param(Tls(), id="none")])
def test_a_certificate_that_is_not_trusted(tls_server: Loopback, tls: Tls) -> None:
    error = refused(tls_server.http(tls=tls))
    assert isinstance(error, Unreachable)
    assert "shows a certificate that is not trusted" in error.message
    assert "--insecure-skip-tls-verify" in error.hint


def test_another_name_can_be_expected_in_the_certificate(tls_server: Loopback) -> None:
    tls_server.routes["/x"] = says({})
    assert tls_server.http(tls=Tls(ca=CERTIFICATE, server_name="kfpops.test")).get(ASK) == b"{}"
    assert "not trusted" in refused(tls_server.http(tls=Tls(ca=CERTIFICATE, server_name="else.test"))).message


def test_tls_can_go_unchecked(tls_server: Loopback) -> None:
    tls_server.routes["/x"] = says({})
    assert tls_server.http(tls=Tls(verify=False)).get(ASK) == b"{}"


def test_a_server_that_speaks_no_tls(server: Loopback) -> None:
    url = server.url.replace("http://", "https://")
    assert "does not speak TLS" in refused(Http(url, Peer("the KFP API"), server.pool())).message


def test_a_path_below_shares_connections_and_adds_headers(server: Loopback) -> None:
    server.routes["/api/proxy/x"] = says({})
    below = server.http(headers=lambda: {"A": "1"}).below("/api/proxy", Peer("the KFP API"), lambda: {"B": "2"})
    below.get(ASK)
    assert (server.asked[0].headers["A"], server.asked[0].headers["B"]) == ("1", "2")


@pytest.mark.parametrize(
    "answer, kind",
    [
        pytest.param(says({}, 503), Unreachable, id="a server that is overloaded may have done it"),
        pytest.param(Answer(reset=True), Unreachable, id="so may one that cut the line"),
        pytest.param(status_of(409, "the object has been modified"), Conflict, id="somebody else came first"),
    ],
)
def test_a_change_is_sent_once(server: Loopback, answer: Answer, kind: type[KfpopsError]) -> None:
    server.routes["/x"] = answer
    with pytest.raises(kind):
        server.http().change(Ask("/x", verb="PUT", body=b"{}", body_type="application/json"))
    assert [(asked.verb, asked.body) for asked in server.asked] == [("PUT", b"{}")]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_change_may_be_answered_in_several_ways_a_question_in_one(server: Loopback, status: int) -> None:
    server.routes["/x"] = Answer(b"", status)
    assert server.http().change(Ask("/x", verb="DELETE")) == b""
    if status != 200:
        assert isinstance(refused(server.http()), KfpopsError)
