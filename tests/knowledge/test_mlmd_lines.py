"""What is written is read back as it was."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.knowledge.mlmd import run_of
from kfpops.knowledge.mlmd_json import Link, Thing, artifact_in, decoder, execution_in, read_line, row_of
from kfpops.knowledge.mlmd_lines import artifact_line, event_line, execution_line, pipeline_line, run_line
from kfpops.model.lineage import Artifact, Event, Execution, RunContext

AT = datetime(2026, 11, 21, 9, 41, 42, 417000, tzinfo=timezone.utc)
texts = st.text(st.characters(codec="utf-8"), max_size=8)
structs = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
values = texts | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.dictionaries(texts, structs, max_size=3)
names = texts.filter(lambda name: name not in ("display_name", "store_session_info"))


def read(line: Any) -> Thing:
    found = read_line(decoder(Thing), msgspec.json.encode(line))
    assert found is not None
    return found


@given(st.dictionaries(names, values, max_size=4), texts)
def test_an_artifact(properties: dict[str, Any], name: str) -> None:
    artifact = Artifact("7", "system.Model", "s3://b/k", name, "LIVE", AT, None, properties)
    assert artifact_in(read(artifact_line(artifact)), {}) == artifact


@given(st.dictionaries(texts, structs, max_size=4))
def test_an_execution(inputs: dict[str, Any]) -> None:
    execution = Execution(
        *("12", "system.ContainerExecution", "container", "CACHED", "train", "Train it", "9", 0, "f" * 64, "3"),
        namespace="team-a",
        image="python:3.11",
        pod="train-1",
        created_at=AT,
        updated_at=AT,
        inputs=inputs,
        outputs={"loss": 0.5},
    )
    assert execution_in(read(execution_line(execution)), {}) == execution


@pytest.mark.parametrize(
    "execution",
    [
        pytest.param(Execution("1", "acme.Batch"), id="almost nothing"),
        pytest.param(Execution("1", "system.DAGExecution", "dag", run_id="r"), id="a run's root"),
        pytest.param(Execution("a-b", "system.ContainerExecution", "container", parent_id="c-d"), id="UUIDs"),
        pytest.param(Execution("1", "system.ContainerExecution", "container", task="", name="x"), id="a name and no task"),
    ],
)
def test_sparse_executions(execution: Execution) -> None:
    assert execution_in(read(execution_line(execution)), {}) == execution


def test_only_a_root_tells_its_run() -> None:
    task = Execution("1", "system.DAGExecution", "dag", parent_id="2", run_id="r")
    assert "name" not in execution_line(task)


@pytest.mark.parametrize(
    "event", [Event("1", "2", "input"), Event("1", "2", "output", "data", AT), Event("a", "b", "input", "ü")]
)
def test_an_event(event: Event) -> None:
    link = read_line(decoder(Link), msgspec.json.encode(event_line(event)))
    assert link is not None
    assert (str(link.artifact_id), str(link.execution_id), link.kind, link.port) == (
        *(event.artifact_id, event.execution_id, event.kind, event.port),
    )
    assert bool(link.milliseconds_since_epoch) is (event.at is not None)


@pytest.mark.parametrize(
    "run",
    [
        RunContext("r"),
        RunContext("r", "train", "team-a", "s3://b/root", AT),
        RunContext("r", "train", "", "minio://mlpipeline/v2/artifacts/train/r"),
    ],
)
def test_a_run(run: RunContext) -> None:
    row = row_of(read(run_line(run, "5")), {})
    assert (row.id, row.type) == (5, "system.PipelineRun")
    assert run_of(row, run.pipeline) == run
    assert pipeline_line("train", "3") == {"id": "3", "type": "system.Pipeline", "name": "train"}


def test_numbers_of_64_bits_stand_as_text() -> None:
    line = artifact_line(Artifact("7", "t", created_at=AT, properties={"rows": 3, "ok": True, "share": 1.0}))
    assert line["create_time_since_epoch"] == "1795254102417"
    assert line["custom_properties"] == {
        "ok": {"bool_value": True},
        "rows": {"int_value": "3"},
        "share": {"double_value": 1.0},
    }
