"""An impact in a sentence or two: who depends on it, and what it would cost to make that again."""

from __future__ import annotations

from kfpops.lineage.impact.affected import Impact
from kfpops.lineage.impact.recompute import Recompute
from kfpops.render.words import count, duration


def verdict(impact: Impact) -> str:
    """What depends on it, and what it would cost to make that again; then what is special about the runs."""
    who = _who(impact)
    if not who:
        whole = not (impact.truncated or impact.not_checked)
        return "Nothing depends on it." if whole else "Nothing was found that depends on it, but not all was looked at."
    at_least = "At least " if impact.truncated else ""
    cost = _price(impact.recompute)
    said = f"{at_least}{who} on it" + (f"; {cost}." if cost else ".")
    running = sum(run.running for run in impact.runs)
    deleted = sum(bool(run.deleted) for run in impact.runs)
    said += f" {count(running, 'run is', 'runs are')} still running." if running else ""
    return said + (f" {count(deleted, 'run was', 'runs were')} deleted from KFP." if deleted else "")


def _who(impact: Impact) -> str:
    pipelines = sum(bool(name) for name in impact.pipelines)
    parts = []
    if impact.runs:
        parts.append(count(len(impact.runs), "run") + (f" of {count(pipelines, 'pipeline')}" if pipelines else ""))
    elif impact.tasks or impact.artifacts:
        parts += [count(len(impact.tasks), "step")] if impact.tasks else [artifacts_of(impact)]
    parts += [count(len(impact.models), "model in use", "models in use")] if impact.models else []
    if not parts:
        return ""
    one = len(parts) == 1 and parts[0].startswith("1 ")
    return f"{' and '.join(parts)} {'depends' if one else 'depend'}"


def artifacts_of(impact: Impact) -> str:
    """`11 artifacts, 10 objects` where two of them are one thing, else `11 artifacts`."""
    number = len(impact.artifacts)
    objects = f" ({count(impact.objects, 'object')})" if impact.objects < number else ""
    return count(number, "artifact") + objects


def _price(cost: Recompute) -> str:
    if not cost.tasks:
        return ""
    if cost.wall_seconds is None:
        wall = f"how long {count(cost.tasks, 'step')} would take again is not known"
    else:
        some_unknown = f" (without {count(cost.unknown, 'step')} of unknown time)" if cost.unknown else ""
        wall = f"{duration(cost.wall_seconds)} to recompute{some_unknown}"
    gpu = gpu_hours(cost)
    if gpu == "none":
        return wall
    return f"{wall}, GPU-hours unknown" if gpu == "unknown" else f"{wall}, {gpu} GPU-hours"


def gpu_hours(cost: Recompute) -> str:
    """`3.1`, `at least 3.1`, `unknown`, or `none` when it is known that there are none."""
    if not cost.gpu_hours:
        return "unknown" if cost.gpu_hours is None or cost.unknown_accelerators else "none"
    return f"at least {_number(cost.gpu_hours)}" if cost.unknown_accelerators else _number(cost.gpu_hours)


def _number(hours: float) -> str:
    return f"{hours:,.1f}" if hours >= 0.1 else f"{hours:.2g}"
