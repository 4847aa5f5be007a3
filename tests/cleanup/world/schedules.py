"""Which schedules there are of a small world: where the world goes on between two steps of the cleaner, where it dies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.explore import tried
from tests.cleanup.world.scenarios import Scenario
from tests.cleanup.world.world import World


def lengths(scenario: Scenario) -> tuple[int, tuple[int, ...]]:
    """How many points the cleaner passes alone, and how many steps each actor takes alone."""
    alone = tried(scenario, Schedule())
    world = World()
    scenario.build(world)
    steps = []
    for number in range(len(world.actors)):
        count = 0
        while world.step(number):
            count += 1
        steps.append(count)
    return alone.points, tuple(steps)


def kills(scenario: Scenario) -> Iterator[Schedule]:
    """Killed at each point, nobody else about; then at each pair of points that lie a while apart."""
    points, _ = lengths(scenario)
    for point in range(1, points + 1):
        yield Schedule({}, frozenset({point}))
    for first, second in itertools.combinations(range(1, points + 1, 7), 2):
        yield Schedule({}, frozenset({first, second}))


def kills_and_steps(scenario: Scenario) -> Iterator[Schedule]:
    """Killed at each point; an actor takes its first steps before, and the rest while the cleaner is dead."""
    points, steps = lengths(scenario)
    for point in range(1, points + 1):
        for actor, count in enumerate(steps):
            for first in range(count + 1):
                yield Schedule({0: (actor,) * first, point: (actor,) * (count - first)}, frozenset({point}))


def one_switch(scenario: Scenario) -> Iterator[Schedule]:
    """An actor takes its first steps before the cleaner begins, and the rest at one point of it: all such pairs."""
    points, steps = lengths(scenario)
    for actor, count in enumerate(steps):
        for first, point in itertools.product(range(count + 1), range(1, points + 1)):
            yield Schedule({0: (actor,) * first, point: (actor,) * (count - first)})


def two_switches(scenario: Scenario, apart: int = 12) -> Iterator[Schedule]:
    """Some steps before, some at one point, the rest at a later one."""
    points, steps = lengths(scenario)
    for actor, count in enumerate(steps):
        for one, two in itertools.combinations(range(1, points + 1, apart), 2):
            for first in range(count):
                for second in range(1, count - first + 1):
                    yield Schedule({0: (actor,) * first, one: (actor,) * second, two: (actor,) * count})


def all_in_turn(scenario: Scenario) -> Iterator[Schedule]:
    """All actors in turn from some point on, a step each at every point, or at every second, third, fifth."""
    points, steps = lengths(scenario)
    turn = tuple(range(len(steps)))
    for begin in range(points + 1):
        for pace in (1, 2, 3, 5):
            yield Schedule(dict.fromkeys(range(begin, points * 2, pace), turn))
