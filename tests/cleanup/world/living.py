"""What goes on in a KFP while random histories clean it: runs, imports, retries, users, and time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.store import OTHER
from tests.cleanup.world.vocabulary import ACTORS, SPECS, URIS
from tests.cleanup.world.world import World


def run_id(number: int) -> str:
    """Differs in its first letters, as workflows are called after these, and no two workflows have one name."""
    return f"{number:05d}000-0000-4000-8000-{number:012d}"


class Living(RuleBasedStateMachine):
    """`world` is made by whoever cleans it. `two_buckets`: every second run writes to another bucket."""

    world: World
    two_buckets: bool = False
    number: int = 0

    def _new(self) -> str:
        self.number += 1
        return run_id(self.number)

    def _old(self, number: int) -> str:
        return run_id(1 + number % self.number)

    def _placed(self, spec: Spec) -> Spec:
        elsewhere = self.two_buckets and self.number % 2 == 0
        return replace(spec, root=f"{OTHER}/v2/artifacts") if elsewhere else spec

    @rule(spec=st.sampled_from(SPECS), steps=st.integers(0, 14))
    def starts(self, spec: Spec, steps: int) -> None:
        actor = self.world.will_run(self._new(), self._placed(spec))
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
