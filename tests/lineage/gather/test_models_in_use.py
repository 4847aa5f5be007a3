from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.errors import Forbidden, NotFound, NotInBundle, Unreachable
from kfpops.knowledge.model_use import MARK, Use
from kfpops.knowledge.pins import Pin
from kfpops.lineage.gather.models_in_use import gather_uses
from kfpops.model.inference_service import InferenceService
from kfpops.model.kinds import T
from kfpops.model.workload import Deployment, StatefulSet
from tests.builders import kube
from tests.fakes import FakeKubernetes, a_cluster
from tests.lineage.impact_world import SERVED

URI = "s3://models/churn"


def marked(kind: type[T], **metadata: Any) -> T:
    return kube(kind, {"metadata": {"name": "shop", "namespace": "web", **metadata}})


def test_a_cluster_without_kserve_is_no_gap() -> None:
    kubernetes = FakeKubernetes(refusals={"inferenceservices": NotFound("The cluster knows no inferenceservices.")})
    assert gather_uses(a_cluster(kubernetes), ()) == ((), ())


@pytest.mark.parametrize(
    "thing",
    [
        pytest.param(marked(Deployment), id="a deployment without a mark"),
        pytest.param(marked(Deployment, annotations={"kfpops.io/artifacts": URI}), id="another annotation"),
        pytest.param(marked(StatefulSet, annotations={MARK: " "}), id="an empty mark"),
        pytest.param(kube(InferenceService, {"metadata": {"name": "x"}, "spec": {}}), id="a service that serves nothing"),
    ],
)
def test_what_uses_no_model(thing: Any) -> None:
    assert gather_uses(a_cluster(FakeKubernetes((thing,))), ()) == ((), ())


def test_pins_come_with_their_line_and_are_called_as_their_target_when_they_have_no_name() -> None:
    uses, _ = gather_uses(a_cluster(), (Pin(URI, "prod", 4), Pin("7", "")))
    assert uses == (Use("pin", "prod", URI, "line 4"), Use("pin", "7", "7"))


def test_a_service_and_marks() -> None:
    things = (SERVED, marked(Deployment, annotations={MARK: URI}), marked(StatefulSet, labels={MARK: "7"}))
    uses, gaps = gather_uses(a_cluster(FakeKubernetes(things)), ())
    assert gaps == ()
    assert [(u.kind, u.object_kind, u.namespace, u.name, u.source) for u in uses] == [
        ("inference-service", "InferenceService", "serving", "churn", "spec.predictor.model.storageUri"),
        ("annotation", "Deployment", "web", "shop", f"metadata.annotations[{MARK}]"),
        ("label", "StatefulSet", "web", "shop", f"metadata.labels[{MARK}]"),
    ]


def test_a_bucket_in_a_secret_is_told() -> None:
    spec = {"predictor": {"model": {"storage": {"key": "minio", "path": "churn"}}}}
    service = kube(InferenceService, {"metadata": {"name": "churn", "namespace": "serving"}, "spec": spec})
    _, gaps = gather_uses(a_cluster(FakeKubernetes((service,))), ())
    assert [(g.source, g.why) for g in gaps] == [
        (
            "inferenceservice serving/churn",
            "spec.predictor.model.storage.path: the bucket stands in a Secret, which is not read",
        )
    ]


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Not allowed to list inferenceservices.", needs="list inferenceservices in all namespaces"),
        Unreachable("It did not answer."),
        NotInBundle("The bundle holds no inferenceservices."),
    ],
)
def test_services_that_cannot_be_read_are_a_gap(error: Any) -> None:
    uses, gaps = gather_uses(a_cluster(FakeKubernetes((SERVED,), refusals={"inferenceservices": error})), ())
    assert uses == ()
    assert [g.source for g in gaps] == ["inferenceservices"]
    assert gaps[0].why.startswith(error.message)


def test_where_only_the_own_namespace_may_be_read() -> None:
    class OwnNamespace(FakeKubernetes):
        def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Any:
            if namespace is None:
                raise Forbidden("Not allowed to list in all namespaces.")
            return super().list(kind, namespace, labels=labels, fields=fields)

    cluster = replace(a_cluster(OwnNamespace((SERVED,))), namespace="serving")
    uses, gaps = gather_uses(cluster, ())
    assert [u.name for u in uses] == ["churn"]
    assert {g.source for g in gaps} == {"inferenceservices", "deployments", "statefulsets"}
    assert gaps[0].why == "only those of serving were looked at: Not allowed to list in all namespaces."
