"""Credentials of the user's own calls: none were found, they were refused, or they have expired."""

from __future__ import annotations

import re

from kfpops.diagnose.cause import Cause, Look, Match
from kfpops.diagnose.exits import exit_facts
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.diagnose.user_code import PLATFORM, ended_by, group_key, place_facts, quotation, retry_facts
from kfpops.knowledge.credential_errors import CredentialFailure, CredentialTrouble, read_credential_failure
from kfpops.knowledge.endpoint import endpoint_in, only_endpoint
from kfpops.knowledge.sdk import kubernetes_call, task_variable
from kfpops.model.finding import Advice

_RBAC = re.compile(
    r'User "system:serviceaccount:([^:"]+):([^"]+)" cannot (\w+) resource "([^"]+)"'
    r'(?: in API group "([^"]*)")?(?: in the namespace "([^"]+)")?'
)
# The Kubernetes client prints status, reason, headers and body, and nothing after them.
_BODY = 12


def _look(trouble: CredentialTrouble) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        ended = ended_by(step)
        found = read_credential_failure(ended[1]) if ended else None
        if ended is None or found is None or found.trouble != trouble:
            return None
        host = _host(step, found)
        return Match(
            title=f"{step.subject} {_title(found, host)}",
            confidence="certain" if ended[1].certain else "likely",
            objects=(step.ref("main"),),
            evidence=quotation(*ended),
            advice=(_advice(step, found, host),),
            facts={
                "http_status": found.http_status,
                "code": found.code,
                "operation": found.operation,
                "host": host,
                "exception": ended[1].name,
                "service_account": _account(step),
                **exit_facts(step),
                **place_facts(ended[1]),
                **retry_facts(step, facts),
            },
            key=group_key(step, trouble, found.code, found.http_status, host),
        )

    return look


def _host(step: Step, found: CredentialFailure) -> str | None:
    if found.trouble == "missing":
        # Nobody was asked: a host in the message is that of a page of documentation.
        return None
    host, _ = endpoint_in((found.said.message,))
    if host is None and step.log is not None:
        host, _ = only_endpoint(step.log.inputs, step.log.own_lines)
    return host


def _account(step: Step) -> str | None:
    return (step.pod.spec.service_account_name or None) if step.pod else None


def _title(found: CredentialFailure, host: str | None) -> str:
    what = f" for {found.operation}" if found.operation else ""
    who = f" by {host}" if host else ""
    match found.trouble:
        case "missing":
            return f"found no credentials ({found.said.name})"
        case "expired":
            return f"used credentials that have expired{what}"
        case "denied":
            code = found.code or (f"HTTP {found.http_status}" if found.http_status else found.said.name)
            return f"was denied access{who}{what} ({code})"


def _secret_code(step: Step, found: CredentialFailure) -> str:
    """How a Secret reaches the program: as a file for Google's libraries, else in the environment."""
    if "google" in found.said.exception:
        mount = kubernetes_call("use_secret_as_volume", step.task, secret_name="<secret>", mount_path="/secrets/google")
        variable = "'GOOGLE_APPLICATION_CREDENTIALS', '/secrets/google/key.json'"
        return f"{mount}\n{task_variable(step.task)}.set_env_variable({variable})"
    keys = {"access_key": "AWS_ACCESS_KEY_ID", "secret_key": "AWS_SECRET_ACCESS_KEY"}
    return kubernetes_call("use_secret_as_env", step.task, secret_name="<secret>", secret_key_to_env=keys)


def _advice(step: Step, found: CredentialFailure, host: str | None) -> Advice:
    code = _secret_code(step, found)
    account = _account(step)
    identity = f"the service account {account}" if account else "its service account"
    match found.trouble:
        case "missing":
            text = (
                f"Give {step.label} credentials: from a Secret, or by an identity of the cloud that is bound to {identity}."
            )
        case "expired":
            text = f"Renew the credentials that {step.label} uses, in the Secret where they lie; or use ones that renew"
            text += f" themselves, bound to {identity}."
        case "denied" if (right := _right(step)) is not None:
            return right
        case "denied":
            what = f"the right to {found.operation}" if found.operation else "access"
            where = f" to {host}" if host and not found.operation else ""
            text = (
                f"Give the identity that {step.label} uses {what}{where}, or give the step other credentials: those in its"
            )
            text += f" environment come first, then an identity that is bound to {identity}."
    return Advice(text, sdk=code)


def _right(step: Step) -> Advice | None:
    """The Role that lacks, when the Kubernetes API refused (its answer stands in the client's exception, as JSON)."""
    answers = [line for line in step.log.own_lines[-_BODY:] if "HTTP response body:" in line] if step.log else []
    refused = next((r for line in answers if (r := _RBAC.search(line.replace('\\"', '"')))), None)
    if refused is None:
        return None
    place, account, verb, resource, group, namespace = refused.groups()
    role = f"{account}-{verb}-{resource}".replace("/", "-")
    kind, where = ("role", f"kubectl -n {namespace} create") if namespace else ("clusterrole", "kubectl create")
    of = f"{resource}.{group}" if group else resource
    text = f"Kubernetes does not let the service account {account} {verb} {resource}"
    text += f" in the namespace {namespace}." if namespace else " in the whole cluster."
    command = f"{where} {kind} {role} --verb={verb} --resource={of} && {where} {kind}binding {role} --{kind}={role} "
    return Advice(
        f"{text} Give it that right, if the step is to have it.", kubectl=f"{command}--serviceaccount={place}:{account}"
    )


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="credentials/missing",
        title="A program found no credentials",
        meaning="The client library looked in all the usual places and found nothing.",
        remedy="Pass a Secret with use_secret_as_env, or bind an identity to the service account.",
        look=_look("missing"),
        yields_to=(*PLATFORM, "install/*"),
    ),
    Cause(
        id="credentials/denied",
        title="A program was denied access",
        meaning="The service knows who asks, or asks who it is, and says no.",
        remedy="Give the identity the permission, or use other credentials.",
        look=_look("denied"),
        yields_to=(*PLATFORM, "install/*"),
    ),
    Cause(
        id="credentials/expired",
        title="A program's credentials have expired",
        meaning="The token or key was good once.",
        remedy="Renew it, or use an identity that renews itself.",
        look=_look("expired"),
        yields_to=(*PLATFORM, "install/*"),
    ),
)
