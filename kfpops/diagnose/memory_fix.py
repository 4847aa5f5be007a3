"""What to change after a container ran out of memory: SDK code for a step, kubectl for a pod of another owner."""

from __future__ import annotations

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.memory_history import memory_history
from kfpops.diagnose.memory_signs import MemorySigns, ceilings
from kfpops.diagnose.step import Step
from kfpops.knowledge.memory_advice import memory_code, next_limit, sdk_quantity
from kfpops.knowledge.quantity import format_bytes
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice


def advice_for(step: Step, facts: Facts, signs: MemorySigns) -> tuple[Advice, ...]:
    """The change to make first, then what would make it firmer."""
    if signs.container != "main" and step.task is not None:
        return (_executor_advice(signs.container),)
    if step.role == "driver":
        text = "This is KFP's own driver, whose limit no pipeline sets. Raise it for all runs: COMPILED_PIPELINE_SPEC_PATCH"
        return (Advice(f"{text} in the environment of the Deployment ml-pipeline patches every workflow."),)
    if signs.limit is None:
        code = f"{task_variable(step.task)}.set_memory_request('2Gi').set_memory_limit('4Gi')  # more than it has now"
        return (Advice(f"Raise the memory limit of {step.label}; what it is now could not be read.", sdk=code),)
    past = memory_history(step, facts, signs.limit)
    step_up = next_limit(
        signs.limit, request=signs.request, worked=past.worked, failed=past.failed, ceilings=ceilings(step, facts)
    )
    now, then = format_bytes(signs.limit), sdk_quantity(step_up.limit)
    text = f"Raise the memory limit of {step.label} from {now} to {then}, or let it hold less in memory at a time."
    if past.worked_in is not None and step_up.limit == past.worked:
        text += f" With {then} it succeeded in the run {past.worked_in.name} ({past.worked_in.id[:8]})."
    if step_up.too_large and step_up.held_by:
        text += f" That much is not allowed today: {step_up.held_by.who}. Make room there first, or use less memory."
    elif step_up.held_by:
        text += f" It can have no more, because {step_up.held_by.who}."
    if signs.verdict != "main":
        text += " Or start fewer processes at a time: they share this limit."
    if step.task is None:
        return (Advice(text, kubectl=_set_resources(step, signs.container, then)),)
    code = memory_code(step.task, step_up.limit, step_up.request)
    equal = memory_code(step.task, step_up.limit, step_up.limit)
    firm = "With the request as high as the limit it is the last to be evicted when its node runs short of memory."
    return (Advice(text, sdk=code), *([Advice(firm, sdk=equal)] if step_up.request < step_up.limit else []))


def _executor_advice(container: str) -> Advice:
    text = f"The container {container} belongs to Argo and KFP, not to the pipeline: large artifacts or logs fill it."
    where = "`executor: resources: limits: memory` in the ConfigMap workflow-controller-configmap"
    return Advice(f"{text} Raise {where}, or pass less data between steps.")


def _set_resources(step: Step, container: str, limit: str) -> str | None:
    owner = next((o for o in step.pod.metadata.owner_references if o.controller), None) if step.pod else None
    if owner is None or owner.kind not in ("StatefulSet", "ReplicaSet", "DaemonSet"):
        return None
    kind, name = owner.kind.lower(), owner.name
    if owner.kind == "ReplicaSet":
        kind, name = "deployment", owner.name.rpartition("-")[0]
    return f"kubectl -n {step.namespace} set resources {kind}/{name} -c {container} --limits=memory={limit}"
