"""Ask every source once, for as little as possible: a list that matches nothing is refused or not like any other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from kfpops.errors import Forbidden, KfpopsError, NotFound, UsageError
from kfpops.knowledge.installation import parts_of
from kfpops.model.installation import Part
from kfpops.model.kinds import KINDS
from kfpops.model.lineage import LineageHealth
from kfpops.model.node import Node
from kfpops.model.run import KfpHealth
from kfpops.model.workload import Deployment
from kfpops.ports import Cluster
from kfpops.status.access import API_COST, LINEAGE_COST, LOGS_COST, STORE_COST, WANTED, Wanted
from kfpops.status.findings import Access, Status

# No object can be called so (a name begins with a letter or digit): the list is empty, and cheap.
_NOTHING = "metadata.name=-"
_PARALLEL = 8


def gather_status(cluster: Cluster) -> Status:
    """The parts of the installation and what may be read. Only an unreachable API server is an error."""
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="status") as pool:
        asked = [pool.submit(_kind_access, cluster, wanted) for wanted in WANTED]
        others = [pool.submit(f, cluster) for f in (_log_access, _store_access)]
        health = pool.submit(_health, cluster)
        nodes = pool.submit(_optional, partial(cluster.kubernetes.list, Node))
        programs = pool.submit(_optional, partial(cluster.kubernetes.list, Deployment, cluster.kfp_namespace))
        lineage = pool.submit(_lineage_health, cluster)
        health_or_why, lineage_or_why = health.result(), lineage.result()
        access = [*(f.result() for f in asked), *(f.result() for f in others), _api_access(cluster, health_or_why)]
        access += _lineage_access(lineage_or_why)
        programs_parts = parts_of(nodes.result(), programs.result())
        parts = (_kfp_part(cluster, health_or_why), *programs_parts, _lineage_part(lineage_or_why))
    told = lineage_or_why if isinstance(lineage_or_why, LineageHealth) else None
    return Status(cluster.source, cluster.namespace, cluster.kfp_namespace, parts, tuple(access), told)


V = TypeVar("V")


def _optional(call: Callable[[], V]) -> V | None:
    """The value, or None: why it is missing is told by the access to its kind."""
    try:
        return call()
    except KfpopsError:
        return None


def _kind_access(cluster: Cluster, wanted: Wanted) -> Access:
    kind = KINDS[wanted.kind]
    namespace = (cluster.kfp_namespace if wanted.in_kfp else cluster.namespace) if kind.namespaced else None
    return _access(kind.plural, wanted.costs, lambda: cluster.kubernetes.list(wanted.kind, namespace, fields=_NOTHING))


def _log_access(cluster: Cluster) -> Access:
    """The right is checked before the pod is looked for, so a pod that cannot exist is enough."""
    return _access("logs", LOGS_COST, lambda: cluster.kubernetes.log(cluster.namespace, "-", "main", tail_lines=1))


def _store_access(cluster: Cluster) -> Access:
    store = cluster.store
    if store is None:
        return Access("object store", False, STORE_COST, "there is none, or no credentials for it were found")
    return _access("object store", STORE_COST, lambda: store.exists("minio://mlpipeline/v2/artifacts/"))


def _access(source: str, costs: str, call: Callable[[], object]) -> Access:
    try:
        call()
    except Forbidden as error:
        return Access(source, False, costs, error.message, error.needs)
    except (NotFound, UsageError):
        return Access(source, True, costs)
    except KfpopsError as error:
        return Access(source, False, costs, error.message)
    return Access(source, True, costs)


def _health(cluster: Cluster) -> KfpHealth | KfpopsError | None:
    if cluster.pipelines is None:
        return None
    try:
        return cluster.pipelines.health()
    except KfpopsError as error:
        return error


def _kfp_part(cluster: Cluster, health: KfpHealth | KfpopsError | None) -> Part:
    match health:
        case KfpHealth():
            users = "multi-user" if health.multi_user else "single-user"
            return Part("KFP", "ready", health.tag or None, f"{users}, namespace {cluster.kfp_namespace}")
        case None:
            return Part("KFP", "absent", None, "no KFP API was found")
        case _:
            return Part("KFP", "not ready", None, health.message)


def _api_access(cluster: Cluster, health: KfpHealth | KfpopsError | None) -> Access:
    if isinstance(health, KfpHealth):
        return Access("KFP API", True, API_COST)
    needs = health.needs if isinstance(health, Forbidden) else ""
    return Access("KFP API", False, API_COST, health.message if health else "no KFP API was found", needs)


# What reads the lineage, by LineageHealth.back_end.
_BACK_ENDS = {
    "mlmd-grpc": "ML Metadata over gRPC",
    "mlmd-grpc-web": "ML Metadata over gRPC-web",
    "mlmd-database": "ML Metadata's database",
    "kfp-api": "KFP's own API",
    "bundle": "rows in the bundle",
}


def _lineage_health(cluster: Cluster) -> LineageHealth | KfpopsError | None:
    if cluster.lineage is None:
        return None
    try:
        return cluster.lineage.health()
    except KfpopsError as error:
        return error


def _lineage_part(health: LineageHealth | KfpopsError | None) -> Part:
    """How the lineage is read. Whether MLMD's own program runs is told by its deployment."""
    match health:
        case LineageHealth():
            how = _BACK_ENDS.get(health.back_end, health.back_end)
            return Part("Lineage", "ready", None, f"{how}, {health.address}" if health.address else how)
        case None:
            return Part("Lineage", "absent", None, "no lineage store was found")
        case NotFound():
            return Part("Lineage", "absent", None, health.message)
        case Forbidden() | UsageError():
            return Part("Lineage", "unknown", None, health.message)
        case _:
            return Part("Lineage", "not ready", None, health.message)


def _lineage_access(health: LineageHealth | KfpopsError | None) -> list[Access]:
    """Nothing where there is no lineage store: then there is nothing to be refused."""
    match health:
        case LineageHealth():
            return [Access("lineage", True, LINEAGE_COST)]
        case None | NotFound():
            return []
        case _:
            needs = health.needs if isinstance(health, Forbidden) else ""
            return [Access("lineage", False, LINEAGE_COST, health.message, needs)]
