"""Input artifacts of a step, and where it finds them."""

from __future__ import annotations

from kfpops.knowledge.executor_input import InputArtifact, input_artifacts, local_path, local_paths

INPUT = (
    '{"inputs":{"artifacts":{"table":{"artifacts":[{"name":"39","uri":"minio://mlpipeline/imports/sales.csv"}]}}},'
    '"outputs":{"artifacts":{"model":{"artifacts":[{"uri":"minio://mlpipeline/v2/model"}]}}}}'
)
TABLE = InputArtifact("table", "minio://mlpipeline/imports/sales.csv", "/minio/mlpipeline/imports/sales.csv")


def test_no_input_no_artifact() -> None:
    assert input_artifacts(()) == ()
    assert input_artifacts(("launch", "--executor_input", "{}")) == ()
    assert input_artifacts(("launch", "--executor_input", '{"inputs":{"parameterValues":{"n":1}}}')) == ()


def test_inputs_of_the_command_and_not_the_outputs() -> None:
    assert input_artifacts(("launch", "--executor_input", INPUT, "--")) == (TABLE,)


def test_a_cut_command_still_names_uris() -> None:
    (found,) = input_artifacts(("launch", "--executor_input", INPUT[:120]))
    assert found.path == TABLE.path


def test_what_the_executor_printed_serves_when_the_pod_is_gone() -> None:
    (found,) = input_artifacts((), '{\n "inputs": {"artifacts": {"table": {"artifacts": [{"uri": "s3://data/a.csv"}]}}},')
    assert (found.name, found.path) == ("", "/s3/data/a.csv")


def test_schemes() -> None:
    assert local_path("gs://b/k") == "/gcs/b/k"
    assert local_path("oci://image") is None


def test_paths_in_a_message() -> None:
    assert local_paths("[Errno 2] No such file or directory: '/minio/mlpipeline/a.csv'") == ("/minio/mlpipeline/a.csv",)
    assert local_paths("[Errno 2] No such file or directory: '/data/minio.csv'") == ()
