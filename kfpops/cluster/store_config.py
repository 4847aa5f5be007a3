"""Where KFP keeps objects, as written down: URIs, and the `providers` of ConfigMap `kfp-launcher`.

Upstream: kubeflow/pipelines backend/src/v2/config/env.go and objectstore/config.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kfpops.errors import BadAnswer

SCHEMES = ("minio", "s3", "gs")


@dataclass(frozen=True, slots=True)
class Location:
    """An object or a prefix. Bucket and key alone say which: records keep endpoints that no longer exist."""

    scheme: str
    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class SecretRef:
    """A Secret with store credentials; the names of the two keys differ from one installation to the other."""

    name: str
    access_key: str = "accesskey"
    secret_key: str = "secretkey"


@dataclass(frozen=True, slots=True)
class Provider:
    """What an administrator configured for a scheme. `secret` None: credentials come from the environment."""

    endpoint: str = ""
    region: str = ""
    insecure: bool = False
    secret: SecretRef | None = None


def parse_uri(uri: str) -> Location:
    """Raises `BadAnswer` for what is no object's URI. A query (`?endpoint=…`) is dropped."""
    scheme, separator, rest = uri.partition("://")
    bucket, _, key = rest.partition("?")[0].partition("/")
    if not separator or scheme not in SCHEMES or not bucket:
        raise BadAnswer(f"{uri} is no URI of an object store that can be read (minio://, s3://, gs://).")
    return Location(scheme, bucket, key)


def parse_providers(text: str) -> Mapping[str, Any]:
    """The YAML text under `providers`; empty when it is malformed."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _mapping(yaml.load(text, Loader=loader))
    except (yaml.YAMLError, ValueError):
        return {}


def provider_for(location: Location, providers: Mapping[str, Any]) -> Provider | None:
    """The provider that is configured for this object; None when none is."""
    scheme = _mapping(providers.get(location.scheme))
    chosen = _mapping(scheme.get("default"))
    for override in scheme.get("Overrides") or scheme.get("overrides") or []:
        fits = _mapping(override).get("bucketName") == location.bucket
        if fits and location.key.startswith(str(_mapping(override).get("keyPrefix") or "")):
            chosen = _mapping(override)
            break
    return _provider(chosen) if chosen else None


def _provider(document: Mapping[str, Any]) -> Provider:
    credentials = _mapping(document.get("credentials"))
    reference = _mapping(credentials.get("secretRef"))
    secret = None
    if reference.get("secretName") and not _yes(credentials.get("fromEnv")):
        secret = SecretRef(
            str(reference["secretName"]),
            str(reference.get("accessKeyKey") or "accesskey"),
            str(reference.get("secretKeyKey") or "secretkey"),
        )
    return Provider(
        str(document.get("endpoint") or ""),
        str(document.get("region") or ""),
        _yes(document.get("disableSSL")),
        secret,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _yes(value: Any) -> bool:
    """YAML booleans, and the same in quotes."""
    return value is True or str(value).lower() == "true"
