"""Which namespace KFP itself runs in."""

from __future__ import annotations

from kfpops.cluster.http import Http
from kfpops.cluster.refusals import Ask, ServiceMissing
from kfpops.cluster.service_proxy import find_service
from kfpops.errors import Forbidden, NotFound, UsageError
from kfpops.model.decode import decode_page
from kfpops.model.workload import Service

USUAL_NAMESPACE = "kubeflow"
SERVICE = "ml-pipeline"


def find_kfp(cluster: Http, wanted: str) -> str:
    """`kubeflow` when the Service `ml-pipeline` is there (one request), else wherever it is; `kubeflow` when it is nowhere.

    `wanted`: the user's namespace, taken when several have a KFP. Raises `UsageError` when it is none of them.
    """
    try:
        find_service(cluster, USUAL_NAMESPACE, SERVICE)
        return USUAL_NAMESPACE
    except (ServiceMissing, Forbidden):
        pass
    query = (("fieldSelector", f"metadata.name={SERVICE}"),)
    ask = Ask("/api/v1/services", query, "list services in all namespaces", "services")
    try:
        found = cluster.get_as(lambda body: decode_page(Service, body), ask).items
    except (NotFound, Forbidden):
        return USUAL_NAMESPACE
    namespaces = sorted({service.metadata.namespace for service in found})
    if len(namespaces) > 1 and wanted not in namespaces:
        raise UsageError(f"Several namespaces have a KFP: {', '.join(namespaces)}.", hint="Pass --kfp-namespace.")
    return wanted if wanted in namespaces else next(iter(namespaces), USUAL_NAMESPACE)
