"""Deleting runs in KFP: sent once, and a run that is not there is no error."""

from __future__ import annotations

import pytest

from kfpops.cluster.kfp_changes import KfpChanges
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.errors import Forbidden, Unreachable
from tests.cluster.loopback import Answer, Loopback, says, status_of

PATH = "/apis/v2beta1/runs/r-1"


def changes(server: Loopback) -> KfpChanges:
    return KfpChanges(KfpRoute([server.http]))


def test_a_run_that_is_not_there_is_not_deleted(server: Loopback) -> None:
    server.routes[PATH] = says({"error": "ResourceNotFoundError: Run r-1 not found", "code": 5}, 404)
    assert changes(server).delete_run("r-1") is False


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says({"error": "overloaded"}, 503), id="a server that is overloaded is not asked twice"),
        pytest.param(Answer(reset=True), id="nor one that cut the line: it may have done it"),
    ],
)
def test_what_came_of_it_is_not_guessed(server: Loopback, answer: Answer) -> None:
    server.routes[PATH] = answer
    with pytest.raises(Unreachable):
        changes(server).delete_run("r-1")
    assert [asked.verb for asked in server.asked] == ["DELETE"]


def test_the_missing_right_is_named(server: Loopback) -> None:
    server.routes[PATH] = says({"error": "PermissionDenied: user may not"}, 403)
    with pytest.raises(Forbidden) as caught:
        changes(server).delete_run("r-1")
    assert caught.value.needs == "delete runs.pipelines.kubeflow.org"


def test_ids_cannot_lead_elsewhere(server: Loopback) -> None:
    server.routes["/apis/v2beta1/runs/..%2Fx"] = says({})
    assert changes(server).delete_run("../x") is True


def test_the_next_way_is_taken_when_the_proxy_is_closed(server: Loopback) -> None:
    refused = status_of(403, 'User "u" cannot delete resource "services/proxy" in API group "" in the namespace "kubeflow"')
    server.routes[f"/proxy{PATH}"] = refused
    server.routes[PATH] = says({})
    closed = server.http().below("/proxy", server.http()._peer, dict)
    assert KfpChanges(KfpRoute([lambda: closed, server.http])).delete_run("r-1") is True
    assert server.paths() == [f"/proxy{PATH}", PATH]
