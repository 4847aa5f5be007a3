"""Long histories at random: runs come and go, time passes, the store misbehaves, and cleaners live and die among them."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.cleaning import Cleaning
from tests.cleanup.world.explore import quick_folder
from tests.cleanup.world.living import Living
from tests.cleanup.world.policies import kept_a_week
from tests.cleanup.world.resting import at_rest, before, hollow, not_given_back
from tests.cleanup.world.spec import Spec
from tests.cleanup.world.vocabulary import MOMENTS, PASTS, SETTINGS, TURNS, Setting
from tests.cleanup.world.world import World


@dataclass
class Counted:
    """Of many histories: rules that were carried out, steps of KFP, points of cleaners, what came of it; how plans ended."""

    numbers: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    def merge(self, other: Counted) -> None:
        self.numbers += other.numbers
        self.ends += other.ends


class Histories(Living):
    """`counted` outlives the machines."""

    counted: ClassVar[Counted] = Counted()

    @initialize(specs=PASTS, setting=SETTINGS)
    def past(self, specs: list[tuple[Spec, float]], setting: Setting) -> None:
        self.world, self.two_buckets = World(), setting.two_buckets
        self.world.kfp.skew, self.world.kfp.store.versioned = setting.skew, setting.versioned
        self.world.reader.keeps = kept_a_week(self.world)
        self.world.reader.quarantine = 60.0 if setting.quarantine else 0.0
        for spec, days in sorted(specs, key=lambda s: -s[1]):
            self.world.had(self._new(), self._placed(spec), days)
        self.folder = Path(tempfile.mkdtemp(dir=quick_folder()))
        self.faults = setting.faults
        self.cleaning = Cleaning(self.world, setting.policy, self.folder, self.faults, patient=setting.patient)
        self.counted.numbers["histories"] += 1

    @rule(storm=st.integers(0, 3), halves=st.integers(0, 2))
    def store_fails(self, storm: int, halves: int) -> None:
        self.faults.storm, self.faults.halves = storm, halves

    @rule(turns=TURNS, moments=MOMENTS, kill=st.none() | st.none() | st.integers(1, 260))
    def cleans(self, turns: dict[int, tuple[int, ...]], moments: dict[str, tuple[int, ...]], kill: int | None) -> None:
        """One life of a cleaner. A plan that is done or refused makes room for the next."""
        began = self.world.points
        steps = {began + point: who for point, who in turns.items()}
        if not self.cleaning.plan.exists():
            self.was = before(self.world.reader)
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
            if self.cleaning.ends[-1] == "done" and not self._hides_keys:
                self.cleaning.wrong += self._not_given_back()
            self._end()
            self.world.schedule = Schedule()

    def _not_given_back(self) -> Iterator[str]:
        return not_given_back(self.world.reader, self.was, self.cleaning.told, died=True)

    @property
    def _hides_keys(self) -> bool:
        """Whether nobody can tell by a listing what is there."""
        return self.faults.listing in ("dropped", "truncated")

    def _end(self) -> None:
        end = self.cleaning.ends[-1].partition(":")[0]
        self.counted.ends[end] += 1
        for path in (self.cleaning.plan, self.cleaning.journal):
            path.unlink(missing_ok=True)

    @invariant()
    def nothing_live_is_lost(self) -> None:
        """Called once after each rule."""
        if hasattr(self, "world"):
            self.counted.numbers["rules"] += 1
            wrong = [*self.world.reader.losses, *self.cleaning.wrong]
            assert not wrong, wrong

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.faults.storm = self.faults.halves = 0
        self.world.schedule = Schedule()
        try:
            self.cleaning.patient = True
            assert self.cleaning.until_done(), self.cleaning.ends[-3:]
            self.world.rest()
            at_rest(self.world.reader)
            assert hollow(self.world.reader) == []
            self.nothing_live_is_lost()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.counted.numbers["steps of KFP"] += self.world.steps
            self.counted.numbers["points"] += self.world.points
            self.counted.numbers["deleted"] += len(self.world.reader.gone)
            self.counted.numbers["late"] += len(self.world.reader.late)
