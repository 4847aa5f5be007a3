"""The step cache as KFP's API lists it: to its end, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.errors import BadAnswer, NotFound, Unreachable
from tests.cluster.loopback import Answer, Asked, Loopback, says
from tests.cluster.test_kfp_api import api

TASKS = "/apis/v1alpha1/tasks"


def cache_row(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "runId": "r1", "mlmdExecutionID": "7", "fingerprint": "f", **more}


def test_an_empty_step_cache(server: Loopback) -> None:
    server.routes[TASKS] = says({})
    assert list(api(server).cache_rows("")) == []


def test_the_step_cache_is_read_to_its_end(server: Loopback) -> None:
    pages = [says({"tasks": [cache_row("a")], "total_size": 2, "next_page_token": "t"})]
    server.routes[TASKS] = [*pages, says({"tasks": [cache_row("b")], "total_size": 2})]
    assert [row.id for row in api(server).cache_rows("team-a")] == ["a", "b"]
    first, second = (asked.query for asked in server.asked if asked.path == TASKS)
    assert second == {key: value for key, value in first.items() if key != "filter"} | {"page_token": "t"}
    assert "namespace" not in first


@pytest.mark.parametrize(
    "page",
    [
        pytest.param({"tasks": [cache_row("a")], "total_size": 2}, id="the last page is missing"),
        pytest.param({"total_size": 1}, id="an empty page of something"),
        pytest.param(
            {"tasks": [cache_row("a")], "total_size": "9", "next_page_token": "t"}, id="a token that never changes"
        ),
    ],
)
def test_a_step_cache_that_ends_too_early_is_no_answer(server: Loopback, page: dict[str, Any]) -> None:
    server.routes[TASKS] = says(page)
    with pytest.raises(BadAnswer, match="rows of its step cache"):
        list(api(server).cache_rows(""))


def test_a_server_that_cannot_filter_tells_all(server: Loopback) -> None:
    def answer(asked: Asked) -> Answer:
        if "filter" in asked.query:
            return says({"code": 3, "message": "Invalid input error: unknown filter"}, 400)
        return says({"tasks": [cache_row("a"), {"id": "node", "runId": "r1"}], "total_size": 2})

    server.routes[TASKS] = answer
    assert [row.id for row in api(server).cache_rows("")] == ["a"]


def test_a_kfp_without_that_list_says_so(server: Loopback) -> None:
    with pytest.raises((NotFound, Unreachable)):
        list(api(server).cache_rows(""))
