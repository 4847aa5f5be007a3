"""Long histories at random: runs come and go, time passes, the store misbehaves, and cleaners live and die among them."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.cleanup.world.cleaning import Cleaning
from tests.cleanup.world.explore import quick_folder
from tests.cleanup.world.hostile import Faults, Listing
from tests.cleanup.world.policies import kept_a_week
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.vocabulary import ACTORS, LISTINGS, MOMENTS, POLICIES, SKEWS, SPECS, TURNS, URIS
from tests.cleanup.world.world import Schedule, World


def run_id(number: int) -> str:
    """Differs in its first letters, as workflows are called after these, and no two workflows have one name."""
    return f"{number:05d}000-0000-4000-8000-{number:012d}"


class Histories(RuleBasedStateMachine):
    """`counted`: steps of all histories: rules, steps of the world, points of cleaners. They outlive the machines."""

    counted: ClassVar[dict[str, int]] = {"histories": 0, "rules": 0, "steps": 0, "points": 0, "deleted": 0, "late": 0}
    ends: ClassVar[dict[str, int]] = {}

    @initialize(
        specs=st.lists(st.tuples(st.sampled_from(SPECS), st.sampled_from([30, 30, 20, 8, 3])), min_size=2, max_size=4),
        policy=st.sampled_from(POLICIES),
        skew=st.sampled_from(SKEWS),
        listing=st.sampled_from(LISTINGS),
        ignores=st.booleans(),
    )
    def past(self, specs: list[tuple[Spec, float]], policy: str, skew: float, listing: Listing, ignores: bool) -> None:
        self.world = World()
        self.world.kfp.skew = skew
        self.world.reader.keeps = kept_a_week(self.world)
        self.number = 0
        for spec, days in sorted(specs, key=lambda s: -s[1]):
            self.world.had(self._new(), spec, days)
        self.folder = Path(tempfile.mkdtemp(dir=quick_folder()))
        self.faults = Faults(listing, ignores)
        self.cleaning = Cleaning(self.world, policy, self.folder, self.faults)
        self.counted["histories"] += 1

    def _new(self) -> str:
        self.number += 1
        return run_id(self.number)

    def _old(self, number: int) -> str:
        return run_id(1 + number % self.number)

    @rule(spec=st.sampled_from(SPECS), steps=st.integers(0, 14))
    def starts(self, spec: Spec, steps: int) -> None:
        actor = self.world.will_run(self._new(), spec)
        for _ in range(steps):
            self.world.step(actor)

    @rule(whose=ACTORS, reimport=st.booleans(), steps=st.integers(0, 6), named=st.sampled_from(URIS))
    def imports(self, whose: int, reimport: bool, steps: int, named: str) -> None:
        run = self._old(whose)
        places = self.world.runs[run].places
        if places:
            place = next(iter(places.values()))
            uri = named.format(place=place, root=f"{place.partition(run)[0]}{run}")
            tasks = (Task("bring", imports=uri, reimport=reimport), Task("use", "", ("model",), ("bring",)))
            self.starts(Spec("other", tasks), steps)

    @rule(whose=ACTORS, now=st.booleans())
    def writes_anew(self, whose: int, now: bool) -> None:
        """Somebody writes by hand to where an object of a run lies."""
        places = self.world.runs[self._old(whose)].places
        keys = [key for place in places.values() for key in self.world.kfp.store.below(place)][:1]
        for key in keys:
            number = self.world.will_do("user", partial(self.world.kfp.put, key, f"new bytes {self.world.points}"))
            if now:
                self.world.step(number)

    @rule(whose=ACTORS, steps=st.integers(0, 4))
    def retries(self, whose: int, steps: int) -> None:
        actor = self.world.will_retry(self._old(whose))
        for _ in range(steps):
            self.world.step(actor)

    @rule(whose=ACTORS, what=st.sampled_from(["delete", "archive", "cancel", "collect"]))
    def decides(self, whose: int, what: str) -> None:
        run = self._old(whose)
        match what:
            case "delete":
                self.world.kfp.delete_run(run)
            case "archive":
                self.world.archive(run)
            case "cancel":
                self.world.will_do("cancel", *self.world.cancel(run))
            case _:
                self.world.collect_runs()

    @rule(who=ACTORS, steps=st.integers(1, 6))
    def goes_on(self, who: int, steps: int) -> None:
        for _ in range(steps if self.world.actors else 0):
            self.world.step(who % len(self.world.actors))

    @rule(hours=st.sampled_from([1, 30, 200, 200]))
    def time_passes(self, hours: float) -> None:
        self.world.kfp.tick(hours * 3600)

    @rule(storm=st.integers(0, 3), halves=st.integers(0, 2))
    def store_fails(self, storm: int, halves: int) -> None:
        self.faults.storm, self.faults.halves = storm, halves

    @rule(turns=TURNS, moments=MOMENTS, kill=st.none() | st.none() | st.integers(1, 260))
    def cleans(self, turns: dict[int, tuple[int, ...]], moments: dict[str, tuple[int, ...]], kill: int | None) -> None:
        """One life of a cleaner. A plan that is done or refused makes room for the next."""
        began = self.world.points
        steps = {began + point: who for point, who in turns.items()}
        self.world.schedule = Schedule(steps, frozenset([began + kill] if kill else []), moments)
        if self.cleaning.live():
            self._end()
        self.world.schedule = Schedule()

    @rule()
    def cleans_alone(self) -> None:
        self.cleans({}, {}, None)

    @rule(kill=st.none() | st.integers(1, 60))
    def takes_back(self, kill: int | None) -> None:
        """What is marked and whole is LIVE again; killed in between, it is taken back again."""
        if self.cleaning.journal.exists():
            self.world.schedule = Schedule(kills=frozenset([self.world.points + kill] if kill else []))
            while not self.cleaning.undo():
                self.faults.storm = 0
            self._end()
            self.world.schedule = Schedule()

    def _end(self) -> None:
        end = self.cleaning.ends[-1].partition(":")[0]
        self.ends[end] = self.ends.get(end, 0) + 1
        for path in (self.cleaning.plan, self.cleaning.journal):
            path.unlink(missing_ok=True)

    @invariant()
    def nothing_live_is_lost(self) -> None:
        if hasattr(self, "world"):
            self.counted["rules"] += 1
            wrong = [*self.world.reader.losses, *self.cleaning.wrong]
            assert not wrong, wrong

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.faults.storm = self.faults.halves = 0
        self.world.schedule = Schedule()
        try:
            assert self.cleaning.until_done(), self.cleaning.ends[-3:]
            self.world.rest()
            self.world.reader.at_rest()
            assert self.world.reader.hollow() == []
            self.nothing_live_is_lost()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.counted["steps"] += self.world.steps
            self.counted["points"] += self.world.points
            self.counted["deleted"] += len(self.world.reader.gone)
            self.counted["late"] += len(self.world.reader.late)
