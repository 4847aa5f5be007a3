"""What two runs have in common and what not, task by task: facts of both → RunDiff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from kfpops.lineage.diff.align import Pair, RunFacts, TaskRun, aligned
from kfpops.lineage.diff.component import NOT_COMPARED, CodeChange, ComponentDiff, compare_components
from kfpops.lineage.diff.contents import SAME, Objects, PortDiff, is_metrics, must_be_asked, ports
from kfpops.lineage.diff.order import folded
from kfpops.lineage.diff.values import Change, NumberChange, changes, number_changes
from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import CACHED, COMPLETE, Artifact, ExecutionKind, JsonValue

# MLMD's word for a task whose condition did not hold.
NOT_TRIGGERED = "CANCELED"
TaskChange: TypeAlias = Literal["same", "changed", "only-a", "only-b"]


@dataclass(frozen=True, slots=True)
class DiffFacts:
    """All that was read. `objects`: the store's answers by URI. `origins`: executions of other runs → those runs' ids."""

    source: Source
    a: RunFacts
    b: RunFacts
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    objects: Objects = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[NotChecked, ...] = ()


def state_of(run: TaskRun) -> str:
    """The state as far as it tells runs apart: one from the cache is as complete as one that ran.

    Of a loop or a nested pipeline it only counts whether it was triggered: it fails by what is inside it, and KFP leaves
    many RUNNING for ever.
    """
    state = run.execution.state
    if state == CACHED or (run.execution.kind == "dag" and state != NOT_TRIGGERED):
        return COMPLETE
    return state


@dataclass(frozen=True, slots=True)
class TaskDiff:
    """One task in both runs, or in one.

    `path` names iterations (`for-loop-2[3]/train`); where several that are in one run only are folded into one, it names
    their range and `times` says how many. Of inputs and outputs all ports are told, of all else what differs.
    `same_cause`: both ran from one fingerprint (KFP's sum over image, command, parameters and inputs); None: not known.
    """

    path: str
    task_path: str
    kind: ExecutionKind
    change: TaskChange
    a: TaskRun | None = None
    b: TaskRun | None = None
    times: int = 1
    parameters: tuple[Change, ...] = ()
    component: ComponentDiff = NOT_COMPARED
    inputs: tuple[PortDiff, ...] = ()
    outputs: tuple[PortDiff, ...] = ()
    results: tuple[Change, ...] = ()
    metrics: tuple[NumberChange, ...] = ()
    same_cause: bool | None = None

    @property
    def code(self) -> CodeChange | None:
        return self.component.code

    @property
    def other_state(self) -> bool:
        """Whether it ended otherwise."""
        return self.a is not None and self.b is not None and state_of(self.a) != state_of(self.b)

    @property
    def seconds(self) -> tuple[float, float] | None:
        """How long both took; None unless both ran and ended: what comes from the cache takes no time of its own."""
        a, b = self.a, self.b
        if a is None or b is None or CACHED in (a.execution.state, b.execution.state):
            return None
        return None if a.seconds is None or b.seconds is None else (a.seconds, b.seconds)

    @property
    def unknown(self) -> tuple[PortDiff, ...]:
        """Ports whose artifacts could not be compared."""
        return tuple(p for p in (*self.inputs, *self.outputs) if p.content == "unknown")


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything that differs, before anybody asks why. `parameters`: of the runs; `settings`: of their pipelines."""

    facts: DiffFacts
    parameters: tuple[Change, ...]
    settings: tuple[Change, ...]
    tasks: tuple[TaskDiff, ...]


def compare_runs(facts: DiffFacts) -> Compared:
    """Tasks stand in the order of the data flow."""
    pairs = aligned(facts.a, facts.b)
    components = _components(facts, pairs)
    both = [_both(facts, pair, components[pair.task_path]) for pair in pairs if pair.a and pair.b]
    alone = {pair.path: pair for pair in pairs if not (pair.a and pair.b)}
    places = {pair.path: number for number, pair in enumerate(pairs)}
    found = [*((places[t.path], t) for t in both), *((places[first], t) for first, t in _alone(alone.values()))]
    return Compared(facts, _run_parameters(facts), _settings(facts), tuple(t for _, t in sorted(found, key=lambda f: f[0])))


def _components(facts: DiffFacts, pairs: Iterable[Pair]) -> Mapping[str, ComponentDiff]:
    """By task path: the iterations of a loop share one."""
    paths = {pair.task_path for pair in pairs}
    return {path: compare_components(facts.a.pipeline_ir, facts.b.pipeline_ir, path) for path in paths}


def moved(task: TaskDiff) -> tuple[tuple[PortDiff, ...], tuple[PortDiff, ...]]:
    """Inputs and outputs that are not the same; those that could not be compared only where a task imports another URI."""
    inputs = tuple(p for p in task.inputs if _is_moved(p))
    outputs = tuple(p for p in task.outputs if _is_moved(p) or (task.kind == "importer" and p.content not in SAME))
    return inputs, outputs


def _is_moved(port: PortDiff) -> bool:
    return port.content not in SAME | {"unknown"} or bool(port.properties)


def undecided(facts: DiffFacts) -> tuple[str, ...]:
    """URIs that the store must be asked about, in pairs: outputs and inputs of the same task that nothing else compares."""
    found: dict[str, None] = {}
    for pair in aligned(facts.a, facts.b):
        if pair.a and pair.b:
            for one in (*_ports(facts, pair, "input"), *_ports(facts, pair, "output")):
                if one.a and one.b and must_be_asked(one.a, one.b):
                    found |= {one.a.uri: None, one.b.uri: None}
    return tuple(found)


def _both(facts: DiffFacts, pair: Pair, component: ComponentDiff) -> TaskDiff:
    a, b = pair.a, pair.b
    assert a is not None
    assert b is not None
    own_a, own_b = _own(facts.a), _own(facts.b)
    outputs = _ports(facts, pair, "output")
    diff = TaskDiff(
        path=pair.path,
        task_path=pair.task_path,
        kind=b.execution.kind,
        change="same",
        a=a,
        b=b,
        parameters=changes(a.execution.inputs, b.execution.inputs, own_a, own_b),
        component=component,
        inputs=_ports(facts, pair, "input"),
        outputs=outputs,
        results=changes(_results(a), _results(b), own_a, own_b),
        metrics=tuple(m for port in outputs for m in _metrics(port)),
        same_cause=_same_cause(a, b),
    )
    return replace(diff, change="changed") if _differs(diff) else diff


def _differs(diff: TaskDiff) -> bool:
    """Whether anything but time, and what could not be compared, is different."""
    values = (diff.parameters, diff.component.settings, diff.results, diff.metrics)
    if any(values) or diff.code is not None or diff.other_state:
        return True
    return any(moved(diff)) or (diff.same_cause is False and not diff.component.compared and not diff.unknown)


def _same_cause(a: TaskRun, b: TaskRun) -> bool | None:
    one, two = a.execution.fingerprint, b.execution.fingerprint
    return one == two if one and two else None


def _results(run: TaskRun) -> Mapping[str, JsonValue]:
    """Output parameters; of a DAG they are where they come from, not what they are."""
    return run.execution.outputs if run.execution.kind != "dag" else {}


def _ports(facts: DiffFacts, pair: Pair, kind: Literal["input", "output"]) -> tuple[PortDiff, ...]:
    one, two = (
        [(e.port, facts.artifacts[e.artifact_id]) for e in run.events if e.kind == kind and e.artifact_id in facts.artifacts]
        if run
        else []
        for run in (pair.a, pair.b)
    )
    return ports(one, two, facts.objects)


def _metrics(port: PortDiff) -> tuple[NumberChange, ...]:
    if port.a is None or port.b is None or port.content == "same-id" or not (is_metrics(port.a) and is_metrics(port.b)):
        return ()
    return number_changes(port.port, port.a.properties, port.b.properties)


def _alone(pairs: Iterable[Pair]) -> Iterable[tuple[str, TaskDiff]]:
    """Tasks of one run only, iterations of the same task folded; each with the path of its first."""
    groups: dict[tuple[str, bool, TaskChange], list[Pair]] = {}
    for pair in pairs:
        # A loop and its iterations have one task path; the loop's own ends without an iteration.
        key = (pair.task_path, pair.path.endswith("]"))
        groups.setdefault((*key, "only-a" if pair.a else "only-b"), []).append(pair)
    for (task_path, _, change), group in groups.items():
        first = group[0]
        run = first.a or first.b
        assert run is not None
        diff = TaskDiff(
            path=folded(p.path for p in group),
            task_path=task_path,
            kind=run.execution.kind,
            change=change,
            a=first.a,
            b=first.b,
            times=len(group),
        )
        yield first.path, diff


def _run_parameters(facts: DiffFacts) -> tuple[Change, ...]:
    return changes(facts.a.parameters, facts.b.parameters, _own(facts.a), _own(facts.b))


def _settings(facts: DiffFacts) -> tuple[Change, ...]:
    """What differs of the runs themselves; what one of them does not tell is not compared."""
    a, b = facts.a.settings, facts.b.settings
    known = {name for name in a if a[name] and b.get(name)}
    return changes({n: a[n] for n in known}, {n: b[n] for n in known})


def _own(run: RunFacts) -> tuple[str, ...]:
    """Texts that name this very run: its id, and its name where that can hardly mean anything else."""
    return tuple(text for text in (run.run_id, run.name) if len(text) >= 12)
