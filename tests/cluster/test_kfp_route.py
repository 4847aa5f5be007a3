"""Ways to the KFP API, and what is sent along."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cluster.http import Http
from kfpops.cluster.kfp_route import KfpRoute, kfp_headers, token_file
from kfpops.cluster.refusals import Ask
from kfpops.errors import Forbidden, Unreachable, UsageError
from kfpops.settings import Settings
from tests.cluster.loopback import Answer, Loopback, says, status_of

NO_PROXY_RIGHT = status_of(403, 'User "jo" cannot get resource "services/proxy" in API group "" in the namespace "kubeflow"')


def route(server: Loopback, *prefixes: str) -> tuple[KfpRoute, list[str]]:
    """A route whose ways are folders of one server, and the list of those that were made."""
    made: list[str] = []

    def way(prefix: str) -> Http:
        made.append(prefix)
        return server.http().below(prefix, server.http()._peer, dict)

    return KfpRoute([lambda prefix=prefix: way(prefix) for prefix in prefixes]), made  # type: ignore[misc]


def test_nothing_is_made_before_it_is_needed_and_then_once(server: Loopback) -> None:
    server.routes["/a/x"] = says({})
    ways, made = route(server, "/a", "/b")
    assert made == []
    assert [ways.get_as(bytes, Ask("/x")) for _ in range(2)] == [b"{}", b"{}"]
    assert made == ["/a"]


def test_without_the_right_to_the_proxy_the_next_way_is_taken_for_good(server: Loopback) -> None:
    server.routes.update({"/a/x": NO_PROXY_RIGHT, "/b/x": says({})})
    ways, _ = route(server, "/a", "/b")
    assert [ways.get_as(bytes, Ask("/x")) for _ in range(2)] == [b"{}", b"{}"]
    assert b"".join(ways.stream(Ask("/x"))) == b"{}"
    assert server.paths() == ["/a/x", "/b/x", "/b/x", "/b/x"]


def test_a_stream_takes_the_next_way_too(server: Loopback) -> None:
    server.routes.update({"/a/x": NO_PROXY_RIGHT, "/b/x": Answer(b"log")})
    ways, _ = route(server, "/a", "/b")
    assert b"".join(ways.stream(Ask("/x"))) == b"log"


@pytest.mark.parametrize("ways", [("/a",), ("/a", "/a")])
def test_without_another_way_the_right_is_named(server: Loopback, ways: tuple[str, ...]) -> None:
    server.routes["/a/x"] = NO_PROXY_RIGHT
    with pytest.raises(Forbidden) as caught:
        route(server, *ways)[0].get_as(bytes, Ask("/x"))
    assert caught.value.needs == "get services/proxy in kubeflow"


def test_without_either_right_both_are_named_the_better_one_first(server: Loopback) -> None:
    text = 'User "jo" cannot create resource "pods/portforward" in API group "" in the namespace "kubeflow"'
    server.routes.update({"/a/x": NO_PROXY_RIGHT, "/b/x": status_of(403, text)})
    ways, _ = route(server, "/a", "/b")
    for _ in range(2):
        with pytest.raises(Forbidden) as caught:
            ways.get_as(bytes, Ask("/x"))
        assert caught.value.needs == "get services/proxy in kubeflow"
        assert "create pods/portforward in kubeflow" in caught.value.hint


def test_kfps_own_refusal_is_no_reason_to_go_another_way(server: Loopback) -> None:
    server.routes.update({"/a/x": says({"code": 7, "message": "User is not authorized"}, 403), "/b/x": says({})})
    with pytest.raises(Forbidden):
        route(server, "/a", "/b")[0].get_as(bytes, Ask("/x", needs="list runs.pipelines.kubeflow.org in team-a"))
    assert server.paths() == ["/a/x"]


def test_only_what_the_user_says_is_sent() -> None:
    assert kfp_headers(Settings(), None)() == {}


def test_the_users_headers_and_the_token_are_sent(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n")
    headers = kfp_headers(Settings(kfp_headers=("kubeflow-userid: jo@x.org", "Cookie: a=b: c")), tmp_path / "token")
    assert headers() == {"Authorization": "Bearer abc", "kubeflow-userid": "jo@x.org", "Cookie": "a=b: c"}
    (tmp_path / "token").write_text("renewed")
    assert headers()["Authorization"] == "Bearer renewed"


def test_a_token_file_that_vanishes_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be read"):
        kfp_headers(Settings(), tmp_path / "token")()


@pytest.mark.parametrize("line", ["s3cr3t-token", ": s3cr3t-token", "A: s3cr3t-token\r\nB: c"])
def test_a_malformed_header_is_said_without_quoting_it(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        kfp_headers(Settings(kfp_headers=(line,)), None)
    assert "s3cr3t-token" not in caught.value.message + caught.value.hint


def test_where_the_token_comes_from() -> None:
    assert token_file(Settings(), {}) is None
    assert token_file(Settings(), {"KF_PIPELINES_SA_TOKEN_PATH": "/a"}) == Path("/a")
    assert token_file(Settings(kfp_token_file="/b"), {"KF_PIPELINES_SA_TOKEN_PATH": "/a"}) == Path("/b")
