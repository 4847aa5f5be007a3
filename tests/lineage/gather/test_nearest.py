"""URIs that are not there: what lies around them, found in few requests."""

from __future__ import annotations

import pytest

from kfpops.lineage.gather.nearest import no_uri
from tests.lineage.worlds import Recorder

ROOT = "minio://mlpipeline/v2/artifacts/training"


def store() -> Recorder:
    made = Recorder()
    for end in ("run-1/make/data", "run-1/make/log", "run-1/train/model", "run-2/train/model"):
        made.artifact(f"{ROOT}/{end}")
    return made


@pytest.mark.parametrize(
    "uri, said, near",
    [
        pytest.param(f"{ROOT}/run-1/make/dat_", "The nearest are", [1, 2], id="a mistyped end: its neighbours"),
        pytest.param(f"{ROOT}/run-1/mak/data", "The nearest are", [2, 1, 3], id="a mistyped step: the alike first"),
        pytest.param(f"{ROOT}/run-3/train/model", "The nearest are", [4, 3, 2], id="a run that is not there"),
        pytest.param("minio://mlpipeline/elsewhere", "The nearest are", [4, 3, 2], id="only the bucket is right"),
        pytest.param(f"{ROOT}/run-2/train/model/part-0", "It lies in", [4], id="an object inside an artifact"),
        pytest.param(f"{ROOT}/run-2/train/model/a/b/c/d", "It lies in", [4], id="deep inside"),
        pytest.param(f"s3{ROOT[5:]}/run-2/train/model", "by another scheme", [4], id="another scheme"),
        pytest.param(f"gs{ROOT[5:]}/run-1", "by another scheme", [3, 2, 1], id="a folder by another scheme"),
        pytest.param("minio://nowhere/x", "has nothing in minio://nowhere", [], id="an unknown bucket"),
        pytest.param("minio://nowhere", "has nothing in minio://nowhere", [], id="a bucket alone"),
    ],
)
def test_what_is_near(uri: str, said: str, near: list[int]) -> None:
    port = store().lineage()
    error = no_uri(port, uri)
    assert uri in error.message
    assert said in error.hint
    assert [int(line.split()[0].partition(":")[2]) for line in error.hint.splitlines()[1:]] == near
    assert port.asked.total() <= 6


def test_a_very_deep_place_costs_few_requests() -> None:
    port = store().lineage()
    no_uri(port, ROOT + "/x" * 200)
    assert port.asked.total() <= 10
