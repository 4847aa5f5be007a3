"""One life of the cleaner: every call of a port is a point before and one after its effect; after death none works."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.cleanup.world.acting import Killed
from tests.cleanup.world.world import World

T = TypeVar("T")


@dataclass
class Process:
    """`at_death` is called once, when it is killed: what is on disk then is what the next life finds."""

    world: World
    at_death: Callable[[], None] = lambda: None
    dead: bool = False
    generation: int = 0
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._one_at_a_time = threading.RLock()

    def call(self, name: str, effect: Callable[[], T]) -> T:
        """The effect between two points: dying at the second one loses the answer, not the effect."""
        with self._one_at_a_time:
            self.point(name)
            self.calls.append(name)
            result = effect()
            self.point(f"{name}, answered")
            return result

    def point(self, name: str) -> None:
        if self.dead:
            raise Killed("already dead")
        try:
            self.world.point(name)
        except Killed:
            self.dead = True
            self.at_death()
            raise

    def slept(self, seconds: float) -> None:
        """Time passes, and whoever has begun takes a step: waiting ends some time."""
        self.world.kfp.tick(max(seconds, 1.0))
        self.point("sleep")
        for number, actor in enumerate(self.world.actors):
            if actor.begun:
                self.world.step(number)
