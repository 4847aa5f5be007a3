"""The world as a whole: KFP, who lives in it, and when each of them gets a turn beside clean-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from kfpops.cleanup.inventory import TAG
from tests.cleanup.world.acting import Actor, Ingredient, Killed, Schedule
from tests.cleanup.world.kfp import START, Kfp
from tests.cleanup.world.pipelines import RunSteps, Steps
from tests.cleanup.world.reading import Reader
from tests.cleanup.world.spec import Spec


@dataclass
class World:
    """`points`: how many scheduling points clean-up has passed. `broken`: what its ports only pretend to do.

    `pins_file`: its lines, URIs.
    """

    kfp: Kfp = field(default_factory=Kfp)
    schedule: Schedule = field(default_factory=Schedule)
    actors: list[Actor] = field(default_factory=list)
    points: int = 0
    steps: int = 0
    broken: frozenset[Ingredient] = frozenset()
    names: list[str] = field(default_factory=list)
    pins_file: list[str] = field(default_factory=list)

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

    def pin(self, uri: str) -> None:
        """By a line of the pins file, which the next plan takes with it."""
        self.pins_file.append(uri)
        self.reader.pins[uri] = self.reader.turn

    def tag(self, artifact_id: str) -> None:
        """By the artifact's metadata, at any time."""
        row = self.kfp.artifacts[artifact_id]
        self.kfp.artifacts[artifact_id] = replace(row, properties={TAG: "release"}, updated_at=self.kfp.tick())
        self.reader.pins[row.uri] = self.reader.turn

    def roll_back(self, place: str) -> None:
        """Somebody deletes the newest version of an object for good: the one before it is current again."""
        self.kfp.store.remove_version(place, self.kfp.store.versions[place][-1].version_id)
        self.reader.rolled_back[place] = self.reader.turn

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
