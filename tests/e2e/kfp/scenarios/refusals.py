"""Pods that the API server refuses: by policies, webhooks, quotas and bounds, for want of rights, or as invalid."""

import argo
from kfp import dsl, kubernetes
from kit import NAMESPACE, Label, Scenario, failed, finished, node_message, pipeline_run, quota, remove
from parts import MIB, step

ADMISSION = "admissionregistration.k8s.io/v1"
HERE = {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}
PODS = {"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}


@step
def index_texts(pages: int):
    print("indexing", pages, "pages")


def _indexing(name, change=lambda task: task):
    @dsl.pipeline(name=name)
    def pipeline(pages: int = 40):
        change(index_texts(pages=pages))

    return pipeline


def _labelled(value):
    return lambda task: kubernetes.add_pod_label(task, "team", value)


def _policy(name, team, message):
    """A ValidatingAdmissionPolicy that concerns the pods of one team only, with its binding."""
    rule = {"expression": "object.metadata.labels['cost-centre'] != ''", "message": message}
    policy = {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": name},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [PODS],
                "namespaceSelector": HERE,
                "objectSelector": {"matchLabels": {"team": team}},
            },
            "validations": [{**rule, "expression": "'cost-centre' in object.metadata.labels"}],
        },
    }
    binding = {
        "apiVersion": ADMISSION,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": name},
        "spec": {"policyName": name, "validationActions": ["Deny"]},
    }
    return policy, binding


def _webhook(name, team, service):
    return {
        "apiVersion": ADMISSION,
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": name},
        "webhooks": [
            {
                "name": f"pods.{name}.example.com",
                "rules": [PODS],
                "namespaceSelector": HERE,
                "timeoutSeconds": 3,
                "objectSelector": {"matchLabels": {"team": team}},
                "failurePolicy": "Fail",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
                "clientConfig": {"service": {"name": service, "namespace": "tools", "path": "/check"}},
            }
        ],
    }


COST = _policy("cost-centre-wanted", "indexing-a", "Pods of this team need the label cost-centre.")
GONE = _webhook("image-signatures", "indexing-b", "signature-check")
BATCH = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "batch-low"}, "value": 10}
SLOTS = quota(
    "batch-slots",
    {"pods": "0"},
    scopeSelector={"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["batch-low"]}]},
)
FLOOR = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "memory-floor", "namespace": NAMESPACE},
    "spec": {"limits": [{"type": "Container", "min": {"memory": "48Mi"}, "defaultRequest": {"memory": "64Mi"}}]},
}


def _label(cause, state="failed", task="index-texts", **more):
    return Label(cause, state, task=task, **more)


def _run(name, change=lambda task: task, before=(), **options):
    return pipeline_run(_indexing(name, change), name, before=before, **options)


SCENARIOS = [
    Scenario(
        "privileged-in-baseline-namespace",
        _label(
            "admission/pod-security",
            advice=("privileged",),
            never=("admission/webhook-denied",),
            note="KFP's own namespace enforces the baseline standard, the step's container asks to be privileged.",
        ),
        argo.submitted(_run("text-index-gpu"), argo.executor(container={"securityContext": {"privileged": True}})),
        failed,
        within=300,
    ),
    Scenario(
        "policy-wants-a-label",
        _label(
            "admission/webhook-denied",
            object={"kind": "ValidatingAdmissionPolicy", "name": "cost-centre-wanted"},
            advice=("cost-centre",),
            note="A ValidatingAdmissionPolicy refuses the pod for want of a label.",
        ),
        _run("text-index-a", _labelled("indexing-a"), before=COST),
        failed,
        within=300,
        end=remove(*COST),
    ),
    Scenario(
        "webhook-without-service",
        _label(
            "admission/webhook-unreachable",
            advice=("signature-check",),
            note="The webhook's service does not exist, and its failure policy is Fail.",
        ),
        _run("text-index-b", _labelled("indexing-b"), before=(GONE,)),
        failed,
        within=300,
        end=remove(GONE),
    ),
    Scenario(
        "priority-class-absent",
        _label(
            "admission/priority-class-missing",
            object={"kind": "PriorityClass", "name": "gpu-urgent"},
            advice=("gpu-urgent",),
            note="The pod names a priority class that the cluster does not have.",
        ),
        argo.submitted(_run("text-index-urgent"), argo.executor(priorityClassName="gpu-urgent")),
        failed,
        within=300,
    ),
    Scenario(
        "pod-count-quota",
        _label(
            "admission/quota-exceeded",
            state="waiting",
            object={"kind": "ResourceQuota", "name": "batch-slots"},
            facts={"quota": "batch-slots", "resource": "pods", "requested": 1, "used": 0, "hard": 0},
            advice=("batch-slots",),
            note="A quota on the number of pods of one priority class.",
        ),
        argo.submitted(_run("text-index-batch", before=(BATCH, SLOTS)), argo.executor(priorityClassName="batch-low")),
        node_message("exceeded quota"),
        settle=5,
        within=150,
        end=remove(BATCH, SLOTS),
    ),
    Scenario(
        "limit-range-minimum",
        _label(
            "admission/limit-range",
            object={"kind": "LimitRange", "name": "memory-floor"},
            facts={"min_bytes": 48 * MIB, "request_bytes": 16 * MIB},
            advice=("set_memory_request",),
            note="The namespace wants at least 48Mi a container, the step asks for 16Mi.",
        ),
        _run("text-index-small", lambda t: t.set_memory_request("16Mi").set_memory_limit("256Mi"), before=(FLOOR,)),
        failed,
        within=300,
        alone=True,
        end=remove(FLOOR),
    ),
    Scenario(
        "request-above-limit",
        _label(
            "admission/invalid-spec", facts={}, advice=("set_memory_request",), note="The memory request is above the limit."
        ),
        argo.submitted(
            _run("text-index-wide", lambda t: t.set_memory_limit("256Mi")),
            argo.executor(container={"resources": {"requests": {"memory": "2Gi"}}}),
        ),
        failed,
        within=300,
    ),
    Scenario(
        "pod-label-invalid",
        _label("admission/invalid-spec", advice=("ad hoc",), note="A label value with a blank in it."),
        _run("text-index-adhoc", _labelled("ad hoc")),
        failed,
        within=300,
    ),
    Scenario(
        "service-account-without-rights",
        Label(
            "admission/forbidden",
            "failed",
            object={"kind": "ServiceAccount", "name": "default"},
            advice=("default",),
            note="The run uses the service account default, which may not write workflow task results.",
        ),
        _run("text-index-default", service_account="default"),
        finished(),
        within=300,
        settle=5,
    ),
]
