"""Tasks are kept run by run, and not without end."""

from __future__ import annotations

import pytest

from kfpops.cluster.kfp_pages import Pages
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.kfp_tasks import Tasks
from kfpops.errors import NotFound
from tests.cluster.kfp_lineage_stub import KfpLineageStub
from tests.cluster.loopback import loopback, says
from tests.mlmd_rows import Rows


def path(run: str) -> str:
    return f"/apis/v2beta1/runs/{run}/tasks"


def test_the_oldest_runs_are_forgotten_when_there_are_too_many() -> None:
    with loopback() as server:
        for run in ("a", "b", "c"):
            server.routes[path(run)] = says({"tasks": [{"task_id": f"{run}{n}"} for n in range(3)]})
        tasks = Tasks(Pages(KfpRoute([server.http])), "", most=6)
        for run in ("a", "b", "c", "c", "b", "a"):
            assert list(tasks.kept(run)) == [f"{run}0", f"{run}1", f"{run}2"]
        assert server.paths() == [path("a"), path("b"), path("c"), path("a")]
        assert tasks.run_of("b1") == "b"


def test_a_run_larger_than_all_is_still_given() -> None:
    with loopback() as server:
        server.routes[path("a")] = says({"tasks": [{"task_id": f"{n}"} for n in range(9)]})
        assert len(Tasks(Pages(KfpRoute([server.http])), "", most=6).kept("a")) == 9


def test_a_run_without_tasks_is_not_one_that_does_not_exist() -> None:
    server = KfpLineageStub(Rows())
    server.runs.append({"run_id": "young"})
    try:
        tasks = Tasks(Pages(KfpRoute([server.http])), "")
        assert tasks.of_run("young") == {}
        with pytest.raises(NotFound, match="no run old"):
            tasks.of_run("old")
    finally:
        server.close()


def test_names_of_runs_are_quoted() -> None:
    with loopback() as server:
        with pytest.raises(NotFound):
            Tasks(Pages(KfpRoute([server.http])), "").of_run("../x?y")
        assert server.paths() == ["/apis/v2beta1/runs/..%2Fx%3Fy/tasks"]
