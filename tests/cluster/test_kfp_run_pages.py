"""Runs, the oldest first, none passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.kfp_run_pages import RunPages
from kfpops.errors import BadAnswer, Forbidden, Unreachable
from kfpops.model.run import RunQuery
from tests.cluster.loopback import Answer, Asked, Loopback, loopback, says

RUNS = "/apis/v2beta1/runs"
AT = datetime(2026, 11, 20, 11, tzinfo=timezone.utc)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


def _runs(count: int, **more: Any) -> dict[str, Any]:
    return {"runs": [{"run_id": f"r{number}", "pipeline_spec": _SPEC} for number in range(count)], **more}


_SPEC = {"pipelineInfo": {"name": "train"}, "root": {}}


def _read(server: Loopback, namespace: str = "", query: RunQuery | None = None) -> list[int]:
    return [len(page) for page in RunPages(KfpRoute([server.http])).of(namespace, query or RunQuery())]


def test_no_run_is_one_empty_page(server: Loopback) -> None:
    server.routes[RUNS] = says({})
    assert _read(server) == [0]
    assert [asked.query for asked in server.asked] == [{"sort_by": "created_at asc", "page_size": "50"}]


def test_later_pages_are_asked_for_by_their_token_alone(server: Loopback) -> None:
    server.routes[RUNS] = [says(_runs(50, next_page_token="t", total_size=51)), says(_runs(1, total_size=51))]
    assert _read(server, "team-a", RunQuery(created_since=AT)) == [50, 1]
    assert "filter" in server.asked[0].query
    assert server.asked[1].query == {"page_token": "t", "page_size": "200", "namespace": "team-a"}


def test_the_filter(server: Loopback) -> None:
    server.routes[RUNS] = says({})
    _read(server, query=RunQuery(AT, AT, AT, ("FAILED", "SKIPPED"), ("a", "b")))
    stamp = {"timestampValue": "2026-11-20T11:00:00Z"}
    assert json.loads(server.asked[0].query["filter"])["predicates"] == [
        {"operation": "IN", "key": "run_id", "stringValues": {"values": ["a", "b"]}},
        {"operation": "GREATER_THAN_EQUALS", "key": "created_at", **stamp},
        {"operation": "LESS_THAN_EQUALS", "key": "created_at", **stamp},
        {"operation": "GREATER_THAN_EQUALS", "key": "finished_at", **stamp},
        {"operation": "NOT_EQUALS", "key": "state", "stringValue": "FAILED"},
        {"operation": "NOT_EQUALS", "key": "state", "stringValue": "SKIPPED"},
    ]


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([_runs(49, next_page_token="t", total_size=99)], id="a page in the middle that is not full"),
        pytest.param([_runs(50, next_page_token="t"), _runs(200, next_page_token="t")], id="the same page again"),
        pytest.param([_runs(3, total_size=4)], id="a list that is shorter than the server says"),
    ],
)
def test_a_list_with_holes_is_no_answer(server: Loopback, answers: list[dict[str, Any]]) -> None:
    server.routes[RUNS] = [says(answer) for answer in answers]
    with pytest.raises(BadAnswer):
        _read(server)


def test_a_page_that_is_not_whole_is_not_given(server: Loopback) -> None:
    server.routes[RUNS] = says(_runs(49, next_page_token="t"))
    with pytest.raises(BadAnswer):
        next(RunPages(KfpRoute([server.http])).of("", RunQuery()))


def test_runs_that_go_while_the_list_is_read_are_no_hole(server: Loopback) -> None:
    server.routes[RUNS] = [says(_runs(50, next_page_token="t", total_size=60)), says(_runs(8, total_size=57))]
    assert _read(server) == [50, 8]


def test_what_breaks_the_servers_limit_is_asked_for_in_small_pages(server: Loopback) -> None:
    def answer(asked: Asked) -> Answer:
        size = int(asked.query["page_size"])
        if size > 10:
            return says({"message": "grpc: received message larger than max (9 vs. 4)"}, 500)
        return says(_runs(10, next_page_token="t") if "page_token" not in asked.query else _runs(4))

    server.routes[RUNS] = answer
    assert _read(server) == [10, 4]
    assert [asked.query["page_size"] for asked in server.asked][-2:] == ["10", "10"]


def test_a_server_that_fails_is_not_asked_for_small_pages(server: Loopback) -> None:
    server.routes[RUNS] = says({"message": "no database"}, 500)
    with pytest.raises(Unreachable):
        _read(server)
    assert {asked.query["page_size"] for asked in server.asked} == {"50"}


def test_a_kfp_without_users_that_refuses_a_namespace(server: Loopback) -> None:
    refused = says({"message": "In single-user mode, namespace cannot be specified."}, 400)
    server.routes[RUNS] = lambda asked: refused if "namespace" in asked.query else says(_runs(1))
    assert _read(server, "kubeflow") == [1]


def _uploaded(*ids: str) -> Answer:
    runs = [{"run_id": id, "pipeline_version_reference": {"pipeline_id": id.partition("-")[0]}} for id in ids]
    return says({"runs": runs})


def test_a_pipeline_is_asked_for_once(server: Loopback) -> None:
    server.routes[RUNS] = _uploaded("p1-a", "p1-b", "p2-a")
    server.routes["/apis/v2beta1/pipelines/p1"] = says({"pipeline_id": "p1", "display_name": "train"})
    server.routes["/apis/v2beta1/pipelines/p2"] = says({"code": 5, "message": "Pipeline not found"}, 404)
    pages = RunPages(KfpRoute([server.http]))
    for _ in range(2):
        (runs,) = pages.of("", RunQuery())
        assert [run.pipeline_name for run in runs] == ["train", "train", ""]
    assert len(server.paths()) == 4


def test_a_name_that_cannot_be_had_now_is_not_left_out(server: Loopback) -> None:
    server.routes[RUNS] = _uploaded("p1-a")
    server.routes["/apis/v2beta1/pipelines/p1"] = says({"message": "down"}, 503)
    with pytest.raises(Unreachable):
        _read(server)


def test_errors_name_the_right(server: Loopback) -> None:
    server.routes[RUNS] = says({"message": "no"}, 403)
    with pytest.raises(Forbidden) as caught:
        _read(server, "team-a")
    assert caught.value.needs == "list runs.pipelines.kubeflow.org in team-a"
