"""The namespaces of a KFP with users, from everything that names one."""

from __future__ import annotations

from typing import Any

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.namespaces import users_namespaces
from kfpops.errors import Forbidden
from kfpops.model.namespaced import ConfigMap, Namespace
from tests.builders import kube
from tests.cleanup.gather.lines import the_cluster
from tests.fakes import FakeKubernetes

PROFILE = {"app.kubernetes.io/part-of": "kubeflow-profile"}


def launcher(namespace: str, **data: str) -> ConfigMap:
    return kube(ConfigMap, {"metadata": {"name": "kfp-launcher", "namespace": namespace}, "data": data})


def space(name: str, **labels: str) -> Namespace:
    return kube(Namespace, {"metadata": {"name": name, "labels": labels}})


def found(*objects: Any, told: tuple[str, ...] = ()) -> tuple[str, ...]:
    gaps = Gaps()
    spaces = users_namespaces(the_cluster(objects=objects), told, "kubeflow", gaps)
    assert gaps.found == []
    return spaces


def test_nobody_uses_it() -> None:
    assert found(launcher("kubeflow"), space("web"), kube(ConfigMap, {"metadata": {"name": "x", "namespace": "web"}})) == ()


def test_everything_that_names_one() -> None:
    objects = (launcher("team-b"), launcher("kubeflow"), space("team-a", **PROFILE), space("team-b", **PROFILE))
    assert found(*objects, told=("", "team-c", "team-a")) == ("team-a", "team-b", "team-c")


def test_kfps_own_only_when_runs_were_there() -> None:
    assert found(launcher("kubeflow"), told=("kubeflow",)) == ("kubeflow",)


def test_what_cannot_be_listed_is_a_fatal_gap() -> None:
    refused = Forbidden("No.", needs="list configmaps in all namespaces")
    gaps = Gaps()
    cluster = the_cluster(kubernetes=FakeKubernetes((space("team-a", **PROFILE),), refusals={"configmaps": refused}))
    assert users_namespaces(cluster, (), "kubeflow", gaps) == ("team-a",)
    assert [(gap.source, gap.fatal) for gap in gaps.found] == [("configmaps", True)]
    assert "looks deleted" in gaps.found[0].hint
