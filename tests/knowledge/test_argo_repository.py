"""Argo's artifact repositories, as its ConfigMaps have them."""

from __future__ import annotations

import pytest

from kfpops.knowledge.argo_repository import DEFAULT_FORMAT, Repository, repositories_in

S3 = "archiveLogs: true\ns3:\n  endpoint: seaweedfs:9000\n  bucket: b\n  keyFormat: /a/{{workflow.name}}/{{pod.name}}/\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="no data"),
        pytest.param({"executor": "imagePullPolicy: Always", "nodeEvents": "enabled: false"}, id="other settings"),
        pytest.param({"artifactRepository": "s3: [", "x": "- 1"}, id="no YAML, no mapping"),
        pytest.param({"artifactRepository": "s3:\n  endpoint: x\n"}, id="no bucket"),
        pytest.param({"artifactRepository": "azure:\n  container: x\n"}, id="no bucket of S3 or GCS"),
        pytest.param({"config": "namespace: argo\n"}, id="a whole configuration without one"),
        pytest.param({"config": "artifactRepository: 7\n"}, id="a number"),
    ],
)
def test_no_repository(data: dict[str, str]) -> None:
    assert repositories_in(data) == ()


@pytest.mark.parametrize(
    "data, read",
    [
        pytest.param(
            {"artifactRepository": S3}, Repository("minio://b", "a/{{workflow.name}}/{{pod.name}}"), id="the controller's"
        ),
        pytest.param(
            {"config": f"artifactRepository:\n  {S3.replace(chr(10), chr(10) + '  ')}"},
            Repository("minio://b", "a/{{workflow.name}}/{{pod.name}}"),
            id="in one text",
        ),
        pytest.param({"default": "s3: {bucket: b}"}, Repository("s3://b", DEFAULT_FORMAT), id="without a format"),
        pytest.param(
            {"default": "s3: {bucket: b, keyPrefix: old/}"}, Repository("s3://b", f"old/{DEFAULT_FORMAT}"), id="a prefix"
        ),
        pytest.param({"g": "gcs: {bucket: b, keyFormat: x}"}, Repository("gs://b", "x"), id="Google's"),
    ],
)
def test_repositories(data: dict[str, str], read: Repository) -> None:
    assert repositories_in(data) == (read,)


def test_each_once() -> None:
    assert len(repositories_in({"a": S3, "b": S3, "c": "gcs: {bucket: b}"})) == 2


@pytest.mark.parametrize(
    "endpoint, bucket",
    [
        ("", "s3://mlpipeline"),
        ("s3.amazonaws.com", "s3://mlpipeline"),
        ("storage.example:9000", "s3://mlpipeline"),
        ("seaweedfs.kubeflow:9000", "minio://mlpipeline"),
        ("minio-service.kfp.svc.cluster.local:9000", "minio://mlpipeline"),
        ("http://minio-service:9000", "minio://mlpipeline"),
    ],
)
def test_kfps_own_store_is_not_amazons(endpoint: str, bucket: str) -> None:
    (found,) = repositories_in({"artifactRepository": f"s3: {{bucket: mlpipeline, endpoint: '{endpoint}'}}"})
    assert found.bucket == bucket
