"""Runs and artifacts of the policy's tests."""

from __future__ import annotations

from datetime import datetime, timezone

from kfpops.cleanup.inventory import ArtifactFact, RunFact

DAY = 86_400.0
NOW = datetime(2026, 11, 21, 12, tzinfo=timezone.utc).timestamp()


def at(text: str) -> float:
    """`2026-11-20 03:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()


def a_run(name: str = "r1", when: str | float | None = "2026-10-01 03:00", **other: object) -> RunFact:
    """A run of kubeflow/train that ended when it began; `name` is its id."""
    moment = at(when) if isinstance(when, str) else when
    plain: dict[str, object] = {"namespace": "kubeflow", "pipeline": "train", "state": "SUCCEEDED", "known": True}
    given = {"finished": True, "created_at": moment, "finished_at": moment, **plain, **other}
    return RunFact(id=name, **given)  # type: ignore[arg-type]


def many(*runs: RunFact) -> dict[str, RunFact]:
    return {run.id: run for run in runs}


def an_artifact(name: str = "a1", **other: object) -> ArtifactFact:
    given = {"uri": f"minio://mlpipeline/v2/artifacts/train/{name}", "type": "system.Dataset", "size": 100, **other}
    return ArtifactFact(id=name, **given)  # type: ignore[arg-type]
