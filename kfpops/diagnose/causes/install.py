"""Packages that pip could not install before the component began, or when it ran pip itself."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.exits import exit_facts
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.import_fix import install_code
from kfpops.diagnose.step import Step
from kfpops.diagnose.user_code import retry_advice, retry_facts
from kfpops.knowledge.pip_command import index_host, requirements
from kfpops.knowledge.pip_log import UNTRUSTED, PipFailure, PipTrouble
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice, Confidence, Fact

_PLATFORM = ("memory/*", "kfp/*", "volume/*", "run/*", "node/*", "process/deadline", "scheduling/preempted")
_NEWEST = 6


def _failure(step: Step, trouble: PipTrouble) -> PipFailure | None:
    pip = step.log.pip if step.log else None
    return pip if pip is not None and pip.trouble == trouble else None


def _command(step: Step, facts: Facts) -> tuple[str, ...]:
    """The words of the container's command, from the pod or else from the compiled pipeline."""
    if step.main_spec is not None:
        return (*step.main_spec.command, *step.main_spec.args)
    case = facts.case_of(step)
    pipeline = case.run.pipeline if case and case.run else None
    container = pipeline.container(step.task) if pipeline and step.task else None
    return (*container.command, *container.args) if container else ()


def _match(step: Step, facts: Facts, pip: PipFailure, what: str, advice: tuple[Advice, ...], more: dict[str, Fact]) -> Match:
    sure: Confidence = "certain"
    quoted = (evidence.of_log(step.log, pip.lines),) if step.log else ()
    return Match(
        title=f"{step.subject} could not install {what}",
        confidence=sure,
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=advice,
        facts={**more, **exit_facts(step), **retry_facts(step, facts)},
        key=(step.namespace, pip.trouble, pip.package, pip.wanted, more.get("host"), more.get("packages")),
    )


def _package_not_found(step: Step, facts: Facts) -> Match | None:
    pip = _failure(step, "not-found")
    if pip is None:
        return None
    name = pip.package or "a package"
    wanted = f" {pip.wanted}" if pip.wanted else ""
    newest = pip.available[-_NEWEST:]
    if pip.detail:
        text = f"{name} does not support this image's Python ({pip.detail}). Use another version of it, or of Python."
        code = install_code(name)
    elif newest:
        text = (
            f"The index has no {name}{wanted}; the newest it offers is {newest[-1]}. Name that one in packages_to_install."
        )
        code = install_code(f"{name}=={newest[-1]}")
    else:
        text = f"The index has nothing called {name} for this Python and platform: correct the name in packages_to_install,"
        text += " or name the index that has it in pip_index_urls."
        code = f"@dsl.component(packages_to_install=[{name!r}], pip_index_urls=['https://<index that has it>/simple'])"
    more: dict[str, Fact] = {
        "package": pip.package,
        "wanted": pip.wanted,
        "available": ", ".join(newest) or None,
        "python": pip.detail,
    }
    return _match(step, facts, pip, f"{name}{wanted}: there is no such version" if newest else f"{name}{wanted}: not found",
                  (Advice(text, sdk=code),), more)  # fmt: skip


def _index_unreachable(step: Step, facts: Facts) -> Match | None:
    pip = _failure(step, "unreachable")
    if pip is None:
        return None
    command = _command(step, facts)
    host = pip.host or index_host(command)
    asked = requirements(command)
    name = pip.package or (asked[0] if asked else None)
    if pip.detail == UNTRUSTED:
        return _untrusted(step, facts, pip, list(asked or ((name,) if name else ())))
    refused = pip.http_status in (401, 403, 407)
    how = f"refused access (HTTP {pip.http_status})" if refused else "could not be reached"
    index = f"the package index {host}" if host else "the package index"
    text = f"pip_index_urls names the index that pip asks ({host or 'the default one, or what the image configures'})."
    text += " Name one that answers from inside the cluster"
    text += (
        ", with credentials that it accepts," if refused else ", or let the pods' traffic out to it (NetworkPolicy, proxy),"
    )
    packages = list(asked or ((name,) if name else ()))
    code = f"@dsl.component({f'packages_to_install={packages!r}, ' if packages else ''}"
    code += "pip_index_urls=['http://<index>.<namespace>.svc/simple'])"
    more: dict[str, Fact] = {"host": host, "package": pip.package, "wanted": pip.wanted, "http_status": pip.http_status}
    advice = (
        Advice(f"{text} or build an image with the packages in it.", sdk=code),
        *retry_advice(step, facts, not refused),
    )
    return _match(step, facts, pip, f"its packages: {index} {how}", advice, more)


def _untrusted(step: Step, facts: Facts, pip: PipFailure, packages: list[str]) -> Match:
    """pip leaves out an index of plain HTTP without a word of error, and then finds nothing."""
    host = pip.host or "the index"
    text = f"pip ignores the index {host}: it speaks plain HTTP and is not a trusted host. Name it in pip_trusted_hosts, or"
    code = f"@dsl.component(packages_to_install={packages!r}, pip_index_urls=['http://{host}/simple'], "
    advice = Advice(f"{text} use its https address.", sdk=f"{code}pip_trusted_hosts=[{host!r}])")
    more: dict[str, Fact] = {"host": pip.host, "package": pip.package, "wanted": pip.wanted}
    return _match(step, facts, pip, f"its packages: pip does not trust the index {host}", (advice,), more)


def _conflict(step: Step, facts: Facts) -> Match | None:
    pip = _failure(step, "conflict")
    if pip is None:
        return None
    who = pip.detail or "its packages"
    text = "Loosen or drop one of the versions in packages_to_install: no set of versions satisfies them all."
    advice = (Advice(text, sdk=install_code(*(requirements(_command(step, facts)) or ("…",)))),)
    return _match(step, facts, pip, f"{who}: their requirements contradict each other", advice, {"packages": pip.detail})


def _build_failed(step: Step, facts: Facts) -> Match | None:
    pip = _failure(step, "build")
    if pip is None:
        return None
    name = pip.package or "a package"
    missing = f": {pip.detail} is missing" if pip.detail else ""
    text = f"{name} has no ready-made wheel for this Python and platform, and building it in the container failed{missing}."
    text += " Name a version that has a wheel, use another Python, or build an image with the compiler and headers in it."
    more: dict[str, Fact] = {"package": pip.package, "missing": pip.detail}
    return _match(step, facts, pip, f"{name}: it could not be built{missing}", (Advice(text, sdk=install_code(name)),), more)


def _not_permitted(step: Step, facts: Facts) -> Match | None:
    pip = _failure(step, "not-permitted")
    if pip is None:
        return None
    task = task_variable(step.task)
    if pip.detail == "externally-managed-environment":
        text = "The image's Python belongs to its operating system, which forbids pip to change it. Use a python:… image, or"
        code = f"{task}.set_env_variable('PIP_BREAK_SYSTEM_PACKAGES', '1')"
        advice = Advice(f"{text} allow it: in a container nothing else depends on it.", sdk=code)
    elif "Read-only file system" in (pip.detail or ""):
        text = "The container's file system is read-only. Build an image with the packages in it, or take"
        advice = Advice(f"{text} readOnlyRootFilesystem from the container's security context.")
    else:
        text = "The container's user may not write there. With a HOME that it may write to, pip installs below that;"
        code = f"{task}.set_env_variable('HOME', '/tmp')"
        advice = Advice(f"{text} or build an image with the packages in it.", sdk=code)
    path = pip.detail.partition(": ")[2].strip("'") if pip.detail else None
    return _match(step, facts, pip, "its packages: pip may not write there", (advice,), {"path": path or None})


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="install/package-not-found",
        title="pip found no such package or version",
        meaning="The index answered, but has no such name, no such version, or none for this Python.",
        remedy="Correct packages_to_install, or name the index that has the package in pip_index_urls.",
        look=_package_not_found,
        yields_to=(*_PLATFORM, "install/index-unreachable"),
    ),
    Cause(
        id="install/index-unreachable",
        title="pip could not reach its package index",
        meaning="The name of the index is unknown, it does not answer, or it refuses access.",
        remedy="Name an index that answers from inside the cluster in pip_index_urls, or use an image with the packages.",
        look=_index_unreachable,
        yields_to=_PLATFORM,
    ),
    Cause(
        id="install/conflict",
        title="Packages contradict each other",
        meaning="No set of versions satisfies all that was asked for.",
        remedy="Loosen the versions in packages_to_install.",
        look=_conflict,
        yields_to=_PLATFORM,
    ),
    Cause(
        id="install/build-failed",
        title="A package could not be built",
        meaning="There is no wheel for this Python and platform, and the image cannot build one.",
        remedy="Use a version with a wheel, or an image with the compiler.",
        look=_build_failed,
        yields_to=_PLATFORM,
    ),
    Cause(
        id="install/not-permitted",
        title="pip may not write its packages",
        meaning="The container's user may not write to Python's folders, or the image forbids pip to.",
        remedy="Set HOME to a folder that the user may write to, or use an image with the packages in it.",
        look=_not_permitted,
        yields_to=_PLATFORM,
    ),
)
