"""What a rule's `keep` keeps of one group of runs, and why: each key by itself, a run stays when any of them keeps it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone

from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.durations import format_duration
from kfpops.cleanup.policy.fits import began, ended, name_fits
from kfpops.cleanup.policy.policy import Best, Keep


def kept(runs: Sequence[RunFact], keep: Keep, group: str, now: float) -> dict[str, str]:
    """Why, by run id: "last 3 of kubeflow/train, best accuracy 1 of 3". Runs that nothing keeps are not in it.

    `runs`: of one group, each with a known `began`, in any order. Same times are ordered by id.
    """
    newest = sorted(runs, key=_newest_first)
    reasons: dict[str, list[str]] = {}
    for run_id, why in _reasons(newest, keep, group, now):
        reasons.setdefault(run_id, []).append(why)
    return {run_id: ", ".join(whys) for run_id, whys in reasons.items()}


def in_words(keep: Keep) -> str:
    """`last 3, daily 7, best 3 by accuracy`; "" when nothing is kept."""
    counted = (("last", keep.last), ("daily", keep.daily), ("weekly", keep.weekly), ("monthly", keep.monthly))
    words = [f"{name} {number}" for name, number in counted if number is not None]
    if keep.within is not None:
        words.append(f"within {format_duration(keep.within)}")
    if keep.best is not None:
        words.append(f"best {keep.best.top} by {keep.best.metric}")
    if keep.tagged is not None:
        words.append(f"tagged {' or '.join(keep.tagged)}".rstrip())
    return ", ".join(words)


def _newest_first(run: RunFact) -> tuple[float, str]:
    return -(began(run) or 0.0), run.id


def _reasons(newest: Sequence[RunFact], keep: Keep, group: str, now: float) -> Iterator[tuple[str, str]]:
    for run in newest[: keep.last or 0]:
        yield run.id, f"last {keep.last} of {group}"
    if keep.within is not None:
        within = format_duration(keep.within)
        yield from ((run.id, f"within {within}") for run in newest if now - (ended(run) or 0.0) <= keep.within)
    yield from _newest_of_each(newest, keep.daily, "daily", lambda at: f"{at:%Y-%m-%d}")
    yield from _newest_of_each(newest, keep.weekly, "weekly", _week)
    yield from _newest_of_each(newest, keep.monthly, "monthly", lambda at: f"{at:%Y-%m}")
    if keep.best is not None:
        yield from _best(newest, keep.best)
    if keep.tagged is not None:
        for run in newest:
            if tags := sorted(t for t in run.tags if not keep.tagged or name_fits(t, keep.tagged)):
                yield run.id, f"tagged {' and '.join(tags)}".rstrip()


def _newest_of_each(
    newest: Sequence[RunFact], number: int | None, name: str, span: Callable[[datetime], str]
) -> Iterator[tuple[str, str]]:
    """The newest run of each of the last `number` spans that have one: spans without runs do not count."""
    seen: set[str] = set()
    for run in newest:
        if number is None or len(seen) >= number:
            return
        at = span(datetime.fromtimestamp(began(run) or 0.0, timezone.utc))
        if at not in seen:
            seen.add(at)
            yield run.id, f"{name} {at}"


def _week(at: datetime) -> str:
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


def _best(newest: Sequence[RunFact], best: Best) -> Iterator[tuple[str, str]]:
    """Runs without the metric, and those where it is no finite number, are never the best. Of equal runs the newer is."""
    sign = 1.0 if best.lowest else -1.0
    measured = [(sign * run.metrics.get(best.metric, math.nan), run) for run in newest]
    # The sort is stable: equal runs stay newest first.
    ranked = sorted((pair for pair in measured if math.isfinite(pair[0])), key=lambda pair: pair[0])
    for place, (_, run) in enumerate(ranked[: best.top], 1):
        yield run.id, f"best {best.metric} {place} of {best.top}"
