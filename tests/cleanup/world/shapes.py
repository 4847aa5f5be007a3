"""Runs and pipelines that the small worlds are made of."""

from __future__ import annotations

from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.world import World

P, Q, A, B = (f"{n * 8}-{n * 4}-4{n * 3}-8{n * 3}-{n * 12}" for n in "1234")
"""Two old runs, and two that come; the ids are of the shape that KFP's have."""

MAKE = Task("make", "f-make")
USE = Task("use", "f-use", ("model",), ("make",))
PLAIN = Task("make")
TRAIN = Spec("train", (MAKE, USE))
FAILING = Spec("train", (MAKE, Task("use", "", ("model",), ("make",), fails=True)))


def place_of(world: World, run_id: str, task: str) -> str:
    """The URI of what the task wrote."""
    return f"minio://{world.runs[run_id].places[task]}"


def importing(world: World, task: str = "make", reimport: bool = False) -> Spec:
    uri = place_of(world, P, task)
    return Spec("other", (Task("bring", imports=uri, reimport=reimport), Task("use", "", ("model",), ("bring",))))
