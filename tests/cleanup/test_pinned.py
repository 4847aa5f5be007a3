from __future__ import annotations

import pytest

from kfpops.cleanup.inventory import Pin
from kfpops.cleanup.pinned import pinned_places

MODEL = "minio://mlpipeline/v2/artifacts/train/r1/fit/model"


@pytest.mark.parametrize(
    "target, uri",
    [
        pytest.param("minio://mlpipeline/v2/artifacts/train/r1/fit/model-2", MODEL, id="a neighbour"),
        pytest.param(MODEL, MODEL + "-2", id="a neighbour of the pinned"),
        pytest.param("minio://other/v2/artifacts/train/r1/fit/model", MODEL, id="another bucket"),
        pytest.param("r1", MODEL, id="a run"),
        pytest.param("hf://mlpipeline/v2/artifacts/train/r1/fit/model", MODEL, id="elsewhere"),
        pytest.param(MODEL, "hf://mlpipeline/v2", id="an artifact elsewhere"),
    ],
)
def test_what_no_pin_is_about(target: str, uri: str) -> None:
    assert not pinned_places([Pin(target, "pins file")]).holds(uri)


def test_without_pins() -> None:
    assert not pinned_places([]).holds(MODEL)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(MODEL, id="itself"),
        pytest.param("s3://mlpipeline/v2/artifacts/train/r1/fit/model/", id="by another scheme"),
        pytest.param(MODEL + "?endpoint=minio:9000", id="with settings of the connection"),
        pytest.param("minio://mlpipeline/v2/artifacts/train/r1", id="the run's folder"),
        pytest.param("minio://mlpipeline", id="the bucket"),
        pytest.param(MODEL + "/weights.bin", id="a part of it"),
    ],
)
def test_what_a_pin_is_about(target: str) -> None:
    assert pinned_places([Pin("r1", "label"), Pin(target, "pins file")]).holds(MODEL)


def test_web_addresses_of_our_buckets() -> None:
    pins = [Pin("https://mlpipeline.s3.amazonaws.com/v2/artifacts/train/r1/fit/model", "served")]
    assert pinned_places(pins, {"mlpipeline"}).holds(MODEL)


def test_runs_stand_by_their_id() -> None:
    assert "r1" in pinned_places([Pin("r1", "label")]).targets
