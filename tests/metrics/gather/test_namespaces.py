from __future__ import annotations

import pytest

from kfpops.errors import Forbidden
from kfpops.metrics.gather.namespaces import polled
from kfpops.model.namespaced import Namespace
from tests.builders import kube
from tests.fakes import FakeKubernetes, a_cluster
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines


def _named(name: str, **labels: str) -> Namespace:
    return kube(Namespace, {"metadata": {"name": name, "labels": {k.replace("__", "/"): v for k, v in labels.items()}}})


USERS = (
    _named("team-b", **{"pipelines.kubeflow.org/enabled": "true"}),
    _named("team-a", **{"app.kubernetes.io/part-of": "kubeflow-profile", "pipelines.kubeflow.org/enabled": "true"}),
    _named("default"),
)


def test_a_kfp_without_users_has_one_list_whatever_is_named() -> None:
    pipelines = WorldPipelines(kfp=Kfp())
    assert polled(a_cluster(pipelines=pipelines), pipelines, ("team-a",)) == ("",)


def test_users_have_their_namespaces() -> None:
    pipelines = WorldPipelines(kfp=Kfp(), with_users=True)
    cluster = a_cluster(FakeKubernetes(USERS), pipelines)
    assert polled(cluster, pipelines, ()) == ("team-a", "team-b")
    assert polled(cluster, pipelines, ("team-b",)) == ("team-b",)


def test_namespaces_that_may_not_be_listed_are_not_left_out_silently() -> None:
    pipelines = WorldPipelines(kfp=Kfp(), with_users=True)
    with pytest.raises(Forbidden):
        polled(
            a_cluster(FakeKubernetes(refusals={"namespaces": Forbidden("No.", needs="list namespaces")}), pipelines),
            pipelines,
            (),
        )
