"""What of a rule cannot be meant: keeps that can never keep, selectors that never fit, a rule that gives up everything."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from kfpops.cleanup.policy.durations import format_duration
from kfpops.cleanup.policy.policy import Keep, Rule, Select

_DAYS_OF_A_WEEK, _DAYS_OF_A_MONTH, _WEEKS_OF_A_MONTH = 7, 31, 6


def contradictions(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """For each: the key (`keep.weekly`), a sentence, and what to write instead."""
    if rule.select == Select() and rule.keep == Keep() and not rule.keep_types:
        text = f'Rule "{rule.name}" selects nothing and keeps nothing: it would give up every run.'
        yield "", text, 'Say what it keeps (keep: {last: 3}) or what it is about; every run is select: {pipeline: "*"}.'
    yield from _of_select(rule.select)
    yield from _of_keep(rule.keep, rule.select.older_than)
    yield from _of_types(rule)


def _of_select(select: Select) -> Iterator[tuple[str, str, str]]:
    larger, smaller = select.larger_than, select.smaller_than
    if larger is not None and smaller is not None and smaller <= larger + 1:
        yield "select.smaller_than", f"Nothing is larger than {larger} and smaller than {smaller} bytes.", "Swap the two?"


def _of_keep(keep: Keep, older_than: float | None) -> Iterator[tuple[str, str, str]]:
    if keep.within is not None and older_than is not None and keep.within <= older_than:
        within, older = format_duration(keep.within), format_duration(older_than)
        text = f'"within: {within}" never keeps a run: the rule is only about runs older than {older}.'
        yield "keep.within", text, "Leave one of the two out, or make within the longer one."
    for long, short, factor in (
        ("weekly", "daily", _DAYS_OF_A_WEEK),
        ("monthly", "daily", _DAYS_OF_A_MONTH),
        ("monthly", "weekly", _WEEKS_OF_A_MONTH),
    ):
        number, other = getattr(keep, long), getattr(keep, short)
        if number is not None and other is not None and other >= number * factor:
            text = f'"{long}: {number}" reaches no further back than "{short}: {other}" and keeps nothing more.'
            yield f"keep.{long}", text, f"Leave {long} out, or let it reach further than {short}."


def _of_types(rule: Rule) -> Iterator[tuple[str, str, str]]:
    for name in rule.select.type:
        if any(fnmatchcase(name, pattern) for pattern in rule.keep_types):
            text = f'Rule "{rule.name}" both keeps and gives up artifacts of type {name}.'
            yield "types", text, "Name each type under keep or under drop."
