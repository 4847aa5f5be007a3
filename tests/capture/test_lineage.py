"""Lineage of a bundle beyond the ports' suite: odd lines, missing files, gaps, and bundles of single runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kfpops.capture.lineage import BundleLineage
from kfpops.capture.open import open_bundle, open_cluster
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery
from tests.capture.bundles import RUN, folder

FILES: dict[str, Any] = {
    "mlmd/artifacts.jsonl": (
        {"id": "2", "type_id": "14", "uri": "s3://b/k", "create_time_since_epoch": "1795254102417"},
        {"id": 10, "type": "system.Model", "type_id": 17, "create_time_since_epoch": 1795254102417},
    ),
    "mlmd/artifact_types.jsonl": ({"id": "14", "name": "system.Dataset"},),
    "mlmd/executions.jsonl": ({"id": "1", "type": "system.DAGExecution", "name": f"run/{RUN}"},),
    "mlmd/events.jsonl": ({"artifact_id": 2, "execution_id": "1", "type": 4, "milliseconds_since_epoch": 1795254102458},),
    "mlmd/contexts.jsonl": ({"id": "7", "type": "system.PipelineRun", "name": RUN},),
    "mlmd/associations.jsonl": ({"context_id": 7, "execution_id": 1},),
}


def lineage(path: Path, files: dict[str, Any] = FILES, **more: Any) -> BundleLineage:
    return BundleLineage(open_bundle(folder(path, files, **more)))


def test_a_bundle_without_lineage_has_no_such_port(tmp_path: Path) -> None:
    assert open_cluster(folder(tmp_path, {})).lineage is None


def test_a_bundle_whose_lineage_could_not_be_read_says_why(tmp_path: Path) -> None:
    gap = {"source": "ML Metadata", "why": "_InactiveRpcError: connection attempt timed out"}
    found = open_cluster(folder(tmp_path, {}, gaps=[gap])).lineage
    assert found is not None
    with pytest.raises(Unreachable, match=r"Lineage could not be read when the bundle was made: _Inactive.* timed out"):
        found.artifacts(["1"])


def test_a_right_that_was_missing_is_said(tmp_path: Path) -> None:
    gap = {"source": "lineage", "why": "403: Not allowed to create pods/portforward in kubeflow."}
    with pytest.raises(Forbidden):
        lineage(tmp_path, {}, gaps=[gap]).find_executions(ExecutionQuery()).__next__()


@pytest.mark.parametrize(
    "missing, ask",
    [
        ("artifacts", lambda port: port.artifacts(["2"])),
        ("artifacts", lambda port: port.artifacts_at(["s3://b/k"])),
        ("executions", lambda port: port.executions(["1"])),
        ("events", lambda port: port.events_of_artifacts(["2"])),
        ("contexts", lambda port: port.runs([RUN])),
        ("associations", lambda port: port.executions_of_run(RUN)),
    ],
)
def test_a_missing_file_is_a_gap_for_what_it_would_tell(tmp_path: Path, missing: str, ask: Any) -> None:
    files = {name: rows for name, rows in FILES.items() if name != f"mlmd/{missing}.jsonl"}
    with pytest.raises(Unreachable, match=f"The bundle holds no mlmd/{missing}.jsonl"):
        ask(lineage(tmp_path, files))


def test_what_the_other_files_tell_is_still_told(tmp_path: Path) -> None:
    port = lineage(tmp_path, {"mlmd/artifacts.jsonl": FILES["mlmd/artifacts.jsonl"]})
    assert [a.id for a in port.artifacts(["10", "2"])] == ["10", "2"]
    assert [a.type for a in port.artifacts(["10", "2"])] == ["system.Model", ""]


def test_numbers_may_stand_as_texts_or_as_numbers(tmp_path: Path) -> None:
    port = lineage(tmp_path)
    assert [a.id for a in port.find_artifacts(ArtifactQuery())] == ["10", "2"]
    two, ten = port.artifacts(["2", "10"])
    assert two.created_at == ten.created_at
    assert two.type == "system.Dataset"
    (event,) = port.events_of_executions(["1"])
    assert (event.artifact_id, event.kind, event.port) == ("2", "output", "")
    assert [e.run_id for e in port.executions_of_run(RUN)] == [RUN]


def test_lines_that_cannot_be_read_are_passed_over_and_counted(tmp_path: Path) -> None:
    body = b'{"id":"1","uri":"s3://b/1"}\n\n{"id":"2","uri":{"a":1}}\nnonsense\n{"uri":"x"}\n{"id":"3","uri":"s3://b/\xe9"}'
    port = lineage(tmp_path, {**FILES, "mlmd/artifacts.jsonl": body, "mlmd/events.jsonl": b"[1]\n"})
    assert [a.uri for a in port.find_artifacts(ArtifactQuery())] == ["s3://b/�", "s3://b/1"]
    assert port.artifacts(["2"]) == ()
    problems = ("3 lines of mlmd/artifacts.jsonl cannot be read", "1 line of mlmd/events.jsonl cannot be read")
    assert port.health().problems == problems
    assert (port.health().back_end, port.health().address) == ("bundle", str(tmp_path))


def test_a_healthy_bundle_has_no_problems(tmp_path: Path) -> None:
    assert lineage(tmp_path).health().problems == ()


def test_ids_that_are_no_numbers_go_by_their_time(tmp_path: Path) -> None:
    rows = (
        {"id": "b1", "type": "system.Model", "create_time_since_epoch": "3000"},
        {"id": "a2", "type": "system.Model", "create_time_since_epoch": "2000"},
        {"id": "c0", "type": "system.Model", "create_time_since_epoch": "3000"},
    )
    port = lineage(tmp_path, {"mlmd/artifacts.jsonl": rows})
    assert [a.id for a in port.find_artifacts(ArtifactQuery())] == ["c0", "b1", "a2"]


def test_executions_that_were_read_once_are_kept(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(n),
            "type": "system.ContainerExecution",
            "create_time_since_epoch": str(1795254102417 + n),
            "custom_properties": {
                "task_name": {"string_value": f"task-{n % 10}"},
                "cache_fingerprint": {"string_value": f"{n % 50}"},
            },
        }
        for n in range(1, 101)
    ]
    port = lineage(tmp_path, {"mlmd/executions.jsonl": tuple(rows)})
    assert [e.id for e in port.find_executions(ExecutionQuery(task="task-9"))][:3] == ["99", "89", "79"]
    assert [e.id for e in port.find_executions(ExecutionQuery(fingerprint="7"))] == ["57", "7"]
    assert [e.id for e in port.find_executions(ExecutionQuery(task="task-7", fingerprint="7"))] == ["57", "7"]
    assert [e.id for e in port.find_executions(ExecutionQuery(task="task-8", fingerprint="7"))] == []
    assert len(list(port.find_executions(ExecutionQuery()))) == 100
    found = port.executions(["57", "0", "57", "7"])
    assert [e.id for e in found] == ["57", "7"]
    # A row that was decoded once is not decoded again.
    assert all(one is other for one, other in zip(found, port.find_executions(ExecutionQuery(fingerprint="7"))))


def test_a_run_of_another_bundle_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="holds no lineage of run 123"):
        lineage(tmp_path).executions_of_run("123")


def test_a_neighbour_of_which_only_a_part_is_here_is_not_taken_for_empty(tmp_path: Path) -> None:
    contexts = (
        {"id": "7", "type": "system.PipelineRun", "name": RUN},
        {"id": "8", "type": "system.PipelineRun", "name": "n"},
    )
    port = lineage(tmp_path, {**FILES, "mlmd/contexts.jsonl": contexts})
    assert [r.run_id for r in port.runs(["n"])] == ["n"]
    with pytest.raises(Unreachable, match="made of other runs"):
        port.executions_of_run("n")
    rows = ({"context_id": 8, "execution_id": 1},)
    whole = lineage(tmp_path / "2", {**FILES, "mlmd/contexts.jsonl": contexts, "mlmd/associations.jsonl": rows})
    assert len(whole.executions_of_run("n")) == 1
    assert whole.executions_of_run(RUN) == ()


@pytest.mark.parametrize(
    "root, parent, pipeline",
    [
        pytest.param(f"minio://b/v2/train/{RUN}", None, "train", id="KFP composes the root of pipeline and run"),
        pytest.param(f"minio://b/v2/train/{RUN}?region=eu", None, "train", id="what stands behind is for the connection"),
        pytest.param("s3://own/root", "nightly", "nightly", id="a root of one's own tells nothing"),
        pytest.param("s3://own/root", None, "", id="nothing does"),
    ],
)
def test_the_pipeline_of_a_run(tmp_path: Path, root: str, parent: str | None, pipeline: str) -> None:
    own = {"pipeline_root": {"string_value": root}}
    contexts = [{"id": "7", "type_id": "11", "name": RUN, "custom_properties": own}]
    contexts += [{"id": "6", "type_id": "10", "name": parent}] if parent else []
    types = ({"id": "10", "name": "system.Pipeline"}, {"id": "11", "name": "system.PipelineRun"})
    files = {"mlmd/contexts.jsonl": tuple(contexts), "mlmd/context_types.jsonl": types}
    port = lineage(tmp_path, {**files, "mlmd/parent_contexts.jsonl": ({"child_id": 7, "parent_id": 6},)})
    assert [run.pipeline for run in port.runs([RUN])] == [pipeline]
