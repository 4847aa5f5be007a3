"""The port `Lineage` over the real C++ store: what it answers, what it asks, and what it does with too large answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kfpops.cluster.mlmd.schema import message
from kfpops.cluster.mlmd.status import TooLarge
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.errors import BadAnswer, NotFound, Unreachable
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery
from tests.cluster.mlmd.direct import PEER, Direct, lineage
from tests.mlmd_store import Faults, Mlmd, Rows, needs_mlmd

pytestmark = needs_mlmd

UUID = "6ecc4362-cbd5-4be0-8117-f1fdc08b3309"


@pytest.fixture
def rows() -> Rows:
    """One run: `load` makes a table, `train` reads it and makes a model; a second run takes `load` from the cache."""
    made = Rows()
    dag = made.run("train-daily", UUID)
    load = made.execution(dag, "load", cache_fingerprint="ab12")
    table = made.artifact("s3://b/train-daily/table")
    made.event(table, load, port="table")
    train = made.execution(dag, "train", inputs={"rows": 5})
    made.event(table, train, "INPUT", "table")
    made.event(made.artifact("s3://b/train-daily/model", type="system.Model", accuracy=0.5), train, port="model")
    again = made.run("train-daily", "run-2", root="s3://elsewhere")
    cached = made.execution(again, "load", state="CACHED", cached_execution_id=str(load), cache_fingerprint="ab12")
    made.event(table, cached, port="table")
    return made


@pytest.fixture
def many() -> Rows:
    """250 artifacts that one execution made, with properties of half a kilobyte each."""
    made = Rows()
    maker = made.execution(made.run("p", "run-1"), "make")
    for number in range(250):
        made.event(made.artifact(f"s3://b/{number}", note="x" * 500), maker, port=f"out-{number}")
    return made


IDS = [str(id) for id in range(1, 251)]


def test_ids_that_are_not_there_are_left_out(tmp_path: Path, rows: Rows) -> None:
    port, served = lineage(tmp_path, rows)
    odd = ["", "0", "-1", "01", "1.0", "x", "٣", "9" * 30, "9223372036854775808", UUID]
    assert list(port.artifacts(odd)) == []
    assert list(port.events_of_executions(odd)) == []
    assert served.asked == []
    assert list(port.executions(["999", "9223372036854775807"])) == []


def test_unknown_uris_and_runs_are_left_out(tmp_path: Path, rows: Rows) -> None:
    port, _ = lineage(tmp_path, rows)
    odd = ["", "s3://b/train-daily", "s3://b/train-daily/TABLE", "' OR 1=1", "\ud800"]
    assert list(port.artifacts_at(odd)) == []
    assert list(port.runs(odd)) == []
    with pytest.raises(NotFound, match="knows no run ' OR 1=1"):
        port.executions_of_run("' OR 1=1")


def test_answers_come_in_the_order_asked_each_once(tmp_path: Path, rows: Rows) -> None:
    port, _ = lineage(tmp_path, rows)
    assert [one.id for one in port.artifacts(["2", "9", "1", "2"])] == ["2", "1"]
    assert [(one.id, one.task) for one in port.executions(["3", "1", "3", "2"])] == [
        ("3", "train"),
        ("1", ""),
        ("2", "load"),
    ]


def test_an_execution_and_an_artifact_in_full(tmp_path: Path, rows: Rows) -> None:
    port, _ = lineage(tmp_path, rows)
    (model,) = port.artifacts(["2"])
    assert (model.type, model.uri, model.name, model.state) == ("system.Model", "s3://b/train-daily/model", "data", "LIVE")
    assert model.properties == {"accuracy": 0.5}
    root, train, cached = port.executions(["1", "3", "5"])
    assert (root.kind, root.run_id, root.state) == ("dag", UUID, "RUNNING")
    assert (train.kind, train.parent_id, train.inputs) == ("container", "1", {"rows": 5.0})
    assert (cached.state, cached.cached_from, cached.fingerprint) == ("CACHED", "2", "ab12")


def test_events_of_both_ends(tmp_path: Path, rows: Rows) -> None:
    port, _ = lineage(tmp_path, rows)
    assert [(e.artifact_id, e.kind, e.port) for e in port.events_of_executions(["3"])] == [
        ("1", "input", "table"),
        ("2", "output", "model"),
    ]
    assert sorted(e.execution_id for e in port.events_of_artifacts(["1"])) == ["2", "3", "5"]


def test_a_uri_gives_every_artifact_at_it(tmp_path: Path, rows: Rows) -> None:
    rows.artifact("s3://b/train-daily/table")
    rows.artifact("s3://b/it's \\ ünï/%_")
    port, _ = lineage(tmp_path, rows)
    assert [one.id for one in port.artifacts_at(["s3://b/it's \\ ünï/%_", "s3://b/train-daily/table"])] == ["1", "3", "4"]


def test_runs_with_their_pipelines(tmp_path: Path, rows: Rows) -> None:
    """A root that KFP did not compose does not tell the pipeline: then its context does, and only then it is asked."""
    port, served = lineage(tmp_path, rows)
    found = port.runs(["run-2", "nope", UUID, "run-2"])
    assert [(run.run_id, run.pipeline, run.namespace) for run in found] == [
        ("run-2", "train-daily", "kubeflow"),
        (UUID, "train-daily", "kubeflow"),
    ]
    assert served.asked == ["GetContexts", "GetParentContextsByContext"]


def test_a_run_whose_id_no_filter_takes(tmp_path: Path) -> None:
    rows = Rows()
    rows.run("it's", "o'brien's \\ run")
    port, _ = lineage(tmp_path, rows)
    assert [(run.run_id, run.pipeline) for run in port.runs(["o'brien's \\ run"])] == [("o'brien's \\ run", "it's")]
    assert len(port.executions_of_run("o'brien's \\ run")) == 1


def test_executions_of_a_run_are_its_own_and_the_oldest_first(tmp_path: Path, rows: Rows) -> None:
    port, served = lineage(tmp_path, rows)
    assert [one.id for one in port.executions_of_run(UUID)] == ["1", "2", "3"]
    assert served.asked == ["GetContextByTypeAndName", "GetExecutionsByContext"]


def test_a_run_of_more_than_a_page(tmp_path: Path) -> None:
    rows = Rows()
    dag = rows.run("p", "run-1")
    for number in range(230):
        rows.execution(dag, f"task-{number}")
    port, served = lineage(tmp_path, rows)
    assert [one.id for one in port.executions_of_run("run-1")] == [str(id) for id in range(1, 232)]
    assert served.asked.count("GetExecutionsByContext") == 3


@pytest.mark.parametrize(
    "query, ids",
    [
        pytest.param(ExecutionQuery(pipeline="nope"), [], id="a pipeline that nobody ran"),
        pytest.param(ExecutionQuery(pipeline="TRAIN-DAILY"), [], id="a pipeline in other letters"),
        pytest.param(ExecutionQuery(pipeline="train-daily' OR 'a'='a"), [], id="a pipeline with a quote"),
        pytest.param(ExecutionQuery(task="load' OR 'a'='a"), [], id="a task with a quote"),
        pytest.param(ExecutionQuery(task="Load"), [], id="a task in other letters"),
        pytest.param(ExecutionQuery(), ["5", "3", "2"], id="all, newest first, without the DAGs"),
        pytest.param(ExecutionQuery(pipeline="train-daily", task="load"), ["5", "2"], id="a task of a pipeline"),
        pytest.param(ExecutionQuery(fingerprint="ab12"), ["5", "2"], id="a fingerprint"),
    ],
)
def test_finding_executions(tmp_path: Path, rows: Rows, query: ExecutionQuery, ids: list[str]) -> None:
    port, _ = lineage(tmp_path, rows)
    assert [one.id for one in port.find_executions(query)] == ids


def test_before_is_strict(tmp_path: Path, rows: Rows) -> None:
    port, _ = lineage(tmp_path, rows)
    (cached,) = port.executions(["5"])
    assert cached.created_at is not None
    assert [one.id for one in port.find_executions(ExecutionQuery(task="load", before=cached.created_at))] == ["2"]
    later = cached.created_at + timedelta(microseconds=1)
    assert [one.id for one in port.find_executions(ExecutionQuery(task="load", before=later))] == ["5", "2"]


def test_a_pipeline_with_a_quote_in_its_name_is_found(tmp_path: Path) -> None:
    rows = Rows()
    rows.execution(rows.run('it\'s "x" \\', "run-1"), "t")
    port, _ = lineage(tmp_path, rows)
    assert [one.task for one in port.find_executions(ExecutionQuery(pipeline='it\'s "x" \\', task="t"))] == ["t"]


def test_finding_stops_where_the_caller_stops(tmp_path: Path, many: Rows) -> None:
    port, served = lineage(tmp_path, many)
    assert next(iter(port.find_artifacts(ArtifactQuery()))).id == "250"
    assert served.asked == ["GetArtifacts"]


def test_every_id_of_250_is_answered(tmp_path: Path, many: Rows) -> None:
    port, served = lineage(tmp_path, many)
    assert [one.id for one in port.artifacts(IDS)] == IDS
    assert len(port.events_of_artifacts(IDS)) == 250
    assert [one.id for one in port.artifacts_at([f"s3://b/{number}" for number in range(250)])] == IDS
    assert [one.id for one in port.find_artifacts(ArtifactQuery())] == IDS[::-1]
    assert served.asked.count("GetArtifactsByID") == 3


def test_the_servers_own_walk_silently_leaves_out_starts_after_the_hundred_and_first(tmp_path: Path, many: Rows) -> None:
    """Why no GetLineageSubgraph: of 250 starting artifacts it follows 101, says nothing, and the status is OK."""
    from ml_metadata.proto import metadata_store_service_pb2 as service

    store = Mlmd(many.write(tmp_path / "mlmd.db"))
    request = service.GetLineageSubgraphRequest(read_mask={"paths": ["artifacts", "executions", "events"]})
    request.lineage_subgraph_query_options.starting_artifacts.filter_query = "id > 0"
    request.lineage_subgraph_query_options.max_num_hops = 0
    body = store.call("GetLineageSubgraph", request.SerializeToString())
    found = service.GetLineageSubgraphResponse.FromString(body).lineage_subgraph
    assert len(found.artifacts) == 101
    assert len(MlmdRpc(Direct(store), "direct").artifacts(IDS)) == 250


def test_an_answer_over_the_limit_is_asked_for_in_smaller_parts(tmp_path: Path, many: Rows) -> None:
    port, served = lineage(tmp_path, many, max_bytes=20_000)
    assert [one.id for one in port.artifacts(IDS)] == IDS
    assert [one.id for one in port.find_artifacts(ArtifactQuery())] == IDS[::-1]
    assert [one.id for one in port.artifacts_at([f"s3://b/{number}" for number in range(250)])] == IDS
    assert served.sent_bytes > 250 * 500


def test_a_row_over_the_limit_is_named(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact("s3://b/small")
    rows.artifact("s3://b/large", note="x" * 5000)
    port, _ = lineage(tmp_path, rows, max_bytes=4000)
    assert [one.id for one in port.artifacts(["1"])] == ["1"]
    with pytest.raises(TooLarge, match=r"GetArtifactsByID: Sent message larger than max .* even for artifact 2 alone\."):
        port.artifacts(["1", "2"])
    with pytest.raises(TooLarge, match="even for the first one alone"):
        list(port.find_artifacts(ArtifactQuery()))


def test_an_artifact_of_a_hundred_thousand_properties(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact("s3://b", **{f"m{number}": number for number in range(100_000)})
    port, _ = lineage(tmp_path, rows)
    assert len(port.artifacts(["1"])[0].properties) == 100_000


def test_bytes_that_are_no_utf8_do_not_lose_the_answer(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact(b"s3://b/\xff\xfe", note=b"\xc3(", nöte="ü")
    rows.artifact("s3://b/fine")
    port, _ = lineage(tmp_path, rows)
    broken, fine = port.artifacts(["1", "2"])
    assert (broken.uri, broken.properties) == ("s3://b/��", {"note": "�(", "nöte": "ü"})
    assert fine.uri == "s3://b/fine"


def test_rows_without_uri_and_name(tmp_path: Path) -> None:
    rows = Rows()
    rows.artifact("s3://b")
    rows.rows["artifacts"][0] |= {"uri": None, "custom_properties": {}}
    port, _ = lineage(tmp_path, rows)
    assert [(one.uri, one.name) for one in port.artifacts(["1"])] == [("", "")]


def test_the_store_fails_in_the_middle(tmp_path: Path, many: Rows) -> None:
    port, served = lineage(tmp_path, many, dies_at=1)
    with pytest.raises(Unreachable, match=r"The test store closed or lost the connection\."):
        port.artifacts(IDS)
    assert len(served.asked) == 2


def test_an_answer_that_is_no_message(tmp_path: Path) -> None:
    class Babble(Direct):
        def call(self, method: str, request: bytes) -> bytes:
            return b"<html>login</html>"

    with pytest.raises(BadAnswer, match="answered GetArtifactsByID with 18 bytes that are no message"):
        MlmdRpc(Babble(Mlmd(), peer=PEER), "x").artifacts(["1"])


def test_health_tells_the_back_end_and_an_empty_store(tmp_path: Path, rows: Rows) -> None:
    port, _ = lineage(tmp_path, rows)
    assert (port.health().back_end, port.health().problems) == ("mlmd-grpc", ())
    empty = MlmdRpc(Direct(Mlmd()), "direct").health()
    assert (empty.address, empty.problems) == ("direct", ("No run of KFP 2 is recorded in this store.",))


def test_an_old_server_says_types_by_id_and_is_asked_for_their_names_once(tmp_path: Path, rows: Rows) -> None:
    class Old(Direct):
        def call(self, method: str, request: bytes) -> bytes:
            body = super().call(method, request)
            if not method.endswith("ByID"):
                return body
            answer = message(f"{method}Response").FromString(body)
            for one in answer.artifacts if method == "GetArtifactsByID" else answer.executions:
                one.ClearField("type")
            return bytes(answer.SerializeToString())

    old = Old(Mlmd(rows.write(tmp_path / "mlmd.db")), Faults())
    port = MlmdRpc(old, "direct")
    assert [one.type for one in port.artifacts(["1", "2"])] == ["system.Dataset", "system.Model"]
    assert [one.kind for one in port.executions(["1", "2"])] == ["dag", "container"]
    port.artifacts(["1"])
    assert old.served.asked.count("GetArtifactTypes") == 1
