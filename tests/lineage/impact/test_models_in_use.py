from __future__ import annotations

import pytest

from kfpops.knowledge.model_use import Use
from kfpops.lineage.impact.models_in_use import models_in_use, plain_uri
from kfpops.model.lineage import Artifact

ROOT = "minio://mlpipeline/v2/artifacts/train/run-1/fit/ex-1"
MODEL = Artifact("7", "system.Model", f"{ROOT}/model", "model")
REPORT = Artifact("8", "system.HTML", f"{ROOT}/report", "report")
KNOWN = {a.id: a for a in (MODEL, REPORT, Artifact("9", "system.Model", ""))}


def served(uri: str) -> Use:
    return Use("inference-service", "churn", uri, "spec.predictor.model.storageUri", "InferenceService", "serving")


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(served(""), id="no place"),
        pytest.param(served("model"), id="no URI"),
        pytest.param(served("s3://"), id="a scheme alone"),
        pytest.param(
            served("gs://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model"), id="the same key in another kind of store"
        ),
        pytest.param(served("s3://other/v2/artifacts/train/run-1/fit/ex-1/model"), id="the same key in another bucket"),
        pytest.param(served("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/mod"), id="only the beginning of its name"),
        pytest.param(served("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model-2"), id="a name that begins so"),
        pytest.param(
            served("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/MODEL"), id="keys are not the same in capitals"
        ),
        pytest.param(served("pvc://claim/model"), id="a volume"),
        pytest.param(Use("pin", "x", "42", artifacts=("42",)), id="an artifact that does not descend"),
    ],
)
def test_no_match(use: Use) -> None:
    assert models_in_use([use], KNOWN) == ()


@pytest.mark.parametrize(
    "uri, how, artifacts",
    [
        ("minio://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model", "exact", ("7",)),
        ("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model", "exact", ("7",)),
        ("S3A://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model/", "exact", ("7",)),
        ("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model?region=eu", "exact", ("7",)),
        ("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/model/1/model.onnx", "inside", ("7",)),
        ("s3://mlpipeline/v2/artifacts/train/run-1/fit/ex-1/", "holds", ("7", "8")),
        ("s3://mlpipeline", "holds", ("7", "8")),
    ],
)
def test_a_served_place(uri: str, how: str, artifacts: tuple[str, ...]) -> None:
    (found,) = models_in_use([served(uri)], KNOWN)
    assert (found.how, found.artifacts) == (how, artifacts)


def test_a_name_comes_before_places() -> None:
    exact = served(MODEL.uri)
    pin = Use("pin", "prod", "nightly/fit/model", "line 3", artifacts=("7", "99"))
    found = models_in_use([served("s3://mlpipeline/v2"), exact, pin], KNOWN)
    assert [(m.use, m.how, m.artifacts) for m in found][:2] == [(pin, "id", ("7",)), (exact, "exact", ("7",))]
    assert found[2].how == "holds"


@pytest.mark.parametrize(
    "uri, plain",
    [
        ("minio://b/k/", "s3://b/k"),
        (" s3n://b/k?x=1 ", "s3://b/k"),
        ("GS://B/K", "gs://B/K"),
        ("b/k", ""),
        ("s3://?x", ""),
    ],
)
def test_plain_uris(uri: str, plain: str) -> None:
    assert plain_uri(uri) == plain
