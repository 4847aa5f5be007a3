"""What the policy's rules say of each run: kept, and by which keep, or given up.

A rule speaks of the runs that its selectors fit. It compares runs only within a group of its `group_by`. Runs that have
not ended take no place in `last` or any other count and are never given up; neither are runs of an unknown age.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.durations import format_duration
from kfpops.cleanup.policy.fits import began, ended, run_fits
from kfpops.cleanup.policy.keeps import in_words, kept
from kfpops.cleanup.policy.policy import Policy, Rule, Select


@dataclass(frozen=True, slots=True)
class Say:
    """What a rule says of a run. `keeps`: it stays, else it is given up; `why` in words.

    `whole`: it is about the run as a whole, with its files that no artifact names; else about those artifacts that the
    `select` fits.
    """

    rule: str
    keeps: bool
    why: str
    whole: bool
    select: Select


def says(runs: Mapping[str, RunFact], policy: Policy, now: float) -> Mapping[str, tuple[Say, ...]]:
    """By run id, in the order of the rules; only runs that a rule speaks of.

    A run that KFP does not know is never given up by a rule, and keeps nothing but what `types: {keep: …}` names.
    """
    found: dict[str, list[Say]] = {}
    for rule in policy.rules:
        for run_id, say in _of_rule(runs, rule, policy.grace, now):
            found.setdefault(run_id, []).append(say)
    return {run_id: tuple(every) for run_id, every in found.items()}


def always_kept(run: RunFact, grace: float, now: float) -> str:
    """Why no rule may give it up, whatever it keeps; "" when one may."""
    at = ended(run)
    if not run.finished:
        return "it has not ended"
    if at is None:
        return "nobody knows when it ended"
    return f"younger than the grace of {format_duration(grace)}" if now - at < grace else ""


def _of_rule(runs: Mapping[str, RunFact], rule: Rule, grace: float, now: float) -> Iterator[tuple[str, Say]]:
    about = [run for run in runs.values() if run.known and run_fits(rule.select, run, now)]
    for label, group in _groups(about, rule):
        whys = kept([run for run in group if run.finished and began(run) is not None], rule.keep, label, now)
        gone = Say(rule.name, False, _beyond(rule, label), rule.select.whole_runs and not rule.keep_types, rule.select)
        for run in group:
            why = whys.get(run.id) or always_kept(run, grace, now)
            yield run.id, Say(rule.name, True, why, rule.select.whole_runs, rule.select) if why else gone
    if rule.keep_types:
        why = f"keeps {' and '.join(rule.keep_types)}"
        typed = Say(rule.name, True, why, False, Select(type=rule.keep_types))
        yield from ((run.id, typed) for run in about)
        # Of a run that was deleted only the lineage store tells, and less: what it does not tell speaks for keeping.
        gone_runs = (run for run in runs.values() if not run.known)
        yield from ((run.id, typed) for run in gone_runs if run_fits(rule.select, run, now, unknown=True))


def _groups(runs: Iterable[RunFact], rule: Rule) -> Iterator[tuple[str, list[RunFact]]]:
    """Each group with its name. A run whose pipeline nobody knows is alone: it is never counted with another pipeline's."""
    groups: dict[tuple[str, ...], list[RunFact]] = {}
    labels: dict[tuple[str, ...], str] = {}
    for run in runs:
        values = tuple(str(getattr(run, key)) for key in rule.group_by)
        alone = "pipeline" in rule.group_by and not run.pipeline
        key = (*values, run.id) if alone else values
        groups.setdefault(key, []).append(run)
        labels[key] = "an unknown pipeline" if alone else "/".join(v for v in values if v) or "all its runs"
    return ((labels[key], group) for key, group in groups.items())


def _beyond(rule: Rule, label: str) -> str:
    words = in_words(rule.keep)
    return f"not among {words} of {label}" if words else "the rule keeps nothing of what it selects"
