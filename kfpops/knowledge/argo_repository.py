"""Argo's artifact repositories, as its ConfigMaps have them: the bucket, and the format of the keys in it.

Argo Workflows, config/config.go (`artifactRepository`) and docs/artifact-repository-ref.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

DEFAULT_FORMAT: Final = "{{workflow.name}}/{{pod.name}}"
"""Argo's own, where none is configured (workflow/common, `DefaultArchivePattern`)."""

# The controller's ConfigMap in one text, as releases before 3.0 wanted it.
_WHOLE, _PART = "config", "artifactRepository"
_SCHEMES: Final = {"s3": "s3", "gcs": "gs"}
"""Kinds of repositories that are buckets, and the schemes of their URIs."""
_OWN: Final = "minio"
"""KFP's scheme for its own store: `s3` is Amazon's, where a bucket of the same name is somebody else's."""
_SERVICES: Final = ("seaweedfs", "minio-service")
"""Upstream: kubeflow/pipelines manifests/kustomize/third-party/{seaweedfs,minio}."""


@dataclass(frozen=True, slots=True)
class Repository:
    """`bucket` is a URI without a path (`minio://mlpipeline`); `key_format` holds Argo's variables."""

    bucket: str
    key_format: str


def repositories_in(data: Mapping[str, str]) -> tuple[Repository, ...]:
    """The repositories in the data of a ConfigMap, whatever their keys are called; texts of other kinds are passed over."""
    found = [one for key, text in data.items() for one in _of_text(key, text)]
    return tuple(dict.fromkeys(found))


def _of_text(key: str, text: str) -> Iterator[Repository]:
    whole = _yaml(text)
    document = _mapping(whole.get(_PART)) if key == _WHOLE else whole
    for kind, scheme in _SCHEMES.items():
        place = _mapping(document.get(kind))
        if bucket := place.get("bucket"):
            written = place.get("keyFormat") or _old_format(place.get("keyPrefix"))
            scheme = _OWN if _is_kfps(place.get("endpoint")) else scheme
            yield Repository(f"{scheme}://{bucket}", str(written).strip("/"))


def _is_kfps(endpoint: object) -> bool:
    """`seaweedfs.kubeflow:9000`: the Service of KFP's own store, in whatever namespace."""
    host = endpoint.rpartition("//")[2].partition(":")[0] if isinstance(endpoint, str) else ""
    return host.partition(".")[0] in _SERVICES


def _old_format(prefix: object) -> str:
    """`keyPrefix` came before `keyFormat`, and stood before the default."""
    return f"{prefix.strip('/')}/{DEFAULT_FORMAT}" if isinstance(prefix, str) and prefix else DEFAULT_FORMAT


def _yaml(text: str) -> Mapping[str, object]:
    import yaml

    try:
        return _mapping(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError):
        return {}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
