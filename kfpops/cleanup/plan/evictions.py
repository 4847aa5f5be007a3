"""What it costs to evict a run from the cache: the steps that would run again, and what they took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kfpops.cleanup.inventory import ArtifactFact, Producer, RunFact
from kfpops.cleanup.plan.entry import Eviction

_HOUR = 3600.0


def evictions_of(
    evicted: Mapping[str, str], runs: Mapping[str, RunFact], artifacts: Iterable[ArtifactFact]
) -> tuple[Eviction, ...]:
    """The dearest first. `evicted`: run id → the rule that gives it up; artifacts are looked at only when there are some."""
    if not evicted:
        return ()
    steps: dict[str, dict[str, Producer]] = {run: {} for run in evicted}
    for artifact in artifacts:
        made = artifact.producer
        if made and made.fingerprint and made.complete and made.run_id in steps:
            steps[made.run_id][made.execution_id] = made
    found = [_eviction(runs[run], rule, list(steps[run].values())) for run, rule in evicted.items()]
    return tuple(sorted(found, key=lambda e: (-(e.accelerator_hours or 0), -(e.seconds or 0), e.run_id)))


def _eviction(run: RunFact, rule: str, steps: list[Producer]) -> Eviction:
    if not run.caches:
        # Only a retry could have taken what they made.
        steps = []
    times = [s.seconds for s in steps if s.seconds is not None]
    hours = [s.seconds * s.accelerators / _HOUR for s in steps if s.seconds is not None and s.accelerators is not None]
    return Eviction(
        run_id=run.id,
        name=run.name,
        rule=rule,
        steps=len(steps),
        seconds=sum(times) if times else None,
        accelerator_hours=sum(hours) if hours else None,
    )
