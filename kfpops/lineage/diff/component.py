"""What a task runs, in two pipelines: image, command, code, environment and resources."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import msgspec

from kfpops.knowledge.pip_command import index_host, requirements
from kfpops.knowledge.redaction import redact
from kfpops.lineage.diff.values import Change, changes
from kfpops.model.lineage import JsonValue
from kfpops.model.pipeline_ir import ContainerSpec, PipelineIR, TaskSpec

# Names of changes that can be the cause of other results, and of those that hardly can.
RESULT = frozenset({"image", "packages", "package index", "command", "arguments"})
ENV = "env "


@dataclass(frozen=True, slots=True)
class CodeChange:
    """`diff` is in the unified format, without credentials; `added`, `removed` count its lines."""

    diff: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class ComponentDiff:
    """`compared` False: the task is not in both pipelines, or one of them is not known."""

    settings: tuple[Change, ...] = ()
    code: CodeChange | None = None
    compared: bool = False


NOT_COMPARED = ComponentDiff()


def compare_components(a: PipelineIR | None, b: PipelineIR | None, path: str) -> ComponentDiff:
    """The components behind a task path (`for-loop-2/train`)."""
    if a is None or b is None:
        return NOT_COMPARED
    dotted = path.replace("/", ".")
    old_task, new_task = a.task(dotted), b.task(dotted)
    if old_task is None or new_task is None:
        return NOT_COMPARED
    old, new = a.container(dotted), b.container(dotted)
    settings = changes({**_of_task(old_task), **_of_container(old)}, {**_of_task(new_task), **_of_container(new)})
    return ComponentDiff(settings, _code(source(old), source(new), path), True)


def source(container: ContainerSpec | None) -> str:
    """The code of a Python component, which the SDK puts last into the command; "" for any other."""
    if container is None or len(container.command) < 2 or "--function_to_execute" not in container.args:
        return ""
    last = container.command[-1]
    return last if "\n" in last and "def " in last else ""


def may_change_results(name: str) -> bool:
    """Whether such a setting can be why results differ; retries, caching and resources change the way, not the result."""
    return name in RESULT or name.startswith(ENV)


def _of_container(container: ContainerSpec | None) -> dict[str, JsonValue]:
    if container is None:
        return {}
    code = source(container)
    command = container.command[:-1] if code else container.command
    packages = requirements(command)
    found: dict[str, JsonValue] = {
        "image": container.image,
        "packages": list(packages) or None,
        "package index": index_host(command),
        # The words of the SDK change with its version, which is told of the run; of others every word counts.
        "command": None if code else list(command),
        "arguments": list(container.args) or None,
    }
    found |= {f"{ENV}{e.name}": e.value for e in container.env}
    return {name: value for name, value in {**found, **_resources(container)}.items() if value not in (None, "")}


def _resources(container: ContainerSpec) -> dict[str, JsonValue]:
    """`memory limit`, `cpu request` …: quantities; where an older SDK wrote only numbers (cores, GB), those."""
    given: dict[str, JsonValue] = msgspec.to_builtins(container.resources)
    accelerator = container.resources.accelerator
    found: dict[str, JsonValue] = {}
    for kind in ("Memory", "Cpu"):
        for bound in ("Limit", "Request"):
            value = given.get(f"resource{kind}{bound}") or given.get(f"{kind.lower()}{bound}")
            found[f"{kind.lower()} {bound.lower()}"] = value
    if accelerator:
        found["accelerator"] = accelerator.resource_type or accelerator.type
        found["accelerators"] = str(accelerator.resource_count or accelerator.count)
    return found


def _of_task(task: TaskSpec) -> dict[str, JsonValue]:
    caching = bool(task.caching_options and task.caching_options.enable_cache)
    retries = task.retry_policy.max_retry_count if task.retry_policy else 0
    return {"caching": caching, "retries": retries}


def _code(old: str, new: str, path: str) -> CodeChange | None:
    if old == new:
        return None
    lines = list(
        difflib.unified_diff(
            redact(old).strip("\n").splitlines(),
            redact(new).strip("\n").splitlines(),
            f"a/{path}.py",
            f"b/{path}.py",
            lineterm="",
        )
    )
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    return CodeChange("\n".join(lines), added, removed)
