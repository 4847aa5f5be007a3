"""The schedules that `make prove` tries, and the few of them that `make test` does."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.explore import Tally, tried
from tests.cleanup.world.scenarios import SCENARIOS, Scenario
from tests.cleanup.world.schedules import all_in_turn, kills, kills_and_steps, one_switch, two_switches


def every_schedule(scenario: Scenario, one_of: int) -> Iterator[Schedule]:
    """Every kill and pair of kills alone; of the others, thousands a scenario, one of so many (1: all), always the same.

    They are drawn: every n-th of a family would be at the same points again and again.
    """
    yield from kills(scenario)
    chance = random.Random(scenario.name)
    for family in (kills_and_steps, one_switch, all_in_turn, two_switches):
        yield from (schedule for schedule in family(scenario) if chance.random() * one_of < 1)


def some_schedules(scenario: Scenario, number: int) -> list[Schedule]:
    """A slice, spread evenly over the kills and the switches."""
    return [*spread(kills_and_steps(scenario), number), *spread(one_switch(scenario), number)]


def spread(schedules: Iterable[Schedule], number: int) -> list[Schedule]:
    every = list(schedules)
    return every[:: max(1, len(every) // number)]


def prove(scenario: Scenario, schedules: Iterable[Schedule]) -> Tally:
    tally = Tally()
    for schedule in schedules:
        tally.add(scenario.name, schedule, tried(scenario, schedule))
    return tally


def scenario(name: str) -> Scenario:
    return next(s for s in SCENARIOS if s.name == name)


def prove_part(name: str, one_of: int, part: int, parts: int) -> Tally:
    """One of several equal parts of a scenario's schedules: for a process of its own."""
    found = scenario(name)
    return prove(found, itertools.islice(every_schedule(found, one_of), part, None, parts))
