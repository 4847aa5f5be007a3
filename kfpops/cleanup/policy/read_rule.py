"""A rule of a policy file: what it is about, how its runs are grouped, and what it keeps of each group."""

from __future__ import annotations

import re
from typing import Final, get_args

from kfpops.cleanup.policy.contradictions import contradictions
from kfpops.cleanup.policy.fields import Fields, fields_of
from kfpops.cleanup.policy.lines import Entries
from kfpops.cleanup.policy.policy import GROUPED_BY, Best, GroupKey, Keep, Rule, Select
from kfpops.cleanup.policy.problems import Problems, did_you_mean, quoted
from kfpops.knowledge.artifact_types import meant_type
from kfpops.knowledge.run_state import OF_KFP

RULE: Final = ("name", "select", "group_by", "keep", "types")
SELECT: Final = (
    *("namespace", "pipeline", "experiment", "recurring_run", "state", "older_than"),
    *("type", "label", "larger_than", "smaller_than"),
)
KEEP: Final = ("last", "within", "daily", "weekly", "monthly", "best", "tagged")
BEST: Final = ("metric", "top", "lowest")
TYPES: Final = ("keep", "drop")
WHERE: Final = {**dict.fromkeys(SELECT, "select"), **dict.fromkeys(KEEP, "keep")}
NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
UNFINISHED: Final = frozenset({"PENDING", "RUNNING", "PAUSED"})
STATES: Final = tuple(word for word in OF_KFP if word not in UNFINISHED)
"""Of KFP's words those that a run can end with. CANCELING is one: of Argo's runs KFP never writes CANCELED."""


def read_rule(tree: Entries, problems: Problems) -> Rule:
    """The rule, whatever is wrong with it: its problems are noted."""
    before = len(problems.found)
    fields = fields_of(tree, "a rule", RULE, problems, elsewhere=WHERE)
    rule = Rule(
        name=_name(fields),
        select=_select(fields),
        keep=_keep(fields.block("keep", KEEP)),
        group_by=_group_by(fields),
        keep_types=_keep_types(fields),
        line=fields.line,
    )
    # What is misread is no ground to say that it contradicts itself.
    for key, text, hint in contradictions(rule) if len(problems.found) == before else ():
        fields.add(key, text, hint)
    return rule


def _name(fields: Fields) -> str:
    name = fields.text("name")
    if "name" not in fields:
        fields.add("name", "This rule has no name.", "Write one: plans tell which rule gives something up (name: nightly).")
    elif name and not re.fullmatch(NAME[1:-1], name):
        fields.add("name", f"{quoted(name)} cannot be a rule's name.", "It has up to 63 letters, digits, '.', '_' and '-'.")
    return name or ""


def _select(fields: Fields) -> Select:
    dropped = _dropped_types(fields)
    found = fields.block("select", SELECT)
    if found is None:
        return Select(type=dropped)
    if dropped and "type" in found:
        text = '"type" of "select" and "drop" of "types" both say which artifacts the rule gives up.'
        found.add("type", text, 'Name all of them under "types: {drop: […]}".')
    return Select(
        namespace=found.texts("namespace"),
        pipeline=found.texts("pipeline"),
        experiment=found.texts("experiment"),
        recurring_run=found.texts("recurring_run"),
        state=_states(found),
        older_than=found.duration("older_than"),
        type=dropped or _type_names(found, "type"),
        label=_labels(found.named("label")),
        larger_than=found.size("larger_than"),
        smaller_than=found.size("smaller_than", least=1),
    )


def _states(found: Fields) -> tuple[str, ...]:
    words = found.texts("state")
    for word in words:
        if word in UNFINISHED:
            text = f"Runs that are {word} are never given up: the rule cannot be about them."
            found.add("state", text, f"Known are {', '.join(STATES)}.")
        elif word not in STATES:
            found.add("state", f"{quoted(word)} is no state of a run that has ended.", did_you_mean(word, STATES))
    return words


def _type_names(found: Fields, key: str) -> tuple[str, ...]:
    names = found.texts(key)
    for name in names:
        if meant := meant_type(name):
            found.add(key, f"{quoted(name)} is no type of KFP's.", f'Did you mean "{meant}"?')
    return names


def _types(fields: Fields) -> Fields | None:
    # Asked for twice, by what is kept and what is dropped: a problem that is noted twice is told once.
    return fields.block("types", TYPES)


def _dropped_types(fields: Fields) -> tuple[str, ...]:
    found = _types(fields)
    return _type_names(found, "drop") if found else ()


def _keep_types(fields: Fields) -> tuple[str, ...]:
    found = _types(fields)
    return _type_names(found, "keep") if found else ()


def _labels(found: Fields | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name in found.entries for value in found.texts(name)) if found else ()


def _group_by(fields: Fields) -> tuple[GroupKey, ...]:
    if "group_by" not in fields:
        return GROUPED_BY
    words = fields.list("group_by", may_be_empty=True)
    known: tuple[GroupKey, ...] = get_args(GroupKey)
    for word in words:
        if word not in known:
            fields.add("group_by", f"Runs are not grouped by {quoted(word)}.", did_you_mean(word, known))
    if len(set(words)) < len(words):
        fields.add("group_by", '"group_by" names one key twice.', "Keep one of them.")
    return tuple(key for key in known if key in words)


def _keep(found: Fields | None) -> Keep:
    if found is None:
        return Keep()
    return Keep(
        last=found.number("last"),
        within=found.duration("within"),
        daily=found.number("daily"),
        weekly=found.number("weekly"),
        monthly=found.number("monthly"),
        best=_best(found.block("best", BEST)),
        tagged=_tagged(found),
    )


def _best(found: Fields | None) -> Best | None:
    if found is None:
        return None
    for key in ("metric", "top"):
        if key not in found:
            found.add(key, f'"best" lacks "{key}".', "Write it as best: {metric: accuracy, top: 3}.")
    return Best(found.text("metric") or "", found.number("top") or 1, found.truth("lowest") or False)


def _tagged(found: Fields) -> tuple[str, ...] | None:
    if "tagged" not in found:
        return None
    if not found.is_truth("tagged"):
        return found.texts("tagged")
    if not found.truth("tagged"):
        found.add("tagged", '"tagged: false" keeps nothing.', "Leave the key out, or write true or a list of tags.")
    return ()
