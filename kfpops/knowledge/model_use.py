"""Which models the objects of a cluster use: what InferenceServices serve, and what objects say of themselves by a mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from kfpops.errors import KfpopsError, NotFound, NotInBundle
from kfpops.knowledge.serving import model_origins
from kfpops.model.inference_service import InferenceService
from kfpops.model.kinds import KINDS
from kfpops.model.meta import KubernetesStruct
from kfpops.model.workload import Deployment, StatefulSet

UseKind: TypeAlias = Literal["pin", "annotation", "label", "inference-service"]
Using: TypeAlias = InferenceService | Deployment | StatefulSet

USING: Final[tuple[type[Using], ...]] = (InferenceService, Deployment, StatefulSet)
"""The kinds of objects that can use a model."""
MARK = "kfpops.io/artifact"
"""Annotation or label with which any listed object says which artifact it uses: an id, a URI, or RUN/TASK/OUTPUT."""


@dataclass(frozen=True, slots=True)
class Use:
    """Something that uses a model. `target` is as it was written; `source` says where (`spec.predictor.model.storageUri`,
    `line 3`). `object_kind` and `namespace` are "" for pins. `artifacts`: the ids that the target means, where it names
    an artifact and not a place.
    """

    kind: UseKind
    name: str
    target: str
    source: str = ""
    object_kind: str = ""
    namespace: str = ""
    artifacts: tuple[str, ...] = ()


def uses_of(thing: Using) -> Iterator[Use]:
    """The models that an object uses. `target` is "" where the bucket stands in a Secret, whose values nobody reads here."""
    metadata, kind = thing.metadata, KINDS[type(thing)].name
    if target := metadata.annotations.get(MARK, "").strip():
        yield Use("annotation", metadata.name, target, f"metadata.annotations[{MARK}]", kind, metadata.namespace)
    if target := metadata.labels.get(MARK, "").strip():
        yield Use("label", metadata.name, target, f"metadata.labels[{MARK}]", kind, metadata.namespace)
    if isinstance(thing, InferenceService):
        for origin in model_origins(thing):
            yield Use("inference-service", metadata.name, origin.uri, origin.field, kind, metadata.namespace)


def is_absent(kind: type[KubernetesStruct], error: KfpopsError) -> bool:
    """Whether the cluster does not know the kind, which only KServe's may be; a bundle without it may not have been told."""
    return kind is InferenceService and isinstance(error, NotFound) and not isinstance(error, NotInBundle)
