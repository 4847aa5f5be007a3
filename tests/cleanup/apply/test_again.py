"""Judged again right before deleting: old versions and uploads too, each by what there is by then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kfpops.cleanup.plan.entry import Count, Entry, Footer
from kfpops.cleanup.plan.write import PlanFile, lines_of
from kfpops.errors import PlanRefused
from kfpops.model.bucket import ObjectVersion
from tests.cleanup.apply.small import ALL, POLICY, Small, two_runs


def old_version(key: str, id: str, days: float, world: Small) -> ObjectVersion:
    return ObjectVersion(key, id, False, False, 10, f"e-{id}", (world.now - timedelta(days=days)).timestamp())


def version_entry(row: ObjectVersion) -> Entry:
    return Entry(
        bucket="mlpipeline", key=row.key, size=row.size, etag=row.etag, version_id=row.version_id,
        modified_at=row.modified_at, kind="versions", label="abandoned", reason="noncurrent-version",
    )  # fmt: skip


def test_old_versions_are_counted_anew(tmp_path: Path) -> None:
    """Three were planned; by now a newer one is gone, and with `keep: 1` another has taken its place among the kept."""
    world, _ = two_runs(tmp_path, versioning="enabled")
    key = world.key("b")
    rows = [old_version(key, f"v{days}", days, world) for days in (30, 40, 50)]
    policy = POLICY.format(cache="evict", quarantine="0s") + "versions: {noncurrent_older_than: 7d, keep: 1}\n"
    plan = world.folder / "plan.jsonl"
    with PlanFile(plan, world._header((), policy=policy)) as file:
        file.add(lines_of(sorted(map(version_entry, rows), key=lambda e: e.version_id)))
        file.finish(Footer(listed=Count(4, 40), goes={"noncurrent-version": Count(3, 30)}, keeps={}, sha256=""))
    world.old_versions = {key: rows}
    result = world.apply(plan)
    assert result.state.kept_for.total() == 1
    assert {key for _, key, _, version, _ in sent(tmp_path) if version == "v30"} == set()


def sent(folder: Path) -> list[tuple[str, str, str, str, int]]:
    from kfpops.cleanup.apply.journal import read_journal
    from kfpops.cleanup.apply.record import Intent

    return [o for r in read_journal(folder / "plan.jsonl.journal") if isinstance(r, Intent) for o in r.objects]


@pytest.mark.parametrize("what", ["lineage", "pipelines", "bucket"])
def test_a_port_that_is_not_there_refuses(tmp_path: Path, what: str) -> None:
    from dataclasses import replace

    from kfpops.cleanup.apply.apply import apply_plan

    world, plan = two_runs(tmp_path)
    without: dict[str, Any] = {what: None}
    with pytest.raises(PlanRefused):
        apply_plan(plan, lambda: replace(world.cluster(), **without), world.changes(), world.work())
    assert len(world.objects) == ALL


def test_a_database_that_was_emptied_refuses(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.runs.clear()
    world.contexts.clear()
    world.artifacts.clear()
    world.executions.clear()
    world.events.clear()
    with pytest.raises(PlanRefused, match="knows a single run"):
        world.apply(plan)
    assert len(world.objects) == ALL
