"""Images that cannot be pulled, or cannot run where they were pulled to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Look, Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.argo_message import waiting_text
from kfpops.knowledge.image_pull import PULL_REASONS, PullError, PullProblem, lower_cased, parse_pull_error, tag_of
from kfpops.knowledge.sdk import kubernetes_call, task_variable
from kfpops.model.finding import Advice, Evidence

# The kernel's word for a program of another architecture (ENOEXEC).
_OTHER_ARCHITECTURE = "exec format error"
# containerd, remotes/docker: `unexpected status from HEAD request to https://…: 503 Service Unavailable` and, before 2.0,
# `pulling from host … failed with status code [manifests 2.1]: 500 Internal Server Error`.
_ANSWERED = re.compile(r"(?:unexpected status|failed with status code)[^,]*?: (5\d\d[\w ]*)")


@dataclass(frozen=True, slots=True)
class _Pull:
    container: str
    error: PullError
    evidence: tuple[Evidence, ...]


def _pull(step: Step) -> _Pull | None:
    """The first container, init containers included, whose image cannot be had, and why."""
    if step.pod is None:
        text = waiting_text(step.message, *PULL_REASONS) if step.message else None
        error = parse_pull_error(step.message) if text is not None else None
        return _Pull("main", error, evidence.of_node(step)) if error else None
    for status in step.statuses:
        wait = status.state.waiting
        if wait is None or wait.reason not in PULL_REASONS:
            continue
        everything = (*step.pod.spec.init_containers, *step.pod.spec.containers)
        image = next((c.image for c in everything if c.name == status.name), status.image)
        quoted: tuple[Evidence, ...] = (evidence.of_container(step, status),)
        error = parse_pull_error(f"{wait.reason}: {wait.message}", image)
        # Before Kubernetes 1.30 the back-off did not repeat why; the events do.
        for event in reversed(step.events_with("Failed", "InspectFailed", "ErrImageNeverPull")) if error is None else ():
            if error is None and image in event.message and (error := parse_pull_error(event.message, image)):
                quoted = (*quoted, evidence.of_event(event))
        if error is not None:
            return _Pull(status.name, error, quoted)
    return None


def _looks_for(problem: PullProblem, tell: Callable[[Step, _Pull], tuple[str, tuple[Advice, ...]]]) -> Look:
    def look(step: Step, facts: Facts) -> Match | None:
        if step.pod is None and "mage" not in step.message:
            return None
        pull = _pull(step)
        if pull is None or pull.error.problem != problem:
            return None
        title, advice = tell(step, pull)
        error = pull.error
        return Match(
            title=title,
            confidence="certain",
            objects=(step.ref(pull.container),),
            evidence=pull.evidence,
            advice=advice,
            facts={"image": error.image, "host": error.host},
            # One registry that nobody reaches, or that limits everybody, is one incident.
            key=(error.host,) if problem in ("registry-unreachable", "rate-limited", "certificate") else (error.image,),
        )

    return look


def _image_code(step: Step, image: str) -> str | None:
    return f"{task_variable(step.task)}.set_container_image('{image}')" if step.task else None


def _not_found(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    image, tag = pull.error.image, tag_of(pull.error.image)
    text = f"The registry {pull.error.host} does not have {image}. Push the tag {tag}, or name one that exists."
    code = _image_code(step, image.removesuffix(tag) + "<a tag that exists>") if pull.container == "main" else None
    return f"{step.subject} cannot start: image {image} does not exist", (Advice(text, sdk=code),)


def _unauthorized(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    host, image = pull.error.host, pull.error.image
    secrets = [s.name for s in step.pod.spec.image_pull_secrets] if step.pod else []
    absent = step.events_with("FailedToRetrieveImagePullSecret")
    if absent and secrets:
        text = f"The pull secret {', '.join(secrets)} could not be read in the namespace {step.namespace}: create it there."
    elif secrets:
        text = f"The pull secret {', '.join(secrets)} does not open {host}. Renew its login, or name another one."
    else:
        text = f"The registry {host} wants a login and the pod has no pull secret. Create one and name it in the pipeline."
    text += " Some registries answer the same when the image does not exist: check its name."
    name = secrets[0] if secrets else "registry-login"
    create = f"kubectl -n {step.namespace} create secret docker-registry {name} --docker-server={host}"
    code = kubernetes_call("set_image_pull_secrets", step.task, secret_names=[name]) if step.task else None
    advice = Advice(text, sdk=code, kubectl=f"{create} --docker-username=USER --docker-password=PASSWORD")
    return f"{step.subject} cannot start: no permission to pull {image}", (advice,)


def _rate_limited(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    host, image = pull.error.host, pull.error.image
    text = f"The registry {host} refuses more pulls for now. Pull with a login, or from a mirror of your own; "
    text += "it goes on by itself when the limit is over."
    code = kubernetes_call("set_image_pull_secrets", step.task, secret_names=["registry-login"]) if step.task else None
    return f"{step.subject} cannot start: {host} limits pulls ({image})", (Advice(text, sdk=code),)


def _invalid_name(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    image = pull.error.image
    better = lower_cased(image)
    text = f"{image} is no image name that the runtime accepts. Repositories are written in lower case, without spaces."
    advice = Advice(text, sdk=_image_code(step, better) if better != image else None)
    return f"{step.subject} cannot start: {image} is not a valid image name", (advice,)


def _unreachable(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    host = pull.error.host
    if answer := _ANSWERED.search(pull.evidence[0].text if pull.evidence else ""):
        text = f"The registry {host} answers, with {answer[1]}: something is wrong on its side, or on a proxy's before it. "
        text += "It is tried again by itself; see the registry's own log, or take the image from another."
        return f"{step.subject} cannot start: registry {host} answers with an error ({answer[1]})", (Advice(text),)
    text = f"The nodes do not reach the registry {host}. Check the name, the nodes' DNS, proxy and firewall, "
    text += "and whether the registry runs; or take the image from one that they reach."
    return f"{step.subject} cannot start: registry {host} cannot be reached", (Advice(text),)


def _wrong_architecture(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    return _architecture(step, pull.error.image)


def _architecture(step: Step, image: str) -> tuple[str, tuple[Advice, ...]]:
    text = f"{image} is not built for the node's processor. Build it for that too (docker buildx build --platform "
    text += "linux/amd64,linux/arm64), or choose nodes of its architecture."
    arch = {"label_key": "kubernetes.io/arch", "label_value": "amd64"}
    code = kubernetes_call("add_node_selector", step.task, **arch) if step.task else None
    return f"{step.subject} cannot run: image {image} is for another processor", (Advice(text, sdk=code),)


def _certificate(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    host = pull.error.host
    text = (
        f"The nodes do not trust the registry {host}, or it speaks plain HTTP. Give the container runtime of every node its "
    )
    text += "CA certificate (containerd: /etc/containerd/certs.d/<host>/hosts.toml), or renew the registry's certificate."
    return f"{step.subject} cannot start: the certificate of registry {host} is not accepted", (Advice(text),)


def _not_on_node(step: Step, pull: _Pull) -> tuple[str, tuple[Advice, ...]]:
    image = pull.error.image
    text = f"The pull policy is Never and the node does not hold {image}. Allow pulling, or load the image on the nodes."
    code = kubernetes_call("set_image_pull_policy", step.task, policy="IfNotPresent") if step.task else None
    return f"{step.subject} cannot start: image {image} is not on the node", (Advice(text, sdk=code),)


def _wrong_architecture_look(step: Step, facts: Facts) -> Match | None:
    """At the pull, or when the program is started: then the kernel says so in the status or in the last lines."""
    if (found := _pulled(step, facts)) is not None:
        return found
    done = step.main_terminated
    if step.state != "failed" or step.main_spec is None or done is None:
        return None
    last = [line for line in step.log.own_lines[-3:] if _OTHER_ARCHITECTURE in line] if step.log else []
    last += [e for e in step.log.klog_errors[-1:] if _OTHER_ARCHITECTURE in e] if step.log else []
    if not last and _OTHER_ARCHITECTURE not in done.message:
        return None
    image = step.main_spec.image
    title, advice = _architecture(step, image)
    quoted = [evidence.of_log(step.log, last)] if step.log and last else []
    main = [evidence.of_container(step, step.main)] if step.main else []
    refs = (step.ref("main"),)
    return Match(title, "certain", refs, (*quoted, *main), advice, {"image": image, "exit_code": done.exit_code}, (image,))


_pulled = _looks_for("wrong-architecture", _wrong_architecture)
_STATES: frozenset[StepState] = frozenset({"waiting", "failed"})
_PROBLEMS = (
    ("not-found", "An image does not exist", "The registry answers and does not have the image or its tag.",
     "Push it, or name a tag that exists.", _looks_for("not-found", _not_found)),
    ("unauthorized", "An image needs a login", "The registry refuses the pull: no pull secret, or a wrong one.",
     "Create a pull secret and name it with kubernetes.set_image_pull_secrets.", _looks_for("unauthorized", _unauthorized)),
    ("rate-limited", "A registry limits pulls", "The registry counts pulls of an address and refuses more for now.",
     "Pull with a login or from a mirror.", _looks_for("rate-limited", _rate_limited)),
    ("invalid-name", "An image name is invalid", "The container runtime cannot parse the image's name.",
     "Correct the name: repositories are in lower case.", _looks_for("invalid-name", _invalid_name)),
    ("registry-unreachable", "A registry cannot be reached", "Nodes cannot resolve or connect to the registry's host.",
     "Check the host name, DNS, proxy and firewall of the nodes.", _looks_for("registry-unreachable", _unreachable)),
    ("wrong-architecture", "An image is for another processor", "The image holds no build for the node's architecture.",
     "Build it for that architecture, or choose nodes that fit.", _wrong_architecture_look),
    ("certificate", "A registry's certificate is not accepted", "The node does not trust the registry's certificate.",
     "Give the nodes the registry's CA certificate.", _looks_for("certificate", _certificate)),
    ("not-on-node", "An image may not be pulled and is not there", "Pull policy Never, and the node has no such image.",
     "Allow pulling, or load the image on the nodes.", _looks_for("not-on-node", _not_on_node)),
)  # fmt: skip

CAUSES: tuple[Cause, ...] = tuple(
    Cause(id=f"image/{name}", title=title, meaning=meaning, remedy=remedy, look=look, when=_STATES)
    for name, title, meaning, remedy, look in _PROBLEMS
)
