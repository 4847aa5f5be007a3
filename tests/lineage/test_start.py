"""What people type to start from, and what is refused."""

from __future__ import annotations

import pytest

from kfpops.errors import UsageError
from kfpops.lineage.start import (
    ArtifactId,
    ExecutionId,
    Output,
    RunOutput,
    Start,
    Uri,
    WholeRun,
    is_uuid,
    parse_run,
    parse_start,
)

RUN = "6ecc4362-cbd5-4be0-8117-f1fdc08b3309"


@pytest.mark.parametrize(
    "text, said",
    [
        pytest.param("", "Nothing to start from", id="nothing"),
        pytest.param("  ", "Nothing to start from", id="spaces"),
        pytest.param("model", "names no artifact", id="a bare word could be anything"),
        pytest.param("0", "holds no id", id="ids begin at 1"),
        pytest.param("-7", "holds no id", id="a negative number"),
        pytest.param("9223372036854775808", "holds no id", id="more than 63 bits"),
        pytest.param("9" * 5000, "names no artifact", id="five thousand digits"),
        pytest.param("٧", "names no artifact", id="a digit of another script"),
        pytest.param("7.0", "names no artifact", id="a fraction"),
        pytest.param("artifact:", "holds no id", id="a kind without an id"),
        pytest.param("execution:abc", "holds no id", id="a kind with a word"),
        pytest.param("context:7", "names no artifact", id="a kind that is none"),
        pytest.param("minio://", "is no URI", id="a scheme alone"),
        pytest.param("minio:///", "is no URI", id="a scheme and slashes"),
        pytest.param("://bucket/key", "is no URI", id="no scheme"),
        pytest.param("train/model", "lacks a part", id="two parts"),
        pytest.param("nightly//model", "empty part", id="an empty part"),
        pytest.param("/tmp/pipeline.yaml", "empty part", id="a path of a file"),
    ],
)
def test_nonsense_is_refused_with_the_forms_that_there_are(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        parse_start(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text, start",
    [
        pytest.param("7", ArtifactId("7"), id="a number is an artifact"),
        pytest.param(" 007 ", ArtifactId("7"), id="spaces and zeros are dropped"),
        pytest.param("artifact:7", ArtifactId("7"), id="said so"),
        pytest.param(RUN.upper(), ArtifactId(RUN), id="a UUID is an artifact of KFP's own API"),
        pytest.param("execution:12", ExecutionId("12"), id="an execution"),
        pytest.param(f"execution:{RUN}", ExecutionId(RUN), id="an execution by UUID"),
        pytest.param("minio://mlpipeline/v2/a b", Uri("minio://mlpipeline/v2/a b"), id="a URI may hold spaces"),
        pytest.param("s3://bucket", Uri("s3://bucket"), id="a whole bucket"),
        pytest.param("gs://b/dir/", Uri("gs://b/dir/"), id="a slash at the end stays as typed"),
        pytest.param("nightly/train/model", RunOutput("nightly/train/model"), id="run, task, output"),
    ],
)
def test_what_people_type(text: str, start: Start) -> None:
    assert parse_start(text) == start


def test_a_run_output_is_read_with_the_shortest_run_first() -> None:
    assert list(RunOutput("a/for-loop-2[3]/train/model").readings()) == [
        Output("a", "for-loop-2[3]/train", "model"),
        Output("a/for-loop-2[3]", "train", "model"),
    ]


def test_a_whole_run() -> None:
    assert parse_run(" nightly/2026 ") == WholeRun("nightly/2026")
    with pytest.raises(UsageError):
        parse_run(" ")


def test_whole_ids_of_runs_are_uuids() -> None:
    assert is_uuid(RUN)
    assert not is_uuid(RUN[:8])
