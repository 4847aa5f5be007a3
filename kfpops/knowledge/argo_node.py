"""Names of workflow nodes → the pipeline's task, its loop iterations, its attempt, and what the pod does for it.

KFP 2.x names nodes `<wf>.root.<task>.executor`; from 2.17 on default retries put `(attempt)` behind every segment:
`<wf>(0).root(0).exit-handler-1(0).for-loop-3(0).iteration-iterations(1:1)(0).iteration-item(0).one(0).executor(0)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["driver", "executor", "importer", "other"]
"""driver: KFP's own pod before a task or graph · executor: the user's code · importer: dsl.importer."""

# Segments that KFP's compiler adds for loops; they are no tasks of the pipeline.
_LOOP_SEGMENTS = frozenset({"iteration-iterations", "iteration-item", "iteration"})
_SEGMENT = re.compile(r"(?:[^.(]|\([^)]*\))+")
_BRACKETS = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class NodePath:
    """`task` is dotted as in the IR ("prepare.clean-rows"), "" for the run's root; `iterations` outermost first."""

    task: str
    role: Role
    iterations: tuple[int, ...] = ()
    attempts: tuple[int, ...] = ()

    @property
    def attempt(self) -> int:
        """The innermost attempt, counted from 0."""
        return self.attempts[-1] if self.attempts else 0


def role_of_template(template: str) -> Role:
    """What a pod of this template does. Names: KFP's argocompiler (`system-dag-driver`, `retry-system-container-impl` …)."""
    if template.endswith("-driver"):
        return "driver"
    if template.endswith("system-container-impl"):
        return "executor"
    if template.endswith("system-importer"):
        return "importer"
    return "other"


def parse_node_name(name: str, workflow: str, role: Role = "other") -> NodePath:
    """Parse a node's name. `role` "other": guess it from the last segment (`executor`, `…-driver`).

    An exit handler's node stands behind `<dag>.onExit`, but its task is a sibling of that dag in the pipeline.
    """
    segments = _SEGMENT.findall(name.removeprefix(workflow))
    tasks: list[str] = []
    iterations: list[int] = []
    attempts: list[int] = []
    for segment in segments:
        plain = _BRACKETS.sub("", segment)
        groups: list[str] = _BRACKETS.findall(segment)
        loop = next((g for g in groups if ":" in g), None)
        if loop is not None and loop.partition(":")[0].isdigit():
            iterations.append(int(loop.partition(":")[0]))
        attempts += [int(g) for g in groups if g.isdigit()]
        if plain == "onExit":
            del tasks[-1:]
        elif plain and plain not in _LOOP_SEGMENTS:
            tasks.append(plain)
    tasks, found = _role_and_tasks(tasks, role)
    return NodePath(".".join(tasks), found, tuple(iterations), tuple(attempts))


def _role_and_tasks(tasks: list[str], role: Role) -> tuple[list[str], Role]:
    tasks = tasks[1:] if tasks[:1] == ["root"] else tasks
    last = tasks[-1] if tasks else ""
    if last == "executor" and role in ("executor", "other") and len(tasks) > 1:
        return tasks[:-1], "executor"
    if last.endswith("-driver") and role in ("driver", "other"):
        task = last.removesuffix("-driver")
        # `root-driver` drives the run, `iteration(-item)-driver` the loop that stands before it.
        kept = [] if task in ("root", "iteration", "iteration-item") else [task]
        return [*tasks[:-1], *kept], "driver"
    return tasks, role


def attempt_of(name: str) -> tuple[str, int] | None:
    """The Retry node's name and the number of an attempt: `wf.root.a.executor(2)` → (`wf.root.a.executor`, 2)."""
    found = re.fullmatch(r"(.*)\((\d+)\)", name)
    return (found.group(1), int(found.group(2))) if found else None
