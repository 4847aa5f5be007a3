"""Rows of a lineage store whose runs were deleted in KFP, for the artifacts of `cleanup_keys`: as a gathering leaves them.

They are written before anything is measured: s5cmd reads neither KFP nor lineage, either.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.cleanup_keys import ARTIFACTS, FILES, ROOT, WRITTEN, Artifact, artifacts
from kfpops.cleanup.gather.spill import Spilled, spill
from kfpops.cleanup.inventory import ArtifactFact, Producer, RunFact

_ARTIFACTS, _RUNS = "artifacts.jsonl", "runs.jsonl"


def write_rows(folder: Path, objects: int, bucket: str) -> None:
    spill(_artifacts(objects, bucket), ArtifactFact, folder / _ARTIFACTS)
    spill(_runs(objects, bucket), RunFact, folder / _RUNS)


def read_artifacts(folder: Path, objects: int) -> Spilled[ArtifactFact]:
    return Spilled(folder / _ARTIFACTS, ArtifactFact, -(-objects // FILES))


def read_runs(folder: Path, objects: int) -> dict[str, RunFact]:
    return {run.id: run for run in Spilled(folder / _RUNS, RunFact, -(-objects // FILES // ARTIFACTS))}


def _artifacts(objects: int, bucket: str) -> Iterator[ArtifactFact]:
    for number, artifact in enumerate(artifacts(objects)):
        yield ArtifactFact(
            id=str(number),
            uri=f"minio://{bucket}/{artifact.path}",
            type="system.Model",
            state="LIVE",
            created_at=WRITTEN,
            producer=Producer(str(number), artifact.run, artifact.task, complete=True),
        )


def _runs(objects: int, bucket: str) -> Iterator[RunFact]:
    for number, artifact in enumerate(artifacts(objects)):
        if number % ARTIFACTS == 0:
            yield _run(artifact, bucket)


def _run(artifact: Artifact, bucket: str) -> RunFact:
    root = f"minio://{bucket}/{ROOT}/{artifact.pipeline}/{artifact.run}"
    return RunFact(id=artifact.run, known=False, finished=True, pipeline=artifact.pipeline, root=root)
