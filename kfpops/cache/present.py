"""Explanation → Document: for each task the verdict in a line, then what differs, what is gone, and what to change."""

from __future__ import annotations

from collections import Counter

from kfpops.cache.explanation import Difference, Explanation, Fingerprint, Part, PresenceState, TaskExplanation, Verdict
from kfpops.model.finding import Advice
from kfpops.render.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    KeyValues,
    Paragraph,
    Table,
    Tone,
)
from kfpops.render.words import count

# Up to so many tasks are told one by one; of more there is a table, and --task tells of one.
_ONE_BY_ONE = 20
# Up to so many tasks the parts of each fingerprint are listed, unless all is asked for.
_WITH_PARTS = 2

_WORDS: dict[Verdict, str] = {"hit": "hit", "miss": "miss", "disabled": "caching off", "not-run": "not run"}


def present(explanation: Explanation, *, full: bool = False) -> Document:
    """`full` tells of every task, its parts and its objects."""
    tasks = explanation.tasks
    blocks: list[Block] = []
    if len(tasks) > _ONE_BY_ONE and not full:
        blocks.append(Table(("TASK", "CACHE", "WHY"), tuple((t.task, _WORDS[t.verdict], t.why) for t in tasks)))
        blocks.append(Paragraph("--task NAME tells more of one."))
        tasks = tuple(t for t in tasks if t.gone)
    parts = full or len(tasks) <= _WITH_PARTS
    for task in tasks:
        blocks += [Heading(f"{task.task}: {_headline(task)}"), *_blocks(task, full=full, parts=parts)]
    if explanation.not_checked:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in explanation.not_checked))]
    title = f"Cache of run {explanation.run_name or explanation.run_id}"
    return Document(title, _verdict(explanation), _tone(explanation), tuple(blocks))


def _verdict(explanation: Explanation) -> str:
    tasks = explanation.tasks
    if not tasks:
        return "The run has no task with a container."
    counts = Counter(task.verdict for task in tasks)
    kinds: tuple[tuple[Verdict, str], ...] = (
        ("hit", "taken from the cache"),
        ("miss", "not in the cache"),
        ("disabled", "with caching off"),
        ("not-run", "not run"),
    )
    words = ", ".join(f"{counts[kind]:,} {text}" for kind, text in kinds if counts[kind])
    gone = sum(len(task.gone) for task in tasks)
    hole = f" {count(gone, 'object')} of what was taken {'is' if gone == 1 else 'are'} not in the store." if gone else ""
    return f"{count(len(tasks), 'task')}: {words}.{hole}"


def _tone(explanation: Explanation) -> Tone:
    return "bad" if explanation.must_act else "plain"


def _headline(task: TaskExplanation) -> str:
    hole = f", but {count(len(task.gone), 'object')} gone" if task.gone else ""
    return _WORDS[task.verdict] + hole


def _blocks(task: TaskExplanation, *, full: bool, parts: bool) -> list[Block]:
    blocks: list[Block] = [Paragraph(task.why)]
    rows = [("Objects", _counted(task))] if task.objects else []
    if task.fingerprint and parts:
        rows += [("Fingerprint", task.fingerprint.stored), ("Computed", _computed(task.fingerprint))]
    if rows:
        blocks.append(KeyValues(tuple(rows)))
    blocks += _objects(task, full=full)
    for difference in task.differences:
        blocks += _difference(difference)
    if task.parts and parts:
        cells = tuple((p.kind, p.name, (p.digest or "-")[:12], _value(p)) for p in task.parts)
        blocks.append(Table(("PART", "NAME", "DIGEST", "VALUE"), cells))
    if task.warnings:
        blocks += [Heading("What the fingerprint does not see", 2), Bullets(tuple(w.text for w in task.warnings))]
    if task.advice:
        blocks.append(Heading("What to change", 2))
        for advice in task.advice:
            blocks += _advice(advice)
    return blocks


def _counted(task: TaskExplanation) -> str:
    states = Counter(o.state for o in task.objects)
    words: dict[PresenceState, str] = {
        "present": "in the store",
        "gone": "gone",
        "unknown": "not checked",
        "never-stored": "without an object",
    }
    return ", ".join(f"{states[state]} {word}" for state, word in words.items() if states[state])


def _computed(fingerprint: Fingerprint) -> str:
    if fingerprint.computed is None:
        return "not possible: the pipeline of the run is not known any more"
    if fingerprint.equal:
        return f"the same, as {fingerprint.computed_as} computes it"
    return f"{fingerprint.computed}: no known version of KFP computes the stored one"


def _value(part: Part) -> str:
    return "(long)" if part.text is None else part.text


def _objects(task: TaskExplanation, *, full: bool) -> list[Block]:
    shown = task.objects if full else tuple(o for o in task.objects if o.state in ("gone", "unknown"))
    if not shown:
        return []
    blocks: list[Block] = [Table(("OUTPUT", "OBJECT", "URI"), tuple((o.port, o.state, o.uri or "-") for o in shown))]
    if task.gone:
        text = (
            "KFP looks at no object when it takes a task from the cache: what reads these gets an error, or an empty input."
            " They were deleted, or the task never wrote them."
        )
        blocks.append(Paragraph(text))
    return blocks


def _difference(difference: Difference) -> list[Block]:
    what = f"{difference.kind} {difference.name}".strip()
    note = f" ({difference.note})" if difference.note else ""
    if difference.diff:
        return [Paragraph(f"{what}{note}:"), Code("diff", difference.diff)]
    before, after = (text if text is not None else "(none)" for text in (difference.before, difference.after))
    return [Paragraph(f"{what}: {before} → {after}{note}")]


def _advice(advice: Advice) -> list[Block]:
    blocks: list[Block] = [Paragraph(advice.text)]
    if advice.sdk:
        blocks.append(Code("python", advice.sdk))
    if advice.kubectl:
        blocks.append(Code("shell", advice.kubectl))
    return blocks
