"""What objects say about the models that they use."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.errors import NotFound, NotInBundle, Unreachable
from kfpops.knowledge.model_use import MARK, Use, Using, is_absent, uses_of
from kfpops.model.inference_service import InferenceService
from kfpops.model.workload import Deployment, StatefulSet
from tests.builders import kube

URI = "s3://models/churn"


def thing(kind: type[Using], spec: dict[str, Any] | None = None, **metadata: Any) -> Using:
    return kube(kind, {"metadata": {"name": "shop", "namespace": "web", **metadata}, "spec": spec or {}})


@pytest.mark.parametrize(
    "nothing",
    [
        pytest.param(thing(Deployment), id="no mark"),
        pytest.param(thing(Deployment, labels={"kfpops.io/artifacts": URI}), id="another label"),
        pytest.param(thing(StatefulSet, annotations={MARK: "  "}), id="an empty mark"),
        pytest.param(thing(InferenceService, {"predictor": {}}), id="a service without a model"),
    ],
)
def test_what_uses_no_model(nothing: Using) -> None:
    assert list(uses_of(nothing)) == []


def test_marks() -> None:
    assert list(uses_of(thing(Deployment, annotations={MARK: f" {URI} "}, labels={MARK: "7"}))) == [
        Use("annotation", "shop", URI, f"metadata.annotations[{MARK}]", "Deployment", "web"),
        Use("label", "shop", "7", f"metadata.labels[{MARK}]", "Deployment", "web"),
    ]


def test_what_is_served_and_what_a_secret_hides() -> None:
    service = thing(
        InferenceService,
        {"predictor": {"model": {"storageUri": URI}}, "transformer": {"model": {"storage": {"key": "k", "path": "m"}}}},
    )
    assert [(use.kind, use.target, use.source) for use in uses_of(service)] == [
        ("inference-service", URI, "spec.predictor.model.storageUri"),
        ("inference-service", "", "spec.transformer.model.storage.path"),
    ]


def test_only_kserves_kind_may_be_absent() -> None:
    assert is_absent(InferenceService, NotFound("unknown"))
    assert not is_absent(InferenceService, NotInBundle("left out"))
    assert not is_absent(InferenceService, Unreachable("down"))
    assert not is_absent(Deployment, NotFound("unknown"))
