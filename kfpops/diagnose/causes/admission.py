"""Pods that were never made: refused by a quota, a policy, a webhook, the API server, or the node's kubelet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from kfpops.diagnose import evidence
from kfpops.diagnose.budgets import Told, limit_range, quota_exceeded, quota_needs_requests
from kfpops.diagnose.cause import Cause, Look, Match, Survey, surveys_nothing
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.admission_text import Admission, Refusal, parse_admission, refused_by_kubelet
from kfpops.knowledge.config_text import near_name
from kfpops.knowledge.sdk import kubernetes_call, task_variable
from kfpops.model.finding import Advice, Evidence, ObjectRef

_STATES: frozenset[StepState] = frozenset({"waiting", "failed"})
_TOO_LARGE = re.compile(
    r"resources\.requests: Invalid value: \"?([\w.]+)\"?: must be less than or equal to (\w+) limit of ([\w.]+)"
)


def _texts(step: Step) -> Iterable[tuple[str, tuple[Evidence, ...]]]:
    """Where a refusal may stand: Argo's message of a pod that was never made or of one that failed, and KFP's driver."""
    if step.message and (step.pod is None or step.state == "failed") and not step.message.startswith("main: "):
        yield step.message, evidence.of_node(step)
    if step.role == "driver" and step.log is not None:
        for error in step.log.klog_errors[-1:]:
            yield error, (evidence.of_log(step.log, [error]),)


def _refused(refusal: Refusal, tell: Callable[[Step, Facts, Admission], Told]) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        for text, quoted in _texts(step):
            found = parse_admission(text)
            if found is None or found.refusal != refusal:
                continue
            told = tell(step, facts, found)
            return Match(
                title=told.title,
                confidence="certain",
                objects=(told.about, *((step.ref(),) if told.about.kind != "Pod" else ())),
                evidence=quoted,
                advice=told.advice,
                facts=told.facts,
                key=(
                    step.namespace,
                    found.name,
                    found.resource,
                    found.requested,
                    found.hard,
                    found.text if found.name is None else "",
                ),
            )
        return None

    return look


def _pod_security(step: Step, facts: Facts, found: Admission) -> Told:
    text = f"The namespace enforces the Pod Security level {found.name}: {evidence.clip(found.text)}. Give the step what it "
    text += "asks for, or run it in a namespace of a lower level."
    strict = (found.name or "").startswith("restricted")
    code = kubernetes_call("set_security_context", step.task, run_as_user=1000, run_as_non_root=True) if step.task else None
    enforce = f"pod-security.kubernetes.io/enforce={'baseline' if strict else 'privileged'}"
    lower = f"kubectl label namespace {step.namespace} {enforce} --overwrite"
    title = f"{step.subject} cannot start: Pod Security level {found.name} forbids it"
    advice = Advice(text, sdk=code if strict else None, kubectl=lower)
    return Told(title, ObjectRef("Namespace", step.namespace), (advice,), {"level": found.name})


def _webhook_denied(step: Step, facts: Facts, found: Admission) -> Told:
    said = evidence.clip(found.text)
    if found.scope:
        name = found.name or ""
        advice = Advice(
            f"The {found.scope} {name} refuses the pod: {said} Change the step so that it fits the policy.",
            kubectl=f"kubectl get {found.scope.lower()} {name} -o yaml",
        )
        title = f"{step.subject} cannot start: the policy {name} refuses it"
        return Told(title, ObjectRef(found.scope, name), (advice,), {"policy": name})
    text = f"The admission webhook {found.name} refuses the pod: {said}. Change the step so that it fits the policy."
    title = f"{step.subject} cannot start: the policy {found.name} refuses it"
    return Told(title, step.ref(), (Advice(text),), {"webhook": found.name})


def _webhook_unreachable(step: Step, facts: Facts, found: Admission) -> Told:
    host = re.search(r"https?://([^/:\s]+)", found.text)
    service = host[1] if host else None
    name, _, place = (service or "").removesuffix(".svc").partition(".")
    text = f"The admission webhook {found.name} does not answer, so the API server makes no pods. Bring its service "
    text += f"{service or ''} back, or set its failurePolicy to Ignore."
    look = f"kubectl -n {place} get pods,endpoints {name}" if place else "kubectl get mutatingwebhookconfigurations"
    title = f"Pods cannot be made: the webhook {found.name} does not answer"
    about = ObjectRef("Service", name, place) if place else step.ref()
    return Told(title, about, (Advice(text, kubectl=look),), {"webhook": found.name, "host": service})


def _service_account(step: Step, facts: Facts, found: Admission) -> Told:
    name = found.name or ""
    near = near_name(
        name, [a.metadata.name for a in facts.around.service_accounts or () if a.metadata.namespace == step.namespace]
    )
    text = (
        f"Create the service account {name} in the namespace {step.namespace} with the rights of pipeline-runner, or start "
    )
    text += f"the run with one that exists{f': {near}' if near else ''}."
    title = f"{step.subject} cannot start: service account {name} does not exist"
    about = ObjectRef("ServiceAccount", name, step.namespace)
    advice = Advice(text, kubectl=f"kubectl -n {step.namespace} create serviceaccount {name}")
    return Told(title, about, (advice,), {"service_account": name})


def _priority_class(step: Step, facts: Facts, found: Admission) -> Told:
    name = found.name or ""
    near = near_name(name, [c.metadata.name for c in facts.around.priority_classes or ()])
    text = f"Create the priority class {name}, or name one that exists{f': {near}' if near else ''}."
    title = f"{step.subject} cannot start: priority class {name} does not exist"
    advice = Advice(text, kubectl=f"kubectl create priorityclass {name} --value=1000")
    return Told(title, ObjectRef("PriorityClass", name), (advice,), {"priority_class": name})


def _forbidden(step: Step, facts: Facts, found: Admission) -> Told:
    if found.name is None:
        said = evidence.clip(found.text)
        text = f"An admission plugin of the API server refuses the pod: {said}. Change what it names, or ask its owner."
        return Told(f"{step.subject} cannot start: the API server refuses its pod", step.ref(), (Advice(text),), {})
    user, verb, resource = found.name or "", found.scope or "", found.resource or ""
    text = f"{user} may not {verb} {resource}. Give it that right, or start the run with the service account that has it."
    numbers = {"user": user, "verb": verb, "resource": resource}
    title = f"{step.subject} failed: {user.rpartition(':')[2]} may not {verb} {resource}"
    if not user.startswith("system:serviceaccount:"):
        return Told(title, step.ref(), (Advice(text),), numbers)
    place, _, account = user.removeprefix("system:serviceaccount:").partition(":")
    role = f"{account}-{verb}-{resource}".replace("/", "-")
    here = f"kubectl -n {step.namespace} create"
    grant = f"{here} role {role} --verb={verb} --resource={resource} && {here} rolebinding {role} --role={role} "
    advice = Advice(text, kubectl=f"{grant}--serviceaccount={place}:{account}")
    return Told(title, ObjectRef("ServiceAccount", account, place), (advice,), numbers)


def _invalid_spec(step: Step, facts: Facts, found: Admission) -> Told:
    code = None
    if (match := _TOO_LARGE.search(found.text)) and match[2] == "memory" and step.task:
        code = f"{task_variable(step.task)}.set_memory_request('{match[3]}')"
    text = f"The API server does not accept the pod: {evidence.clip(found.text)}. Correct the step's settings."
    return Told(f"{step.subject} cannot start: its pod is not valid", step.ref(), (Advice(text, sdk=code),), {})


_invalid = _refused("invalid-spec", _invalid_spec)


def _invalid_or_refused(step: Step, facts: Facts) -> Match | None:
    status = step.pod.status if step.pod else None
    if status is None or not refused_by_kubelet(status.reason):
        return _invalid(step, facts)
    node = step.pod.spec.node_name if step.pod else ""
    text = f"The node refused the pod after it was placed there: {evidence.clip(status.message)} Other pods may have been "
    text += "faster, or a device is broken. Retry the run; if it happens again on this node, look at the node."
    return Match(
        title=f"{step.subject} was refused by node {node} ({status.reason})",
        confidence="certain",
        objects=(step.ref(), *((ObjectRef("Node", node),) if node else ())),
        evidence=evidence.of_pod(step),
        advice=(Advice(text, kubectl=f"kubectl describe node {node}" if node else None),),
        facts={"node": node or None, "reason": status.reason},
        key=(node, status.reason),
    )


def _invalid_workflows(facts: Facts) -> Iterable[Match]:
    """Workflows that Argo refuses as a whole: there is no step."""
    for case in facts.cases:
        workflow = case.workflow
        message = workflow.status.message if workflow else ""
        if (
            workflow is None
            or case.steps
            or workflow.status.phase not in ("Error", "Failed")
            or "invalid spec" not in message
        ):
            continue
        yield Match(
            title=f"The workflow of run {case.name} is not valid",
            confidence="certain",
            objects=(ObjectRef("Workflow", workflow.metadata.name, case.namespace),),
            evidence=(Evidence(f"workflow/{workflow.metadata.name}/status/message", evidence.clip(message)),),
            advice=(Advice(f"Argo does not accept it: {evidence.clip(message)}"),),
            key=(message,),
            runs=(case.run_id,),
        )


_ABOUT: tuple[tuple[str, str, Look, str, str], ...] = (
    ("quota-exceeded", "A quota is used up", _refused("quota-exceeded", quota_exceeded),
     "The namespace's ResourceQuota has no room for the pod; Argo tries again and again.",
     "Ask for less, free what is held, or raise the quota."),
    ("quota-needs-requests", "A quota wants requests or limits", _refused("quota-needs-requests", quota_needs_requests),
     "A quota on a resource refuses every pod with a container that does not name it, Argo's own containers included.",
     "Give the namespace a LimitRange with defaults."),
    ("limit-range", "A LimitRange forbids the pod", _refused("limit-range", limit_range),
     "A container asks for more, or less, than the namespace's LimitRange allows.",
     "Set what fits, or change the LimitRange."),
    ("pod-security", "Pod Security forbids the pod", _refused("pod-security", _pod_security),
     "The namespace enforces a Pod Security level that the pod does not meet.", "Set a security context that fits."),
    ("webhook-denied", "A policy refuses the pod", _refused("webhook-denied", _webhook_denied),
     "An admission webhook denied the request.", "Change the step so that it fits the policy."),
    ("webhook-unreachable", "An admission webhook does not answer", _refused("webhook-unreachable", _webhook_unreachable),
     "The API server cannot ask a webhook that it must ask, so no pods are made.", "Bring the webhook's service back."),
    ("service-account-missing", "A service account does not exist", _refused("service-account-missing", _service_account),
     "The run names a service account that is not in its namespace.", "Create it, or name one that exists."),
    ("priority-class-missing", "A priority class does not exist", _refused("priority-class-missing", _priority_class),
     "The pod names a priority class that the cluster does not have.", "Create it, or name one that exists."),
    ("forbidden", "A right is missing", _refused("forbidden", _forbidden),
     "RBAC refused what Argo, KFP's driver or the step's service account wanted to do.",
     "Give the right, or use another account."),
    ("invalid-spec", "A pod is not valid, or its node refused it", _invalid_or_refused,
     "The API server does not accept the pod, or the node's kubelet could not take it.", "Correct the step's settings."),
)  # fmt: skip
_SURVEYS: Mapping[str, Survey] = {"invalid-spec": _invalid_workflows}
_YIELDS = {"invalid-spec": ("config/volume-undefined",)}

CAUSES: tuple[Cause, ...] = tuple(
    Cause(
        id=f"admission/{name}",
        title=title,
        meaning=meaning,
        remedy=remedy,
        look=look,
        survey=_SURVEYS.get(name, surveys_nothing),
        when=_STATES,
        yields_to=_YIELDS.get(name, ()),
    )
    for name, title, look, meaning, remedy in _ABOUT
)
