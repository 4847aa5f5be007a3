"""The world as a whole: KFP, who lives in it, and when each of them gets a turn beside clean-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal, TypeAlias

from tests.cleanup.world.kfp import START, Kfp
from tests.cleanup.world.pipelines import RunSteps, Steps
from tests.cleanup.world.reading import Reader
from tests.cleanup.world.spec import Spec

Ingredient: TypeAlias = Literal["evict", "mark", "wait", "condition"]
"""evict: runs are not deleted · mark: the lineage store cannot be written to · wait: a run that is asked for has ended ·
condition: a delete has none.
"""


class Killed(BaseException):
    """kill -9: nothing of the process runs any more, whatever it catches."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`steps`: point → which actors take a step there, in their order. `kills`: points at which the process dies.

    `at`: the same as `steps` by what is called, at every such call: "delete" is before one, "delete, answered" after it.
    """

    steps: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    kills: frozenset[int] = frozenset()
    at: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass
class Actor:
    """Somebody in the world. `run_id`: whose pods these are, "" for a user; they live `linger` steps longer than the run."""

    name: str
    steps: Steps
    run_id: str = ""
    linger: int = 2
    begun: bool = False
    over: bool = False
    busy: bool = False


@dataclass
class World:
    """`points`: how many scheduling points clean-up has passed. `broken`: what its ports only pretend to do."""

    kfp: Kfp = field(default_factory=Kfp)
    schedule: Schedule = Schedule()
    actors: list[Actor] = field(default_factory=list)
    points: int = 0
    steps: int = 0
    broken: frozenset[Ingredient] = frozenset()
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader = Reader(self.kfp)
        self.runs: dict[str, RunSteps] = {}

    def steps_of(self, run_id: str, spec: Spec) -> RunSteps:
        self.runs[run_id] = RunSteps(self.kfp, self.reader, run_id, spec)
        return self.runs[run_id]

    def had(self, run_id: str, spec: Spec, days: float = 30.0) -> RunSteps:
        """A run that began so many days ago, and has ended, as it does by itself."""
        self.kfp.now = START - timedelta(days=days)
        run = self.steps_of(run_id, spec)
        for _ in run.start():
            pass
        self.kfp.now = START
        return run

    def will(self, name: str, steps: Steps, run_id: str = "") -> int:
        self.actors.append(Actor(name, steps, run_id))
        return len(self.actors) - 1

    def will_run(self, run_id: str, spec: Spec) -> int:
        return self.will(f"run {run_id}", self.steps_of(run_id, spec).start(), run_id)

    def will_retry(self, run_id: str) -> int:
        return self.will(f"retry {run_id}", self.runs[run_id].retry(), run_id)

    def will_do(self, name: str, *acts: Callable[[], object]) -> int:
        def steps() -> Iterator[None]:
            for act in acts:
                act()
                yield

        return self.will(name, steps())

    def cancel(self, run_id: str) -> tuple[Callable[[], None], Callable[[], None]]:
        """CANCELING, while its pods still end; then FAILED."""

        def ask() -> None:
            if not self.kfp.finished(run_id):
                self.kfp.runs[run_id] = replace(self.kfp.runs[run_id], state="CANCELING")

        def end() -> None:
            if run_id in self.kfp.runs and self.kfp.runs[run_id].state == "CANCELING":
                for actor in self.actors:
                    actor.over = actor.over or (actor.run_id == run_id)
                self.kfp.end(run_id, "FAILED")

        return ask, end

    def archive(self, run_id: str) -> None:
        if run_id in self.kfp.runs:
            self.kfp.runs[run_id] = replace(self.kfp.runs[run_id], archived=True)

    def collect_runs(self) -> None:
        """KFP's own run GC: archived runs that ended are deleted, bytes and lineage stay."""
        for run_id in [r.id for r in self.kfp.runs.values() if r.archived and self.kfp.finished(r.id)]:
            self.kfp.delete_run(run_id)

    def step(self, number: int) -> bool:
        """One step of an actor; False when it has none left, or there is no such actor."""
        if number >= len(self.actors):
            return False
        actor = self.actors[number]
        if actor.busy:
            return False
        if actor.over or not self._alive(actor):
            actor.over = True
            return False
        actor.begun = True
        self.steps += 1
        self.reader.turn += 1
        actor.busy = True
        actor.over = next(actor.steps, actor) is actor
        actor.busy = False
        return True

    def _alive(self, actor: Actor) -> bool:
        if not actor.begun or not actor.run_id or actor.run_id in self.kfp.runs:
            return True
        actor.linger -= 1
        return actor.linger >= 0

    def rest(self) -> None:
        """Everybody who has begun or not goes to the end."""
        while sum(self.step(number) for number in range(len(self.actors))):
            pass

    def point(self, name: str) -> None:
        """A moment at which clean-up may be interrupted: the world goes on, or the process dies."""
        self.points += 1
        self.reader.turn += 1
        self.reader.points = self.points
        self.names.append(name)
        for number in (*self.schedule.steps.get(self.points, ()), *self.schedule.at.get(name, ())):
            self.step(number)
        if self.points in self.schedule.kills:
            raise Killed(f"at point {self.points}, {name}")
