"""Where a KServe InferenceService takes its models from (serving.kserve.io/v1beta1: predictor, transformer, explainer)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kfpops.model.inference_service import InferenceService

COMPONENTS = ("predictor", "transformer", "explainer")
# What KServe's storage initializer is told, and what custom predictors are often given by hand.
_STORAGE_VARIABLE = "STORAGE_URI"
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Origin:
    """`field` is the path in the object (`spec.predictor.model.storageUri`). `uri` is "" when the bucket stands elsewhere:
    a `storage` with a key names an entry of a Secret, whose values nobody reads here.
    """

    field: str
    uri: str


def model_origins(service: InferenceService) -> tuple[Origin, ...]:
    """Every place that the service loads from, as often as it is said, in the order of the object."""
    found = (origin for c in COMPONENTS for origin in _of(service.spec.get(c), f"spec.{c}", _DEEPEST))
    return tuple(dict.fromkeys(found))


def _of(value: object, path: str, depth: int) -> Iterator[Origin]:
    if isinstance(value, Mapping) and depth:
        yield from _of_variable(value, path)
        for key, inner in value.items():
            here = f"{path}.{key}"
            if key == "storageUri" and isinstance(inner, str) and inner:
                yield Origin(here, inner)
            elif key == "storage" and isinstance(inner, Mapping):
                yield from _of_storage(inner, here)
            elif key == "storageUris":
                yield from _of_several(inner, here)
            else:
                yield from _of(inner, here, depth - 1)
    elif isinstance(value, list) and depth:
        for index, inner in enumerate(value):
            yield from _of(inner, f"{path}[{index}]", depth - 1)


def _of_variable(value: Mapping[object, object], path: str) -> Iterator[Origin]:
    """An environment variable of a container."""
    text = value.get("value")
    if value.get("name") == _STORAGE_VARIABLE and isinstance(text, str) and "://" in text:
        yield Origin(f"{path}.value", text)


def _of_several(value: object, path: str) -> Iterator[Origin]:
    """`storageUris: [{uri, mountPath}]`."""
    for index, one in enumerate(value if isinstance(value, list) else ()):
        uri = one.get("uri") if isinstance(one, Mapping) else one
        if isinstance(uri, str) and uri:
            yield Origin(f"{path}[{index}].uri", uri)


def _of_storage(value: Mapping[object, object], path: str) -> Iterator[Origin]:
    """`storage: {key, path, storageUri, parameters: {type, bucket}}`."""
    whole, below, parameters = value.get("storageUri"), value.get("path"), value.get("parameters")
    if isinstance(whole, str) and whole:
        yield Origin(f"{path}.storageUri", whole)
        return
    known: Mapping[object, object] = parameters if isinstance(parameters, Mapping) else {}
    bucket = known.get("bucket")
    if isinstance(below, str) and below:
        scheme = "gs" if known.get("type") == "gs" else "s3"
        uri = below if "://" in below else f"{scheme}://{bucket}/{below.lstrip('/')}" if isinstance(bucket, str) else ""
        yield Origin(f"{path}.path", uri)
