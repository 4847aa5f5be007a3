"""The catalogue of cause ids. An id never changes its meaning; it is added here before it is used, and never taken away."""

from __future__ import annotations

_FAMILIES = {
    "memory": "oom-killed oom-killed-child python-memory-error node-out-of-memory gpu-out-of-memory shared-memory evicted",
    "scheduling": "insufficient-memory insufficient-cpu insufficient-gpu gpu-unavailable insufficient-ephemeral-storage "
    "too-many-pods untolerated-taint node-selector cordoned pod-affinity topology-spread host-port volume-zone no-nodes "
    "gated queue autoscaler-blocked preempted device-claim",
    "admission": "quota-exceeded quota-needs-requests limit-range pod-security webhook-denied webhook-unreachable "
    "service-account-missing priority-class-missing forbidden invalid-spec",
    "image": "not-found unauthorized rate-limited invalid-name registry-unreachable wrong-architecture certificate "
    "not-on-node",
    "config": "secret-missing secret-key-missing configmap-missing configmap-key-missing run-as-non-root command-not-found "
    "volume-undefined",
    "volume": "claim-missing claim-unbound attach-conflict mount-failed full ephemeral-limit node-disk-pressure",
    "python": "missing-package import-error exception binary-incompatible",
    "install": "package-not-found index-unreachable conflict build-failed not-permitted",
    "gpu": "no-device driver-mismatch device-assert collective-timeout",
    "network": "name-resolution connection-refused timeout tls",
    "credentials": "missing denied expired",
    "process": "signal crashed terminated deadline exit-code",
    "kfp": "input-unresolved driver-failed launcher-failed metadata-unreachable api-unreachable store-unreachable "
    "store-denied bucket-missing artifact-missing output-missing outputs-overwritten",
    "workflow": "waiting-for-lock parallelism-limit controller-down too-large suspended evidence-gone",
    "node": "lost drained shutdown",
    "run": "cancelled upstream-failed pod-deleted",
    "schedule": "disabled missed concurrency-blocked",
}
CATALOGUE = frozenset(f"{family}/{name}" for family, names in _FAMILIES.items() for name in names.split())
