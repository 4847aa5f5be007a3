"""Containers that cannot be made or started: missing Secrets, ConfigMaps and keys, users, commands, volumes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Look, Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.argo_message import waiting_text
from kfpops.knowledge.config_reference import held_by, keys_of, variables_from
from kfpops.knowledge.config_text import (
    Holder,
    MissingReference,
    near_name,
    parse_as_root,
    parse_missing,
    parse_missing_command,
    parse_missing_volume,
)
from kfpops.knowledge.sdk import kubernetes_call
from kfpops.model.container import ContainerStatus
from kfpops.model.finding import Advice, Evidence

_REFUSED = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError", "ContainerCannotRun")
_MOUNTS = ("FailedMount",)
_STATES: frozenset[StepState] = frozenset({"waiting", "failed"})
# Exit codes of shells: not executable, not found.
_SHELL_CODES = (126, 127)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What was said, in which container (None: of the pod), and the quotation."""

    text: str
    container: str | None
    evidence: tuple[Evidence, ...]


def _refusals(step: Step) -> Iterable[_Refusal]:
    """What kept the containers from starting, init containers first; then what kept the volumes from being mounted."""
    if step.pod is None:
        if waiting_text(step.message, *_REFUSED) is not None or "is invalid" in step.message:
            yield _Refusal(step.message, "main", evidence.of_node(step))
        return
    for status in step.statuses:
        if (said := _said(status)) is not None:
            yield _Refusal(said, status.name, (evidence.of_container(step, status),))
    begun = any(s.state.running or s.state.terminated for s in step.statuses)
    if step.state == "waiting" and not begun:
        for event in reversed(step.events_with(*_MOUNTS)):
            yield _Refusal(event.message, None, (evidence.of_event(event),))


def _said(status: ContainerStatus) -> str | None:
    wait, done = status.state.waiting, status.state.terminated
    if wait is not None and wait.reason in _REFUSED:
        return wait.message
    if wait is not None and wait.reason == "CrashLoopBackOff":
        done = status.last_state.terminated
    return done.message if done is not None and done.reason in _REFUSED else None


def _missing(holder: Holder, key: bool) -> Look:
    """A look for an absent Secret or ConfigMap, or for one that lacks a key."""

    def look(step: Step, facts: Facts) -> Match | None:
        for refusal in _refusals(step):
            found = parse_missing(refusal.text)
            if found is not None and found.holder == holder and (found.key is not None) == key:
                found = replace(found, name=found.name or (held_by(step.pod, found) if step.pod else ""))
                return _missing_match(step, facts, refusal, found)
        return None

    return look


def _missing_match(step: Step, facts: Facts, refusal: _Refusal, found: MissingReference) -> Match:
    what = f"{found.holder} {found.name}"
    lacks = f"{what} has no key {found.key}" if found.key else f"{what} does not exist"
    kind = found.holder.lower()
    return Match(
        title=f"{step.subject} cannot start: {lacks}",
        confidence="certain",
        objects=(step.ref(refusal.container),),
        evidence=refusal.evidence,
        advice=(_key_advice(step, facts, found) if found.key else _object_advice(step, facts, found),),
        facts={kind: found.name, "key": found.key, "volume": found.volume},
        key=(step.namespace, found.name, found.key),
    )


def _key_advice(step: Step, facts: Facts, found: MissingReference) -> Advice:
    keys = keys_of(found, step.namespace, facts.around.secrets, facts.around.config_maps)
    near = near_name(found.key or "", keys or ())
    what = f"The {found.holder} {found.name}"
    patch = f"kubectl -n {step.namespace} edit {found.holder.lower()} {found.name}"
    if near is None:
        has = f" It has {', '.join(sorted(keys)[:10]) or 'no keys'}." if keys is not None else ""
        return Advice(f"{what} has no key {found.key}.{has} Add the key, or ask for one that is there.", kubectl=patch)
    text = f"{what} has {near}, the step asks for {found.key}. Ask for {near}, or add {found.key}."
    wanted = dict(variables_from(step.main_spec, found)) if step.main_spec else {}
    env = wanted.get(found.key or "") or near.upper().replace("-", "_").replace(".", "_")
    return Advice(text, sdk=_as_env(step, found, {near: env}) if found.volume is None else None, kubectl=patch)


def _as_env(step: Step, found: MissingReference, keys: dict[str, str]) -> str | None:
    if not step.task:
        return None
    if found.holder == "Secret":
        return kubernetes_call("use_secret_as_env", step.task, secret_name=found.name, secret_key_to_env=keys)
    return kubernetes_call("use_config_map_as_env", step.task, config_map_name=found.name, config_map_key_to_env=keys)


def _object_advice(step: Step, facts: Facts, found: MissingReference) -> Advice:
    listed = facts.around.secrets if found.holder == "Secret" else facts.around.config_maps
    here = [o.metadata.name for o in listed or () if o.metadata.namespace == step.namespace]
    elsewhere = [o.metadata.namespace for o in listed or () if o.metadata.name == found.name]
    near = near_name(found.name, here)
    text = f"Create the {found.holder} {found.name} in the namespace {step.namespace}, or name another one in the pipeline."
    if near is not None and near != found.name:
        text += f" There is one called {near}."
    elif elsewhere and step.namespace not in elsewhere:
        text += f" The one in {elsewhere[0]} is of no use here: pods only see their own namespace."
    keys = [key for key, _ in variables_from(step.main_spec, found)] if step.main_spec else []
    literals = " ".join(f"--from-literal={key}=VALUE" for key in keys or ["KEY"])
    kind = "secret generic" if found.holder == "Secret" else "configmap"
    return Advice(text, kubectl=f"kubectl -n {step.namespace} create {kind} {found.name} {literals}")


def _run_as_non_root(step: Step, facts: Facts) -> Match | None:
    for refusal in _refusals(step):
        if (user := parse_as_root(refusal.text)) is not None:
            image = step.main_spec.image if step.main_spec else None
            code = kubernetes_call("set_security_context", step.task, run_as_user=1000, run_as_non_root=True)
            text = f"The pod may not run as root, and its image's user is {user}. Give the step a numeric user, "
            text += "or put `USER 1000` into the image."
            return Match(
                title=f"{step.subject} cannot start: its image runs as {user}, which the pod forbids",
                confidence="certain",
                objects=(step.ref(refusal.container),),
                evidence=refusal.evidence,
                advice=(Advice(text, sdk=code if step.task else None),),
                facts={"image": image, "user": user},
                key=(image,),
            )
    return None


def _volume_undefined(step: Step, facts: Facts) -> Match | None:
    for refusal in _refusals(step):
        if (volume := parse_missing_volume(refusal.text)) is not None:
            text = f"A container mounts the volume {volume}, which the pod does not define. Define it, or remove the mount"
            text += " (pod spec patches and webhooks add mounts, too)."
            return Match(
                title=f"{step.subject} cannot start: volume {volume} is not defined",
                confidence="certain",
                objects=(step.ref(refusal.container),),
                evidence=refusal.evidence,
                advice=(Advice(text),),
                facts={"volume": volume},
                key=(step.namespace, step.task, volume),
            )
    return None


def _command_not_found(step: Step, facts: Facts) -> Match | None:
    log = step.log
    said = [(r.text, r.container, r.evidence) for r in _refusals(step)]
    if log is not None and step.state == "failed":
        said += [(e, "main", (evidence.of_log(log, [e]),)) for e in log.klog_errors[:1] if "exec" in e]
        if log.exit_status in _SHELL_CODES:
            said += [(line, "main", (evidence.of_log(log, [line]),)) for line in reversed(log.own_lines[-5:])]
    for text, container, quoted in said:
        found = parse_missing_command(text)
        if found is None or "exec format error" in text:
            continue
        image = step.main_spec.image if step.main_spec and container == "main" else None
        trouble = "is not in the image" if found.allowed else "may not be executed"
        where = f" {image}" if image and found.allowed else ""
        change = "Use an image that has it" if found.allowed else "Make it executable (chmod +x) when the image is built"
        done = step.main_terminated
        return Match(
            title=f"{step.subject} cannot start: command {found.command} {trouble}{where}",
            confidence="certain",
            objects=(step.ref(container),),
            evidence=quoted,
            advice=(Advice(f"{change}, or correct the command of the step: {found.command} {trouble}{where}."),),
            facts={"command": found.command, "image": image, "exit_code": done.exit_code if done else None,
                   "inner_exit_code": log.exit_status if log else None},
            key=(image, found.command),
        )  # fmt: skip
    return None


_ABOUT = (
    ("secret-missing", "A Secret does not exist", _missing("Secret", key=False),
     "A container takes a variable or a volume from a Secret that is not in its namespace.",
     "Create the Secret, or name another one."),
    ("secret-key-missing", "A Secret lacks a key", _missing("Secret", key=True),
     "The Secret is there; the key that a container asks for is not in it.",
     "Add the key, or ask for one that is there."),
    ("configmap-missing", "A ConfigMap does not exist", _missing("ConfigMap", key=False),
     "A container takes a variable or a volume from a ConfigMap that is not in its namespace.",
     "Create the ConfigMap, or name another one."),
    ("configmap-key-missing", "A ConfigMap lacks a key", _missing("ConfigMap", key=True),
     "The ConfigMap is there; the key that a container asks for is not in it.",
     "Add the key, or ask for one that is there."),
    ("run-as-non-root", "An image runs as root where that is forbidden", _run_as_non_root,
     "The pod says runAsNonRoot, and the image's user is root or has no number.",
     "Set a numeric user with kubernetes.set_security_context, or in the image."),
    ("command-not-found", "A command is not in the image", _command_not_found,
     "The container's command, or a program of its script, does not exist in the image or may not be executed.",
     "Use an image that has it, or correct the command."),
    ("volume-undefined", "A volume is mounted but not defined", _volume_undefined,
     "A container mounts a volume that the pod does not have.",
     "Define the volume, or remove the mount."),
)  # fmt: skip

CAUSES: tuple[Cause, ...] = tuple(
    Cause(id=f"config/{name}", title=title, meaning=meaning, remedy=remedy, look=look, when=_STATES)
    for name, title, look, meaning, remedy in _ABOUT
)
