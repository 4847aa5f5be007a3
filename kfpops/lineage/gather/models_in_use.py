"""Who uses models: a pins file, InferenceServices, and objects that carry the mark `kfpops.io/artifact`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfpops.errors import Forbidden, KfpopsError, NotFound, NotInBundle
from kfpops.knowledge.serving import model_origins
from kfpops.lineage.impact.models_in_use import MARK, Use
from kfpops.lineage.impact.pins import Pin
from kfpops.model.finding import NotChecked
from kfpops.model.inference_service import InferenceService
from kfpops.model.kinds import KINDS, T
from kfpops.model.meta import KubernetesStruct, Metadata
from kfpops.model.workload import Deployment, StatefulSet
from kfpops.ports import Cluster


def gather_uses(cluster: Cluster, pins: Sequence[Pin]) -> tuple[tuple[Use, ...], tuple[NotChecked, ...]]:
    """All that is known to use a model, of all namespaces that may be read. A cluster without KServe is no gap."""
    gaps: list[NotChecked] = []
    uses = [Use("pin", p.name or p.target, p.target, f"line {p.line}" if p.line else "") for p in pins]
    for service in _listed(cluster, InferenceService, gaps):
        uses += _marked(service, service.metadata)
        uses += _served(service, gaps)
    for deployment in _listed(cluster, Deployment, gaps):
        uses += _marked(deployment, deployment.metadata)
    for stateful in _listed(cluster, StatefulSet, gaps):
        uses += _marked(stateful, stateful.metadata)
    return tuple(uses), tuple(gaps)


def _served(service: InferenceService, gaps: list[NotChecked]) -> Iterator[Use]:
    metadata = service.metadata
    for origin in model_origins(service):
        if origin.uri:
            kind = KINDS[InferenceService].name
            yield Use("inference-service", metadata.name, origin.uri, origin.field, kind, metadata.namespace)
        else:
            where = f"inferenceservice {metadata.namespace}/{metadata.name}"
            gaps.append(NotChecked(where, f"{origin.field}: the bucket stands in a Secret, which is not read"))


def _marked(thing: KubernetesStruct, metadata: Metadata) -> Iterator[Use]:
    kind = KINDS[type(thing)].name
    if target := metadata.annotations.get(MARK, "").strip():
        field = f"metadata.annotations[{MARK}]"
        yield Use("annotation", metadata.name, target, field, kind, metadata.namespace)
    if target := metadata.labels.get(MARK, "").strip():
        yield Use("label", metadata.name, target, f"metadata.labels[{MARK}]", kind, metadata.namespace)


def _listed(cluster: Cluster, kind: type[T], gaps: list[NotChecked]) -> Sequence[T]:
    """All of the kind; where those cannot be had, the ones of the user's namespace."""
    plural = KINDS[kind].plural
    try:
        return cluster.kubernetes.list(kind)
    except (Forbidden, NotInBundle) as error:
        refusal = said(error)
    except KfpopsError as error:
        if not _is_absent(kind, error):
            gaps.append(NotChecked(plural, said(error)))
        return ()
    try:
        found = cluster.kubernetes.list(kind, cluster.namespace)
    except KfpopsError as error:
        gaps.append(NotChecked(plural, said(error)))
        return ()
    gaps.append(NotChecked(plural, f"only those of {cluster.namespace} were looked at: {refusal}"))
    return found


def said(error: KfpopsError) -> str:
    """An error as a gap tells it: with the missing right, where its message does not name it."""
    needs = error.needs if isinstance(error, Forbidden) else ""
    return error.message if needs in error.message else f"{error.message} Needs: {needs}."


def _is_absent(kind: type[KubernetesStruct], error: KfpopsError) -> bool:
    """Whether the cluster does not know the kind, which only KServe's may be; a bundle without it may not have been told."""
    return kind is InferenceService and isinstance(error, NotFound) and not isinstance(error, NotInBundle)
