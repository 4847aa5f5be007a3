"""A small world in which an importer's row leads to what another run has left: no entry of the plan names it."""

from __future__ import annotations

from pathlib import Path

from kfpops.model.lineage import Artifact, Event, Execution
from tests.cleanup.apply.small import BUCKET, Small, run_id


def imported(world: Small, name: str, id: str, uri: str) -> None:
    """The row that the importer of run `name` made of a URI when the run began; only it has to do with it."""
    began = world.executions[f"{name}-dag"].created_at
    step = Execution(
        f"{name}-import-{id}", "system.ImporterExecution", "importer", "COMPLETE", "bring", "bring", f"{name}-dag",
        created_at=began,
    )  # fmt: skip
    world.executions[step.id] = step
    world.artifacts[id] = Artifact(id, "system.Dataset", uri, "", "LIVE", began, began)
    world.events.append(Event(id, step.id, "output", "out", began))
    world.attributed.setdefault(run_id(name), []).append(id)


def left_behind(tmp_path: Path, **more: object) -> tuple[Small, Path]:
    """Run a left the files `part/x` and `part/y`, which no artifact names; run c is old, too. Both go. Run b stays."""
    world = Small(tmp_path, **more)  # type: ignore[arg-type]
    world.run("a", age=10)
    for file in ("x", "y"):
        world.put(f"{world.key('a', 'part')}/{file}")
    world.run("c", age=9)
    world.run("b", age=1)
    world.artifact("b")
    return world, world.plan("a", evict=["a", "c"])


def part(world: Small, scheme: str = "minio") -> str:
    return f"{BUCKET.replace('minio', scheme)}/{world.key('a', 'part')}"
