from __future__ import annotations

from typing import Any

import pytest

from kfpops.knowledge.serving import Origin, model_origins
from kfpops.model.inference_service import InferenceService
from tests.builders import kube


def a_service(spec: dict[str, Any]) -> InferenceService:
    return kube(InferenceService, {"metadata": {"name": "churn", "namespace": "serving"}, "spec": spec})


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({}, id="a service without components"),
        pytest.param({"predictor": {"model": {"modelFormat": {"name": "sklearn"}}}}, id="a model without a place"),
        pytest.param({"predictor": {"sklearn": {"storageUri": ""}}}, id="an empty place"),
        pytest.param({"predictor": {"sklearn": {"storageUri": 7}}}, id="a place that is no text"),
        pytest.param({"predictor": {"storageUris": "s3://models/a"}}, id="several places that are no list"),
        pytest.param(
            {"predictor": {"containers": [{"env": [{"name": "URL", "value": "s3://a/b"}]}]}}, id="another variable"
        ),
        pytest.param(
            {"predictor": {"containers": [{"env": [{"name": "STORAGE_URI", "value": "/mnt"}]}]}}, id="a local path"
        ),
        pytest.param({"other": {"storageUri": "s3://models/a"}}, id="a component that KServe has not"),
    ],
)
def test_nothing_is_served_from_anywhere(spec: dict[str, Any]) -> None:
    assert model_origins(a_service(spec)) == ()


@pytest.mark.parametrize(
    "spec, field, uri",
    [
        ({"predictor": {"model": {"storageUri": "s3://m/a"}}}, "spec.predictor.model.storageUri", "s3://m/a"),
        ({"predictor": {"sklearn": {"storageUri": "gs://m/a"}}}, "spec.predictor.sklearn.storageUri", "gs://m/a"),
        ({"transformer": {"containers": [{"env": [{"name": "STORAGE_URI", "value": "s3://m/a"}]}]}},
         "spec.transformer.containers[0].env[0].value", "s3://m/a"),
        ({"explainer": {"art": {"storageUri": "s3://m/a"}}}, "spec.explainer.art.storageUri", "s3://m/a"),
        ({"predictor": {"model": {"storage": {"storageUri": "s3://m/a"}}}}, "spec.predictor.model.storage.storageUri", "s3://m/a"),
        ({"predictor": {"model": {"storage": {"path": "a/b", "parameters": {"bucket": "m"}}}}},
         "spec.predictor.model.storage.path", "s3://m/a/b"),
        ({"predictor": {"model": {"storage": {"path": "/a", "parameters": {"bucket": "m", "type": "gs"}}}}},
         "spec.predictor.model.storage.path", "gs://m/a"),
    ],
)  # fmt: skip
def test_where_a_model_comes_from(spec: dict[str, Any], field: str, uri: str) -> None:
    assert model_origins(a_service(spec)) == (Origin(field, uri),)


def test_several_places() -> None:
    service = a_service(
        {"predictor": {"model": {"storageUris": [{"uri": "hf://a/b", "mountPath": "/x"}, {"uri": "s3://m/lora"}]}}}
    )
    assert [o.uri for o in model_origins(service)] == ["hf://a/b", "s3://m/lora"]


def test_a_bucket_that_stands_in_a_secret_is_not_guessed() -> None:
    service = a_service({"predictor": {"model": {"storage": {"key": "minio", "path": "churn/1"}}}})
    assert model_origins(service) == (Origin("spec.predictor.model.storage.path", ""),)


def test_a_spec_that_is_nested_without_end_is_read_so_far() -> None:
    deep: dict[str, Any] = {"storageUri": "s3://m/a"}
    for _ in range(200):
        deep = {"x": deep}
    assert model_origins(a_service({"predictor": deep})) == ()
