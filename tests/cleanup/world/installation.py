"""What Kubernetes tells of the KFP of the world: where Argo archives logs, and the namespaces of users with their roots."""

from __future__ import annotations

from kfpops.model.meta import Metadata
from kfpops.model.namespaced import ConfigMap, Namespace
from tests.cleanup.world.kfp import NAMESPACE
from tests.fakes import FakeKubernetes

REPOSITORY = """\
archiveLogs: true
s3:
  bucket: mlpipeline
  endpoint: seaweedfs.kubeflow:9000
  keyFormat: "private-artifacts/{{workflow.namespace}}/{{workflow.name}}/{{workflow.creationTimestamp.Y}}/\
{{workflow.creationTimestamp.m}}/{{workflow.creationTimestamp.d}}/{{pod.name}}"
"""
ARGO = ConfigMap(Metadata(name="workflow-controller-configmap", namespace=NAMESPACE), {"artifactRepository": REPOSITORY})
PROFILE = {"app.kubernetes.io/part-of": "kubeflow-profile"}


def kubernetes_of(users: tuple[str, ...]) -> FakeKubernetes:
    """`users`: the namespaces of users, none where KFP has none."""
    spaces = [Namespace(Metadata(name=user, labels=PROFILE)) for user in users]
    return FakeKubernetes(objects=(ARGO, *spaces, *map(_launcher, users)))


def _launcher(user: str) -> ConfigMap:
    """What KFP's profile controller writes for a user."""
    return ConfigMap(Metadata(name="kfp-launcher", namespace=user), {"defaultPipelineRoot": f"minio://{root_of(user)}"})


def root_of(user: str) -> str:
    """The place below which the runs of a user write: in the folder in which Argo's logs of the user are, too."""
    return f"mlpipeline/private-artifacts/{user}/v2/artifacts"
