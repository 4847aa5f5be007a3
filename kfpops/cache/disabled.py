"""Tasks that KFP did not look up in its cache: caching was off, or they were not run at all."""

from __future__ import annotations

from kfpops.cache.explanation import TaskExplanation
from kfpops.cache.facts import CacheFacts
from kfpops.cache.step import Step
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice

_SUBMIT = "kfp.Client().create_run_from_pipeline_package('pipeline.yaml', enable_caching=True)"


def disabled(step: Step, facts: CacheFacts) -> TaskExplanation:
    """Without a fingerprint KFP has not looked into the cache, nor entered the result into it."""
    options = step.recipe.task.caching_options if step.recipe else None
    advice: tuple[Advice, ...] = ()
    if step.recipe is None:
        why, short = "It was run with caching off; its pipeline is not known, so not where that was said.", "not known where"
    elif options is None or not options.enable_cache:
        why = (
            "It was run with caching off, as the run's pipeline says: by set_caching_options(False), by enable_caching=False"
            " when it was submitted, or because caching is off by default where it was compiled."
        )
        short, advice = "in the run's pipeline", _switched_on(step)
    else:
        why = "It was run with caching off, although the pipeline asks for it: it is off on the server (CacheEnabled)."
        short = "on the server"
        advice = (Advice("An administrator can switch it on: CACHEENABLED=true in the environment of ml-pipeline."),)
    execution, attempts = step.execution, facts.attempts.get(step.execution.id, 1)
    return TaskExplanation(
        step.label, execution.id, execution.state, "disabled", why, advice=advice, short=short, attempts=attempts
    )


def _switched_on(step: Step) -> tuple[Advice, ...]:
    """A submission writes its `enable_caching` into the pipeline (kfp/client: _override_caching_options), and a compiler its
    default (kfp/dsl/pipeline_context.py): in the run all three look the same.
    """
    return (
        Advice(
            "If the pipeline's code has it off for the task, switch it on there.",
            sdk=f"{task_variable(step.execution.task)}.set_caching_options(True)",
        ),
        Advice(
            "If the run was submitted with enable_caching=False, which overrides the code, submit it without that.",
            sdk=_SUBMIT,
        ),
        Advice(
            "If neither is so, caching is off by default where the pipeline is compiled:"
            " KFP_DISABLE_EXECUTION_CACHING_BY_DEFAULT, or --disable-execution-caching-by-default of kfp dsl compile."
        ),
    )


def unstarted(path: str, facts: CacheFacts) -> TaskExplanation:
    """A task without an execution: a condition around it was false, or its turn has not come."""
    above = facts.closed.get(path)
    if above is None:
        return TaskExplanation(path, "", "", "not-run", "It has not been started.", short="not started", attempts=0)
    why = f"It was not started: the condition of {above} was false."
    return TaskExplanation(path, "", "", "not-run", why, short=f"the condition of {above} was false", attempts=0)
