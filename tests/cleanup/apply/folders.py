"""Small worlds whose run a leaves folders of files, and the moments at which something happens to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.cleanup.apply.small import Small, run_id
from tests.lineage.memory import MemoryLineage

MANY = 900
"""Files: more than the first round deletes (four batches of two hundred)."""


@dataclass
class Listening(Small):
    """`asked`: called each time the lineage store is asked anything."""

    asked: Callable[[], None] = lambda: None

    def _lineage(self) -> MemoryLineage:
        self.asked()
        return super()._lineage()


def files(number: int) -> tuple[str, ...]:
    return tuple(f"f{at:04}" for at in range(number))


def one_folder(tmp_path: Path, number: int = 2, **more: object) -> tuple[Listening, Path]:
    """Run a is old and goes, with the folder `data` (row 1); run b stays."""
    world = Listening(tmp_path, **more)  # type: ignore[arg-type]
    world.run("a", age=10)
    world.artifact("a", "data", files(number))
    world.run("b", age=1)
    return world, world.plan("a", evict=["a"])


def of_a(world: Small) -> list[str]:
    return [key for key in world.objects if run_id("a") in key]


def once(moment: str, act: Callable[[], None], number: int = 1) -> Callable[[str], None]:
    left = [number]

    def at(name: str) -> None:
        left[0] -= name == moment
        if not left[0] and name == moment:
            act()

    return at


def in_quarantine(world: Small, plan: Path) -> None:
    world.apply(plan, wait=False)
    world.now += timedelta(days=2)


def nested(tmp_path: Path, inner: int = 2, **more: object) -> tuple[Listening, Path]:
    """Row 1 is `data/sub`, a folder of `inner` files, and lies in row 2, `data`, which has one file behind it."""
    world = Listening(tmp_path, **more)  # type: ignore[arg-type]
    world.run("a", age=10)
    world.artifact("a", "data/sub", files(inner))
    world.artifact("a", "data", ("z",))
    world.run("b", age=1)
    # Rows of one moment count as new as long as there is none after them.
    world.artifact("b")
    return world, world.plan("a", evict=["a"])
