"""What every implementation of a port must answer about the world of `tests.ports.world`: adapters, bundles, fakes.

To put an implementation through it: fill it with the world, and call each check with it.

    @pytest.mark.parametrize("check", conformance.KUBERNETES)
    def test_kubernetes(check, mine): check(mine)
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest

from kfpops.errors import NotFound
from kfpops.model.event import Event
from kfpops.model.namespaced import ConfigMap, ResourceQuota, Secret
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.run import RunQuery
from kfpops.model.workflow import Workflow
from kfpops.model.workload import Deployment
from kfpops.ports import Kubernetes, Pipelines, Store
from tests.ports.world import BAD, GOOD, NEW, NODE


def lists_a_namespace(port: Kubernetes) -> None:
    assert _pods(port, "team-a") == {"notebook", "fit-1"}


def lists_everything(port: Kubernetes) -> None:
    assert len(port.list(Pod)) == 5
    assert len(port.list(Pod, None)) == 5


def lists_nothing_where_nothing_is(port: Kubernetes) -> None:
    assert list(port.list(Pod, "nobody")) == []
    assert list(port.list(ResourceQuota, "kubeflow")) == []
    assert list(port.list(Workflow, "kubeflow", labels=f"pipeline/runid={BAD}")) == []


def a_namespace_does_not_matter_to_what_lives_in_none(port: Kubernetes) -> None:
    assert [node.metadata.name for node in port.list(Node, "kubeflow")] == ["node-a"]


def selects_by_labels(port: Kubernetes) -> None:
    assert _pods(port, "kubeflow", labels=f"pipeline/runid={BAD}") == {"train-x-1", "train-x-2"}
    assert _pods(port, labels="pipeline/runid") == {"train-x-1", "train-x-2", "fit-1"}
    assert _pods(port, labels="!pipeline/runid") == {"ml-pipeline-1", "notebook"}
    assert _pods(port, labels=f"pipeline/runid in ({BAD},{NEW})") == {"train-x-1", "train-x-2", "fit-1"}
    assert _pods(port, labels=f"pipelines.kubeflow.org/v2_component=true,pipeline/runid!={BAD}") == {"fit-1"}


def selects_by_fields(port: Kubernetes) -> None:
    assert _pods(port, "kubeflow", fields="metadata.name=train-x-2") == {"train-x-2"}
    assert _pods(port, fields="status.phase!=Succeeded,status.phase!=Failed") == {"ml-pipeline-1", "notebook", "fit-1"}
    assert len(port.list(Event, "kubeflow", fields="involvedObject.name=train-x-1")) == 1
    assert list(port.list(Event, "kubeflow", fields="involvedObject.name=train-x-2")) == []


def reads_nulls_as_absent(port: Kubernetes) -> None:
    (pod,) = port.list(Pod, "team-a", fields="metadata.name=notebook")
    assert (pod.metadata.labels, pod.metadata.owner_references, pod.status.conditions) == ({}, (), ())
    (event,) = port.list(Event, "kubeflow")
    assert event.at == datetime(2026, 11, 21, 11, 59, 0, 123456, tzinfo=timezone.utc)


def reads_other_kinds(port: Kubernetes) -> None:
    assert port.list(ConfigMap, "kubeflow")[0].data == {"appVersion": "2.17.0"}
    assert port.list(Deployment, "kubeflow")[0].status.ready_replicas == 1


def knows_names_of_secrets_but_no_values(port: Kubernetes) -> None:
    (secret,) = port.list(Secret, "kubeflow")
    assert (secret.metadata.name, secret.keys) == ("mlpipeline-minio-artifact", ("accesskey", "secretkey"))
    assert "aHVudGVyMg" not in repr(secret)
    assert "hunter2" not in repr(secret)


def reads_the_end_of_a_log(port: Kubernetes) -> None:
    log = port.log("kubeflow", "train-x-1", "main")
    assert log.source == "pod log kubeflow/train-x-1/main"
    assert log.text.splitlines() == ["one", "two", "café", "broken �", "last"]
    assert not log.cut
    end = port.log("kubeflow", "train-x-1", "main", tail_lines=2)
    assert end.text.splitlines() == ["broken �", "last"]
    assert end.cut


def reads_an_empty_log(port: Kubernetes) -> None:
    assert port.log("kubeflow", "train-x-2", "main").text == ""


def shortens_endless_lines_but_not_the_end(port: Kubernetes) -> None:
    log = port.log("team-a", "notebook", "main")
    assert log.text.splitlines()[-1] == "the end"
    assert len(log.text) < 600_000


def says_that_there_is_no_log(port: Kubernetes) -> None:
    for where in (("kubeflow", "absent", "main"), ("kubeflow", "train-x-1", "absent")):
        with pytest.raises(NotFound):
            port.log(*where)
    with pytest.raises(NotFound):
        port.log("kubeflow", "train-x-1", "main", previous=True)


def answers_several_threads(port: Kubernetes) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: len(port.list(Pod)), range(24)))
    assert found == [5] * 24


def tells_its_health(port: Pipelines) -> None:
    assert (port.health().tag, port.health().multi_user) == ("2.17.0", False)


def gives_runs_newest_first(port: Pipelines) -> None:
    assert [run.id for run in port.runs("kubeflow")] == [NEW, BAD, GOOD]
    assert [run.id for run in port.runs("kubeflow", limit=2)] == [NEW, BAD]
    assert list(port.runs("kubeflow", limit=0)) == []


def selects_runs(port: Pipelines) -> None:
    assert [run.id for run in port.runs("kubeflow", name="nightly")] == [NEW, BAD]
    assert [run.id for run in port.runs("kubeflow", name="night")] == []
    assert [run.id for run in port.runs("kubeflow", id_part=BAD[:6])] == [BAD]
    assert [run.id for run in port.runs("kubeflow", state="FAILED")] == [BAD]
    assert [run.id for run in port.runs("kubeflow", state="failed")] == [BAD]
    assert [run.id for run in port.runs("kubeflow", experiment_id="e1")] == [BAD, GOOD]
    since = datetime(2026, 11, 20, tzinfo=timezone.utc)
    assert [run.id for run in port.runs("kubeflow", since=since, name="nightly")] == [NEW, BAD]


def gives_pages_of_runs_oldest_first(port: Pipelines) -> None:
    assert _ids(port, RunQuery()) == [GOOD, BAD, NEW]
    assert next(iter(port.run_pages("kubeflow", RunQuery(ids=("none",))))) in ([], ())
    (page,) = port.run_pages("kubeflow", RunQuery(ids=(BAD,)))
    assert [(run.id, run.namespace, run.pipeline_name) for run in page] == [(BAD, "kubeflow", "train")]


def selects_pages_of_runs(port: Pipelines) -> None:
    at = datetime(2026, 11, 20, 11, tzinfo=timezone.utc)
    assert _ids(port, RunQuery(ids=(NEW, GOOD))) == [GOOD, NEW]
    assert _ids(port, RunQuery(created_since=at)) == [BAD, NEW]
    assert _ids(port, RunQuery(created_until=at)) == [GOOD, BAD]
    assert _ids(port, RunQuery(created_since=at, created_until=at)) == [BAD]
    assert _ids(port, RunQuery(finished_since=at)) == [BAD]
    assert _ids(port, RunQuery(not_in=("FAILED", "SUCCEEDED"))) == [NEW]
    assert _ids(port, RunQuery(not_in=("FAILED",), ids=(BAD, NEW))) == [NEW]


def names_the_pipelines_of_runs(port: Pipelines) -> None:
    assert {run.pipeline_name for run in port.runs("kubeflow")} == {"train"}


def keeps_unknown_states_and_drops_unknown_times(port: Pipelines) -> None:
    run = port.run(NEW)
    assert (run.name, run.state, run.finished_at) == ("nightly", "RESTING", None)
    assert run.created_at == datetime(2026, 11, 21, 11, tzinfo=timezone.utc)


def completes_runs_of_uploaded_pipelines(port: Pipelines) -> None:
    run = port.run(BAD)
    assert (run.pipeline_name, run.namespace, run.pipeline_id) == ("train", "kubeflow", "p1")
    assert run.pipeline is not None
    assert run.pipeline.task("fit") is not None
    assert [change.state for change in run.state_history] == ["PENDING", ""]
    assert port.run(GOOD).archived


def names_the_workflows_of_runs(port: Pipelines) -> None:
    assert {run.id: run.workflow for run in port.runs("kubeflow")} == {NEW: "", BAD: "train-x", GOOD: ""}
    assert port.run(BAD).workflow == "train-x"


def gives_every_entry_of_the_step_cache(port: Pipelines) -> None:
    found = {row.id: (row.run_id, row.execution_id, row.fingerprint) for row in port.cache_rows("kubeflow")}
    assert found == {"t2": (GOOD, "7", "f" * 64), "t3": (NEW, "9", "e" * 64), "t4": (NEW, "", "f" * 64)}
    assert {row.created_at for row in port.cache_rows("") if row.id == "t2"} == {
        datetime(2026, 11, 19, 11, 1, tzinfo=timezone.utc)
    }


def says_that_there_is_no_run(port: Pipelines) -> None:
    with pytest.raises(NotFound):
        port.run("44444444-0004")


def keeps_workflows_that_are_gone(port: Pipelines) -> None:
    workflow = port.workflow(BAD)
    assert workflow is not None
    assert workflow.status.nodes[NODE].message == "boom"
    assert port.workflow(GOOD) is None


def reads_archived_logs(port: Pipelines) -> None:
    log = port.archived_log(BAD, NODE)
    assert log is not None
    assert (log.source, log.text.strip(), log.cut) == (f"archive {NODE}", "archived", False)
    assert port.archived_log(BAD, "train-x-none") is None
    assert port.archived_log(BAD, "absent") is None


def lists_experiments_and_recurring_runs(port: Pipelines) -> None:
    assert [one.name for one in port.experiments("kubeflow")] == ["Default", "tuning"]
    (tick,) = port.recurring_runs("kubeflow")
    assert (tick.id, tick.enabled, tick.schedule, tick.max_concurrency) == ("rr1", True, "every 60 s", 2)


def counts_pipelines(port: Pipelines) -> None:
    assert (port.pipeline_count("kubeflow"), port.pipeline_count("")) == (1, 1)


def reads_the_end_of_an_object(port: Store) -> None:
    uri = "minio://mlpipeline/private-artifacts/kubeflow/main.log"
    assert port.tail(uri, 4) == b"6789"
    assert port.tail(uri, 100) == b"0123456789"
    assert port.tail(f"{uri}?endpoint=minio-service.kubeflow:9000", 1) == b"9"
    assert port.tail("minio://mlpipeline/empty", 4) == b""


def says_that_there_is_no_object(port: Store) -> None:
    with pytest.raises(NotFound):
        port.tail("minio://mlpipeline/absent", 4)


def knows_what_is_there(port: Store) -> None:
    for key in ("empty", "v2/artifacts/train/model/part-0", "v2/artifacts/train/model", "v2/artifacts/"):
        assert port.exists(f"minio://mlpipeline/{key}"), key
    for key in ("absent", "v2/artifacts/train/mod", "absent/"):
        assert not port.exists(f"minio://mlpipeline/{key}"), key


def tells_the_size_of_an_object(port: Store) -> None:
    found = port.stat("minio://mlpipeline/private-artifacts/kubeflow/main.log?region=minio")
    assert found is not None
    assert found.size == 10
    for key in ("absent", "v2/artifacts/train/model", "v2/artifacts/", "v2/artifacts/train/mod"):
        assert port.stat(f"minio://mlpipeline/{key}") is None, key


KUBERNETES: tuple[Callable[[Kubernetes], None], ...] = (
    lists_a_namespace,
    lists_everything,
    lists_nothing_where_nothing_is,
    a_namespace_does_not_matter_to_what_lives_in_none,
    selects_by_labels,
    selects_by_fields,
    reads_nulls_as_absent,
    reads_other_kinds,
    knows_names_of_secrets_but_no_values,
    reads_the_end_of_a_log,
    reads_an_empty_log,
    shortens_endless_lines_but_not_the_end,
    says_that_there_is_no_log,
    answers_several_threads,
)
PIPELINES: tuple[Callable[[Pipelines], None], ...] = (
    tells_its_health,
    gives_runs_newest_first,
    selects_runs,
    gives_pages_of_runs_oldest_first,
    selects_pages_of_runs,
    names_the_pipelines_of_runs,
    keeps_unknown_states_and_drops_unknown_times,
    completes_runs_of_uploaded_pipelines,
    names_the_workflows_of_runs,
    gives_every_entry_of_the_step_cache,
    says_that_there_is_no_run,
    keeps_workflows_that_are_gone,
    reads_archived_logs,
    lists_experiments_and_recurring_runs,
    counts_pipelines,
)
STORE: tuple[Callable[[Store], None], ...] = (
    reads_the_end_of_an_object,
    says_that_there_is_no_object,
    knows_what_is_there,
    tells_the_size_of_an_object,
)


def _ids(port: Pipelines, query: RunQuery) -> list[str]:
    return [run.id for page in port.run_pages("kubeflow", query) for run in page]


def _pods(port: Kubernetes, namespace: str | None = None, labels: str = "", fields: str = "") -> set[str]:
    return {pod.metadata.name for pod in port.list(Pod, namespace, labels=labels, fields=fields)}
