from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.errors import NotFound
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery
from tests.cluster.mlmd_database.stores import change, opened, written
from tests.mlmd_store import Rows, needs_mlmd

pytestmark = needs_mlmd

RUN = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param([], id="nothing is asked"),
        pytest.param(["", " 1", "1 ", "+1", "01", "1.0", "0", "-1", "\u0661"], id="texts that are nearly an id"),
        pytest.param(["99", "999999999999999999999999"], id="numbers that are no id here"),
        pytest.param(["d6bf9ab2-3c1d-4b6e-9a3f-0d4ab1a7d8a1"], id="an id of another back end"),
    ],
)
def test_what_is_not_there_is_left_out(tmp_path: Path, ids: list[str]) -> None:
    rows = Rows()
    rows.event(rows.artifact("s3://a/b"), rows.execution(rows.run("p", RUN), "make"))
    lineage = written(rows, tmp_path)
    assert list(lineage.artifacts(ids)) == list(lineage.executions(ids)) == []
    assert list(lineage.events_of_artifacts(ids)) == list(lineage.events_of_executions(ids)) == []
    assert list(lineage.runs(ids)) == list(lineage.artifacts_at(ids)) == []


def test_in_the_order_asked_for_and_each_once(tmp_path: Path) -> None:
    rows = Rows()
    for number in range(3):
        rows.artifact(f"s3://a/{number}")
    lineage = written(rows, tmp_path)
    assert [a.id for a in lineage.artifacts(["3", "1", "3", "1", "2"])] == ["3", "1", "2"]


class TestArtifactsAt:
    def test_no_uri_is_no_place(self, tmp_path: Path) -> None:
        rows = Rows()
        rows.artifact("")
        path = rows.write(tmp_path / "mlmd.db")
        change(path, "INSERT INTO Artifact (type_id, uri) VALUES (14, NULL)")
        assert opened(path).artifacts_at([""]) == []

    def test_neither_a_prefix_nor_another_case(self, tmp_path: Path) -> None:
        rows = Rows()
        for uri in ("s3://b/key", "s3://b/KEY", "s3://b/key/x", "s3://b/key "):
            rows.artifact(uri)
        assert [a.id for a in written(rows, tmp_path).artifacts_at(["s3://b/key", "s3://b/\udcff"])] == ["1"]

    def test_every_artifact_of_a_uri_by_id(self, tmp_path: Path) -> None:
        rows = Rows()
        for number in range(12):
            rows.artifact(f"s3://b/{number % 2}")
        found = written(rows, tmp_path).artifacts_at(["s3://b/1", "s3://b/0", "s3://b/1"])
        assert [a.id for a in found] == [str(n) for n in range(1, 13)]


class TestRuns:
    def test_the_pipeline_is_in_the_root(self, tmp_path: Path) -> None:
        rows = Rows()
        rows.run("train-daily", RUN)
        (run,) = written(rows, tmp_path).runs([RUN, "unknown", RUN])
        assert (run.run_id, run.pipeline, run.namespace) == (RUN, "train-daily", "kubeflow")
        assert run.root == f"minio://mlpipeline/v2/artifacts/train-daily/{RUN}"

    @pytest.mark.parametrize("root", ["s3://own/root/of/somebody", ""])
    def test_else_the_parent_tells_it(self, tmp_path: Path, root: str) -> None:
        rows = Rows()
        rows.run("other", "run-2")
        rows.run("train-daily", RUN, root=root)
        (run,) = written(rows, tmp_path).runs([RUN])
        assert run.pipeline == "train-daily"

    def test_a_pipeline_is_no_run(self, tmp_path: Path) -> None:
        rows = Rows()
        rows.run("train-daily", RUN)
        lineage = written(rows, tmp_path)
        assert lineage.runs(["train-daily"]) == []
        with pytest.raises(NotFound, match="knows no run train-daily"):
            lineage.executions_of_run("train-daily")

    def test_executions_of_a_run_the_oldest_first(self, tmp_path: Path) -> None:
        rows = Rows()
        first, other = rows.run("train-daily", RUN), rows.run("train-daily", "run-2")
        rows.execution(other, "make")
        rows.execution(first, "make")
        assert [e.id for e in written(rows, tmp_path).executions_of_run(RUN)] == ["1", "4"]

    def test_a_store_that_kfp_has_never_written_to(self, tmp_path: Path) -> None:
        path = Rows().write(tmp_path / "mlmd.db")
        change(path, "DELETE FROM Type")
        lineage = opened(path)
        assert lineage.runs([RUN]) == []
        assert list(lineage.find_executions(ExecutionQuery())) == []
        assert list(lineage.find_artifacts(ArtifactQuery(type="Model"))) == []
        with pytest.raises(NotFound):
            lineage.executions_of_run(RUN)


def test_closing_twice_is_fine(tmp_path: Path) -> None:
    lineage = written(Rows(), tmp_path)
    lineage.close()
    lineage.close()
