"""What to say when one refusal was repeated on every level of the workflow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.model.finding import Advice

# A single retry strategy of KFP's default (limit 2) makes 3 attempts, two nested ones 9; four levels make 81.
_MORE_THAN_ONE_LEVEL = 9


def repeated_advice(steps: Sequence[Step], facts: Facts) -> tuple[Advice, ...]:
    """Advice about default retries that multiply; nothing when no step was tried so often, or no such default is set.

    KFP 2.17's workflow-controller-configmap sets `templateDefaults.retryStrategy {limit: 2, retryPolicy: OnError}` on every
    template, so a DAG in a DAG repeats it on each level.
    """
    tried = Counter((s.run_id, s.task, s.iterations) for s in steps if s.state == "failed" and s.run_id)
    most = max(tried.values(), default=0)
    step = next((s for s in steps if s.run_id), None)
    case = facts.case_of(step) if step else None
    defaults = case.workflow.spec.template_defaults if case and case.workflow else None
    if most < _MORE_THAN_ONE_LEVEL or defaults is None or defaults.retry_strategy is None:
        return ()
    limit = defaults.retry_strategy.limit
    return (
        Advice(
            f"The same refusal was repeated {most} times: this installation's default retries "
            f"(templateDefaults.retryStrategy, limit {limit}) hold for every level of the workflow, and the levels "
            "multiply. Set the limit to 0 where that is not wanted.",
            kubectl=f"kubectl -n {facts.kfp_namespace} edit configmap workflow-controller-configmap",
        ),
    )
