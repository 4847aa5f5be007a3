from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from kfpops.errors import Forbidden, KfpopsError, NotFound, Unreachable
from kfpops.model.run import Run
from kfpops.ports import Cluster
from kfpops.runs.gather import gather_runs
from kfpops.runs.listing import Query
from tests.builders import NOW, a_workflow
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.runs.samples import GROUPS, RUNS

DOWN = Unreachable("The KFP API refused the connection.")


def names(query: Query, **pipelines: object) -> list[str]:
    cluster = a_cluster(pipelines=FakePipelines(RUNS, groups=GROUPS, **pipelines))  # type: ignore[arg-type]
    return [row.run.name for row in gather_runs(cluster, query).rows]


def test_nothing_is_explained_of_good_runs() -> None:
    asked: list[Run] = []

    def explain(cluster: Cluster, runs: Sequence[Run]) -> Mapping[str, str]:
        asked.extend(runs)
        return {}

    gather_runs(a_cluster(pipelines=FakePipelines(RUNS)), Query("kubeflow", state="succeeded"), explain)
    assert asked == []


@pytest.mark.parametrize(
    "query, expected",
    [
        pytest.param(Query("kubeflow", since=NOW - timedelta(minutes=1)), RUNS[:1], id="since"),
        pytest.param(Query("kubeflow", pipeline="embedding"), RUNS[2:3], id="one pipeline"),
        pytest.param(Query("kubeflow", state="failed"), RUNS[1:3], id="one state"),
        pytest.param(Query("kubeflow", state="running"), RUNS[:1], id="a state that the server cannot filter"),
        pytest.param(Query("kubeflow", experiment="tuning"), (), id="an experiment without runs"),
        pytest.param(Query("kubeflow", limit=2), RUNS[:2], id="the newest"),
        pytest.param(Query("kubeflow"), RUNS, id="all"),
    ],
)
def test_which_runs(query: Query, expected: tuple[Run, ...]) -> None:
    assert names(query) == [r.name for r in expected]


def test_an_unknown_experiment_names_those_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        names(Query("kubeflow", experiment="tunning"))
    assert caught.value.hint == "There are: Default, tuning."


def test_there_are_more() -> None:
    cluster = a_cluster(pipelines=FakePipelines(RUNS))
    assert gather_runs(cluster, Query("kubeflow", limit=3)).more
    assert not gather_runs(cluster, Query("kubeflow", limit=4)).more


def test_durations_and_causes() -> None:
    def explain(cluster: Cluster, runs: Sequence[Run]) -> Mapping[str, str]:
        return {RUNS[1].id: "memory/oom-killed", RUNS[2].id: "run/cancelled"}

    rows = gather_runs(a_cluster(pipelines=FakePipelines(RUNS)), Query("kubeflow"), explain).rows
    assert [(r.state, r.seconds, r.cause) for r in rows] == [
        ("running", 0.0, None),
        ("failed", 600.0, "memory/oom-killed"),
        ("cancelled", 600.0, "run/cancelled"),
        ("succeeded", 600.0, None),
    ]


@pytest.mark.parametrize("error", [DOWN, Forbidden("No access.", needs="get services/proxy in kubeflow")])
def test_without_the_api_the_workflows_tell(error: KfpopsError) -> None:
    kubernetes = FakeKubernetes((a_workflow(phase="Failed"),))
    listing = gather_runs(a_cluster(kubernetes, FakePipelines(broken=error)), Query("kubeflow"))
    assert [(r.run.name, r.state) for r in listing.rows] == [("train-x7k2p", "failed")]
    assert listing.missing[0].source == "KFP API"
    assert listing.missing[0].why.startswith(error.message)


def test_with_neither_there_is_no_answer() -> None:
    kubernetes = FakeKubernetes(refusals={"workflows": Forbidden("No.")})
    with pytest.raises(Unreachable, match="Neither"):
        gather_runs(a_cluster(kubernetes, FakePipelines(broken=DOWN)), Query("kubeflow"))
