"""Lists page by page, begun again when the server forgot them, namespace by namespace where no more is allowed."""

from __future__ import annotations

import json

import pytest

from kfpops.capture.gather.lists import entry_of, read_list, read_pages
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from tests.capture.bundles import thing
from tests.capture.server import FakeServer

PODS = {"pods": [thing("a", "team-a"), thing("b", "team-b"), thing("c", "kubeflow")]}


def test_all_pages_are_read() -> None:
    server = FakeServer(PODS, page=1)
    assert [p["metadata"]["name"] for p in read_pages(server, "/api/v1/pods")] == ["a", "b", "c"]  # type: ignore[index,call-overload]
    assert len(server.asked) == 3


class Forgetful(FakeServer):
    """Forgets a list after its first page, a number of times."""

    times = 1

    def raw(self, path: str) -> bytes:
        if "continue=" in path and self.times:
            self.times -= 1
            raise Unreachable("410 Gone")
        return super().raw(path)


def test_a_list_that_was_forgotten_is_begun_again() -> None:
    assert len(read_pages(Forgetful(PODS, page=2), "/api/v1/pods")) == 3


def test_not_for_ever() -> None:
    server = Forgetful(PODS, page=2)
    server.times = 9
    with pytest.raises(Unreachable):
        read_pages(server, "/api/v1/pods")
    assert len(server.asked) == 3


def test_a_truncated_page_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer, match="truncated or no JSON"):
        read_pages(FakeServer(texts={"/api/v1/pods": b'{"items": ['}), "/api/v1/pods")


def test_a_refused_list_is_read_where_it_is_allowed() -> None:
    server = FakeServer(PODS, refuse={"/api/v1/pods": Forbidden("Not allowed to list pods in all namespaces")})
    listing = read_list(server, Pod, ("team-a", "kubeflow"))
    assert listing.namespaces == ("team-a", "kubeflow")
    assert listing.gaps[0].is_forbidden
    entry = entry_of(listing)
    assert entry is not None
    assert entry.namespaces == ("team-a", "kubeflow")
    assert [p["metadata"]["name"] for p in json.loads(entry.body)["items"]] == ["a", "c"]


@pytest.mark.parametrize("error", [Forbidden("no"), NotFound("no such kind"), Unreachable("down")])
def test_a_list_that_cannot_be_read_is_a_gap(error: Exception) -> None:
    listing = read_list(FakeServer(refuse={"/api/v1/nodes": error}), Node, ("kubeflow",))  # type: ignore[dict-item]
    assert listing.found is None
    assert [g.source for g in listing.gaps] == ["/api/v1/nodes"]
    assert entry_of(listing) is None
