"""The policies of the small worlds, as files, and what they mean in the world's own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.cleanup.world.kfp import DAY
from tests.cleanup.world.world import World


def policy(cache: str, rule: str = "keep: {within: 7d}") -> str:
    """Everything that can be asked for, with the shortest ages."""
    return f"""\
roots: [minio://mlpipeline/v2/artifacts]
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
"""


EVICT, RESPECT = policy("evict"), policy("respect")
DATASETS = policy("evict", "select: {type: system.Dataset, older_than: 7d}")


def kept_a_week(world: World) -> Callable[[str], bool]:
    """What the policies above mean: what began in the last week stays, and what ended in the last day (the grace)."""

    def keeps(run_id: str) -> bool:
        run = world.kfp.runs[run_id]
        return _since(world, run.created_at) < 7 * DAY or _since(world, run.finished_at) < DAY

    return keeps


def _since(world: World, at: datetime | None) -> float:
    return 0.0 if at is None else (world.kfp.now - at).total_seconds()
