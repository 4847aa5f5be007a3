"""The policies of the small worlds, as files, and what they mean in the world's own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.cleanup.world.kfp import DAY
from tests.cleanup.world.store import OTHER, ROOT
from tests.cleanup.world.world import World

ROOTS = f"roots: [minio://{ROOT}]"
TWO_ROOTS = f"roots: [minio://{ROOT}, minio://{OTHER}/v2/artifacts]"
VERSIONS = "versions: {noncurrent_older_than: 24h, markers_older_than: 24h}"
A_MINUTE = "quarantine: 1m"
WEEK = "keep: {within: 7d}"


def policy(cache: str, rule: str = WEEK, *more: str, roots: str = ROOTS) -> str:
    """Everything that can be asked for, with the shortest ages. `more`: lines of their own."""
    return f"""\
{roots}
cache: {cache}
grace: 24h
rules:
  - name: old
    {rule}
orphans: {{unknown_runs: {{older_than: 24h}}}}
argo_logs: true
uploads: true
partial_outputs: true
limits: {{share_of_objects: 1, share_of_bytes: 1, fewer_live: 1}}
""" + "".join(f"{line}\n" for line in more)


EVICT, RESPECT = policy("evict"), policy("respect")
DATASETS = policy("evict", "select: {type: system.Dataset, older_than: 7d}")
OLD_VERSIONS, QUARANTINE = policy("evict", WEEK, VERSIONS), policy("evict", WEEK, A_MINUTE)
TWO_BUCKETS = policy("evict", roots=TWO_ROOTS)
TEAM_A = policy("evict", f"select: {{namespace: team-a}}\n    {WEEK}", roots="")


def kept_a_week(world: World) -> Callable[[str], bool]:
    """What the policies above mean: what began in the last week stays, and what ended in the last day (the grace)."""

    def keeps(run_id: str) -> bool:
        run = world.kfp.runs[run_id]
        return _since(world, run.created_at) < 7 * DAY or _since(world, run.finished_at) < DAY

    return keeps


def kept_but_of_team_a(world: World) -> Callable[[str], bool]:
    """The same of team-a; of others all stays."""
    of_a_week = kept_a_week(world)
    return lambda run_id: world.kfp.runs[run_id].namespace != "team-a" or of_a_week(run_id)


def _since(world: World, at: datetime | None) -> float:
    return 0.0 if at is None else (world.kfp.now - at).total_seconds()
