"""Where logs are archived, as Argo's ConfigMaps say."""

from __future__ import annotations

from typing import Any

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.logs import find_logs
from kfpops.cleanup.inventory import LogLayout
from kfpops.errors import Forbidden
from kfpops.model.namespaced import ConfigMap
from tests.builders import kube
from tests.cleanup.gather.lines import the_cluster
from tests.fakes import FakeKubernetes

OWN = "archiveLogs: true\ns3:\n  bucket: mlpipeline\n  keyFormat: logs/{{workflow.name}}/{{pod.name}}\n"
THEIRS = "s3:\n  bucket: mlpipeline\n  keyFormat: private-artifacts/team-a/{{workflow.name}}/{{pod.name}}\n"


def config(namespace: str, name: str, **data: str) -> ConfigMap:
    return kube(ConfigMap, {"metadata": {"name": name, "namespace": namespace}, "data": data})


def found(*objects: Any, users: tuple[str, ...] = ()) -> tuple[LogLayout, ...]:
    gaps = Gaps()
    logs = find_logs(the_cluster(objects=objects), users, "kubeflow", gaps)
    assert gaps.found == []
    return logs


def test_nothing_is_configured() -> None:
    assert found() == ()
    assert found(config("kubeflow", "workflow-controller-configmap", executor="imagePullPolicy: Always")) == ()
    assert found(config("kubeflow", "other", artifactRepository=OWN)) == ()


def test_the_controllers_repository() -> None:
    own = config("kubeflow", "workflow-controller-configmap", artifactRepository=OWN)
    elsewhere = config("team-a", "workflow-controller-configmap", artifactRepository=THEIRS)
    layout = LogLayout("s3://mlpipeline", "logs/{{workflow.name}}/{{pod.name}}")
    assert found(own, elsewhere, users=("team-a",)) == (layout,)


def test_a_namespace_with_a_repository_of_its_own() -> None:
    objects = (
        config("kubeflow", "workflow-controller-configmap", artifactRepository=OWN),
        config("team-a", "artifact-repositories", **{"default-namespaced": THEIRS, "again": THEIRS}),
        config("web", "artifact-repositories", default=OWN),
    )
    assert [one.key_format.partition("/{{")[0] for one in found(*objects, users=("team-a",))] == [
        "logs",
        "private-artifacts/team-a",
    ]


def test_what_cannot_be_read_is_no_danger() -> None:
    gaps = Gaps()
    broken = FakeKubernetes(refusals={"configmaps": Forbidden("No.", needs="list configmaps")})
    assert find_logs(the_cluster(kubernetes=broken), (), "kubeflow", gaps) == ()
    assert [gap.fatal for gap in gaps.found] == [False, False]
