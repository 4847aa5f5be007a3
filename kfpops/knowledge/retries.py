"""Retries that a pipeline's author asked for, and whether Argo makes them."""

from __future__ import annotations

from kfpops.model.pipeline_ir import RetryPolicy

ON_ERROR = "OnError"
"""Argo's retryPolicy that retries what Argo calls Error (a pod that was deleted or evicted), not a program that failed."""


def retries_asked_for(policy: RetryPolicy | None) -> int | None:
    """`set_retry(n)` of a task; None when there is none. JSON and YAML may hold the number as text or with a point."""
    if policy is None:
        return None
    try:
        count = int(float(policy.max_retry_count))
    except ValueError:
        return None
    return count if count > 0 else None


def retries_not_made(asked: int, attempts: int, default_policy: str) -> str | None:
    """Why fewer attempts than asked for were made; None when all were, or when nothing says why.

    KFP 2.17 installs workflowDefaults whose templateDefaults.retryStrategy has `retryPolicy: OnError`. Argo merges it into
    the strategy that KFP compiles from set_retry, which names no policy of its own (compiler/argocompiler/container.go).
    """
    if attempts > asked or default_policy != ON_ERROR:
        return None
    times = "attempt was" if attempts == 1 else "attempts were"
    return (
        f"set_retry({asked}) was asked for, but only {attempts} {times} made: the default retryPolicy of this installation "
        "is OnError, and a program that ends with an error has Failed in Argo's words, which OnError does not retry. Remove "
        "templateDefaults.retryStrategy from workflowDefaults in the ConfigMap workflow-controller-configmap, so that "
        "set_retry counts, or try again inside the component."
    )
