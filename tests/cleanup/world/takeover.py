"""A second cleaner that takes the lock over while the first one still lives: it only thought that the first was dead."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.cleaning import Cleaning
from tests.cleanup.world.explore import quick_folder
from tests.cleanup.world.resting import at_rest
from tests.cleanup.world.scenarios import Scenario
from tests.cleanup.world.world import World


def taken_over(scenario: Scenario, point: int, *, shared: bool) -> tuple[list[str], list[str]]:
    """What went wrong, and how the first cleaner ended. At this point of it the second one goes from its start to its end.

    `shared`: with the same plan and journal, as a pod that is started again beside one that only was unreachable; else with
    a plan of its own, as from another machine.
    """
    world = World()
    scenario.build(world)
    world.reader.keeps = scenario.keeps(world)
    with tempfile.TemporaryDirectory(dir=quick_folder()) as one, tempfile.TemporaryDirectory(dir=quick_folder()) as two:
        first = Cleaning(world, scenario.policy, Path(one))
        second = Cleaning(world, scenario.policy, Path(one if shared else two))
        second.lease = first.lease

        def take_over() -> None:
            first.lease.holder = None
            second.until_done()

        actor = world.will_do("second cleaner", take_over)
        world.schedule = Schedule({point: (actor,)})
        first.live()
        world.schedule = Schedule()
        first.lease.holder = None
        if not first.until_done():
            first.wrong.append(f"it does not come to an end: {first.ends[-3:]}")
        world.rest()
        at_rest(world.reader)
    return [*first.wrong, *second.wrong, *world.reader.losses], first.ends
