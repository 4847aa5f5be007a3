"""What a namespace's budgets say no to, and what to change: quotas and LimitRanges, told for a step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.quota import amount, base_of, exact, holders, is_bytes, limit_range_that_says
from kfpops.diagnose.step import Step
from kfpops.knowledge.admission_text import Admission
from kfpops.knowledge.memory_advice import memory_code, request_for
from kfpops.knowledge.quantity import parse_quantity
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice, Fact, ObjectRef

# Containers that no pipeline sets resources for: Argo's and KFP's own.
_NOT_OF_THE_PIPELINE = frozenset({"init", "wait", "supervisor", "kfp-launcher"})


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal as it is told: the title, the object to look at, the change to make, the numbers."""

    title: str
    about: ObjectRef
    advice: tuple[Advice, ...]
    facts: Mapping[str, Fact]


def quota_exceeded(step: Step, facts: Facts, found: Admission) -> Told:
    name, resource = found.name or "", found.resource or ""
    requested, used, hard = found.requested or 0, found.used or 0, found.hard or 0
    numbers = {"quota": name, "resource": resource, "requested": found.requested, "used": found.used, "hard": found.hard}
    text = f"The quota {name} allows {amount(resource, hard)} of {resource}, {amount(resource, used)} are in use, and "
    text += f"{step.label} asks for {amount(resource, requested)} more. "
    who = [f"{pod} ({amount(resource, held)})" for pod, held in holders(facts, step.namespace, resource)[:3]]
    text += f"They are held by {', '.join(who)}. " if who else ""
    never = requested > hard
    text += "It never fits: " if never else "It starts by itself when enough is given back; else "
    text += f"ask for less, or raise the quota {name}."
    wanted = json.dumps({"spec": {"hard": {resource: exact(resource, used + requested)}}})
    patch = f"kubectl -n {step.namespace} patch resourcequota {name} --type merge -p '{wanted}'"
    advice = Advice(text, sdk=_smaller(step, resource, hard if never else hard - used), kubectl=patch)
    title = f"{step.subject} cannot start: quota {name} is used up ({resource})"
    about = ObjectRef("ResourceQuota", name, step.namespace)
    return Told(title, about, (advice,), {**numbers, "never_fits": never})


def _smaller(step: Step, resource: str, room: float) -> str | None:
    """SDK code that fits into the room that a quota leaves; None when there is too little, or nothing to set."""
    base = base_of(resource)[0]
    if not step.task or step.role != "executor":
        return None
    if base == "memory" and room >= 64 * 2**20:
        return memory_code(step.task, int(room), request_for(int(room)))
    if base == "cpu" and room >= 0.1:
        cores = exact(resource, room)
        return f"{task_variable(step.task)}.set_cpu_request('{cores}').set_cpu_limit('{cores}')"
    return None


def quota_needs_requests(step: Step, facts: Facts, found: Admission) -> Told:
    name = found.name or ""
    containers = {c for part in found.text.split(";") for c in part.partition(" for: ")[2].replace(" ", "").split(",") if c}
    text = f"The quota {name} counts {', '.join(_resources(found.text))}, so every container must name it; "
    text += f"{', '.join(sorted(containers)) or 'some'} do not. Give the namespace a LimitRange with defaults"
    own = containers & _NOT_OF_THE_PIPELINE
    text += (
        f" (Argo's containers {', '.join(sorted(own))} take `executor: resources` of workflow-controller-configmap, too)."
        if own
        else "."
    )
    defaults = {"cpu": "500m", "memory": "512Mi"}
    limits = [{"type": "Container", "default": defaults, "defaultRequest": {"cpu": "100m", "memory": "128Mi"}}]
    bounds = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "defaults"}, "spec": {"limits": limits}}
    code = None
    if step.task and "main" in containers:
        code = f"{memory_code(step.task, 2**31, 2**30)}.set_cpu_request('1').set_cpu_limit('1')"
    advice = Advice(text, sdk=code, kubectl=f"echo '{json.dumps(bounds)}' | kubectl -n {step.namespace} apply -f -")
    title = f"{step.subject} cannot start: quota {name} wants requests or limits that its containers do not name"
    return Told(title, ObjectRef("ResourceQuota", name, step.namespace), (advice,), {"quota": name})


def _resources(text: str) -> list[str]:
    return list(dict.fromkeys(part.partition(" for:")[0].strip() for part in text.split(";")))


def limit_range(step: Step, facts: Facts, found: Admission) -> Told:
    resource, bound, asked = found.resource or "", found.hard or 0, found.requested
    limits = limit_range_that_says(facts, step.namespace, resource, found.hard)
    name = limits.metadata.name if limits else None
    who = f"The LimitRange {name}" if name else f"A LimitRange of the namespace {step.namespace}"
    unit = "bytes" if is_bytes(resource) else "cores" if resource == "cpu" else "amount"
    if found.name == "ratio":
        text = f"{who} allows a limit of {bound:g} times the request for {resource}; here it is {asked or 0:g} times. "
        text += "Raise the request."
        numbers: dict[str, Fact] = {"max_ratio": bound, "ratio": asked}
        code, what = None, f"its {resource} limit is {asked or 0:g} times its request"
    else:
        side = "max" if found.name == "maximum" else "min"
        of = "request" if "but request is" in found.text else "limit"
        numbers = {f"{side}_{unit}": found.hard, f"{of}_{unit}": asked}
        word = "at most" if side == "max" else "at least"
        has = amount(resource, asked) if asked is not None else "none"
        what = (
            f"{resource} of a {(found.scope or 'container').lower()} is {has}, allowed is {word} {amount(resource, bound)}"
        )
        text = f"{who} allows {word} {amount(resource, bound)} of {resource}. Set what fits, or change the LimitRange."
        code = _within(step, resource, int(bound) if side == "max" else None, bound)
    edit = (
        f"kubectl -n {step.namespace} edit limitrange {name}"
        if name
        else f"kubectl -n {step.namespace} get limitrange -o yaml"
    )
    about = ObjectRef("LimitRange", name, step.namespace) if name else step.ref()
    numbers |= {"resource": resource, "limit_range": name}
    return Told(f"{step.subject} cannot start: {what}", about, (Advice(text, sdk=code, kubectl=edit),), numbers)


def _within(step: Step, resource: str, most: int | None, bound: float) -> str | None:
    if not step.task or step.role != "executor":
        return None
    if resource == "memory":
        size = most or int(bound)
        limit = parse_quantity(step.main_spec.resources.limits.get("memory", "")) if step.main_spec else None
        if most is None and limit is not None and limit >= size:
            return f"{task_variable(step.task)}.set_memory_request('{exact(resource, bound)}')"
        return memory_code(step.task, size, request_for(size) if most else size)
    if resource == "cpu":
        cores = exact(resource, bound)
        return f"{task_variable(step.task)}.set_cpu_request('{cores}').set_cpu_limit('{cores}')"
    return None
