"""Who uses models: a pins file, InferenceServices, and objects that carry the mark `kfpops.io/artifact`."""

from __future__ import annotations

from collections.abc import Sequence

from kfpops.errors import Forbidden, KfpopsError, NotInBundle
from kfpops.knowledge.model_use import USING, Use, is_absent, uses_of
from kfpops.knowledge.pins import Pin
from kfpops.model.finding import NotChecked
from kfpops.model.kinds import KINDS, T
from kfpops.ports import Cluster


def gather_uses(cluster: Cluster, pins: Sequence[Pin]) -> tuple[tuple[Use, ...], tuple[NotChecked, ...]]:
    """All that is known to use a model, of all namespaces that may be read. A cluster without KServe is no gap."""
    gaps: list[NotChecked] = []
    uses = [Use("pin", p.name or p.target, p.target, f"line {p.line}" if p.line else "") for p in pins]
    for kind in USING:
        for use in (use for thing in _listed(cluster, kind, gaps) for use in uses_of(thing)):
            if use.target:
                uses.append(use)
            else:
                where = f"inferenceservice {use.namespace}/{use.name}"
                gaps.append(NotChecked(where, f"{use.source}: the bucket stands in a Secret, which is not read"))
    return tuple(uses), tuple(gaps)


def _listed(cluster: Cluster, kind: type[T], gaps: list[NotChecked]) -> Sequence[T]:
    """All of the kind; where those cannot be had, the ones of the user's namespace."""
    plural = KINDS[kind].plural
    try:
        return cluster.kubernetes.list(kind)
    except (Forbidden, NotInBundle) as error:
        refusal = said(error)
    except KfpopsError as error:
        if not is_absent(kind, error):
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
