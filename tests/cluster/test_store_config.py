"""URIs and providers."""

from __future__ import annotations

import pytest

from kfpops.cluster.store_config import Location, Provider, SecretRef, parse_providers, parse_uri, provider_for
from kfpops.errors import BadAnswer


@pytest.mark.parametrize(
    "uri", ["", "mlpipeline/a", "/a/b", "http://a/b", "oci://a/b", "minio://", "minio:///a", "s3://?region=x"]
)
def test_these_are_no_objects(uri: str) -> None:
    with pytest.raises(BadAnswer):
        parse_uri(uri)


@pytest.mark.parametrize(
    "uri, location",
    [
        ("minio://mlpipeline/v2/artifacts/a b", Location("minio", "mlpipeline", "v2/artifacts/a b")),
        ("s3://models", Location("s3", "models", "")),
        ("gs://b/k/?project=x", Location("gs", "b", "k/")),
        ("minio://b/k?endpoint=http://minio-service.kubeflow:9000&s3ForcePathStyle=true", Location("minio", "b", "k")),
    ],
)
def test_an_object_is_its_bucket_and_key_whatever_endpoint_is_written(uri: str, location: Location) -> None:
    assert parse_uri(uri) == location


PROVIDERS = """
minio:
  default:
    endpoint: minio.tools:9000
    disableSSL: "true"
    credentials: {fromEnv: false, secretRef: {secretName: keys, accessKeyKey: ak, secretKeyKey: sk}}
s3:
  default: {endpoint: s3.amazonaws.com, region: eu-west-1, credentials: {fromEnv: true, secretRef: {secretName: x}}}
  Overrides:
  - {bucketName: models, keyPrefix: private/, endpoint: s3.corp.test, region: corp}
"""


@pytest.mark.parametrize(
    "uri, provider",
    [
        pytest.param("gs://a/b", None, id="nothing configured"),
        pytest.param(
            "minio://a/b", Provider("minio.tools:9000", "", True, SecretRef("keys", "ak", "sk")), id="with a Secret"
        ),
        pytest.param("s3://a/b", Provider("s3.amazonaws.com", "eu-west-1"), id="credentials of the environment"),
        pytest.param("s3://models/public/x", Provider("s3.amazonaws.com", "eu-west-1"), id="another prefix"),
        pytest.param("s3://models/private/x", Provider("s3.corp.test", "corp"), id="an exception for a prefix"),
    ],
)
def test_the_provider_of_an_object(uri: str, provider: Provider | None) -> None:
    assert provider_for(parse_uri(uri), parse_providers(PROVIDERS)) == provider


@pytest.mark.parametrize("text", ["", "{a: [", "- a", "words", "minio: 3", "minio: {default: []}"])
def test_malformed_providers_are_none(text: str) -> None:
    assert provider_for(Location("minio", "a", "b"), parse_providers(text)) is None
