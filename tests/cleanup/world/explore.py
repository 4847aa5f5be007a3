"""A small world and a cleaner by one schedule, from the beginning to the end, and what many of these come to."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.cleanup.world.acting import Ingredient, Schedule
from tests.cleanup.world.cleaning import Cleaning
from tests.cleanup.world.hostile import Faults
from tests.cleanup.world.resting import at_rest, before, hollow, not_given_back
from tests.cleanup.world.scenarios import Scenario
from tests.cleanup.world.world import World


@dataclass(frozen=True, slots=True)
class Run:
    """How one schedule ended. `wrong` is empty when nothing live was lost and nothing else was wrong."""

    wrong: tuple[str, ...]
    points: int
    steps: int
    deleted: int
    late: int
    ends: tuple[str, ...]
    names: tuple[str, ...]
    farthest_look: int
    cut_short: int


@dataclass
class Tally:
    """What many schedules came to."""

    schedules: int = 0
    points: int = 0
    steps: int = 0
    deleted: int = 0
    late: int = 0
    deaths: int = 0
    farthest_look: int = 0
    cut_short: int = 0
    wrong: list[tuple[str, Schedule, tuple[str, ...]]] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, schedule: Schedule, run: Run) -> None:
        self.schedules += 1
        self.points += run.points
        self.steps += run.steps
        self.deleted += run.deleted
        self.late += run.late
        self.cut_short += run.cut_short
        self.deaths += len(run.ends) - 1
        self.farthest_look = max(self.farthest_look, run.farthest_look)
        self.ends[run.ends[-1].partition(":")[0]] += 1
        if run.wrong:
            self.wrong.append((name, schedule, run.wrong))

    def counts(self) -> dict[str, int]:
        return {
            "schedules": self.schedules, "points": self.points, "steps of KFP": self.steps, "deaths": self.deaths,
            "deleted": self.deleted, "come too late": self.late, "retries cut short": self.cut_short,
            "points from the last look to the delete": self.farthest_look,
        }  # fmt: skip

    def merge(self, other: Tally) -> None:
        self.schedules += other.schedules
        self.points += other.points
        self.steps += other.steps
        self.deleted += other.deleted
        self.late += other.late
        self.cut_short += other.cut_short
        self.deaths += other.deaths
        self.farthest_look = max(self.farthest_look, other.farthest_look)
        self.wrong += other.wrong
        self.ends += other.ends


def tried(
    scenario: Scenario,
    schedule: Schedule,
    faults: Faults | None = None,
    *,
    skew: float = 0.0,
    broken: frozenset[Ingredient] = frozenset(),
) -> Run:
    """The scenario from its beginning, by this schedule, to the end: the cleaner is done, the world rests."""
    world = World(schedule=schedule, broken=broken)
    world.kfp.skew = skew
    scenario.build(world)
    world.reader.keeps = scenario.keeps(world)
    with tempfile.TemporaryDirectory(dir=quick_folder()) as folder:
        cleaning = Cleaning(world, scenario.policy, Path(folder), faults or Faults(), patient=scenario.patient)
        for number in schedule.steps.get(0, ()):
            world.step(number)
        wrong = _lived(scenario, cleaning)
        points, ends = world.points, tuple(cleaning.ends)
        wrong += [*_done_again(cleaning), *cleaning.wrong]
        world.rest()
        at_rest(world.reader)
        if "mark" not in broken:
            wrong += [f"artifact {id} is LIVE, and not whole" for id in hollow(world.reader)]
    losses = dict.fromkeys([*wrong, *world.reader.losses])
    seen = world.reader
    return Run(
        wrong=tuple(losses), points=points, steps=world.steps, deleted=len(seen.gone), late=len(seen.late), ends=ends,
        names=tuple(world.names[:points]), farthest_look=seen.farthest_look, cut_short=len(seen.cut_short),
    )  # fmt: skip


def _lived(scenario: Scenario, cleaning: Cleaning) -> list[str]:
    """The lives of the cleaner, to their end; what was wrong of that."""
    was = before(cleaning.world.reader)
    if not scenario.undone:
        return [] if cleaning.until_done() else [f"it does not come to an end: {cleaning.ends[-3:]}"]
    cleaning.live()
    if not cleaning.journal.exists():
        return []
    lives = next((number for number in range(40) if cleaning.undo()), None)
    if lives is None:
        return [f"it cannot be taken back: {cleaning.ends[-3:]}"]
    return list(not_given_back(cleaning.world.reader, was, None if lives else cleaning.told, died=bool(cleaning.deaths)))


def _done_again(cleaning: Cleaning) -> list[str]:
    """An apply of a plan that is finished or undone deletes nothing: it would be deleted twice."""
    world = cleaning.world
    deleted, at = set(world.reader.gone), world.reader.turn
    world.schedule = Schedule()
    if cleaning.told is not None and cleaning.told.state.phase in ("finished", "undone"):
        cleaning.live()
    return [f"a second apply deleted {key}" for key, turn in world.reader.went.items() if turn > at or key not in deleted]


def quick_folder() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
