"""One task's explanation as blocks of a document: why, its objects, what differs, its parts, and what to change."""

from __future__ import annotations

from collections import Counter

from kfpops.cache.explanation import Difference, Fingerprint, Part, PresenceState, TaskExplanation
from kfpops.render.advice import advice_blocks
from kfpops.render.document import Block, Bullets, Code, Heading, KeyValues, Paragraph, Table


def task_blocks(task: TaskExplanation, *, full: bool, parts: bool) -> list[Block]:
    """What stands below the task's heading. `full`: every object; `parts`: the fingerprint part by part."""
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
    if task.changed:
        blocks += [Heading("Changed, but the fingerprint does not see it", 2), Bullets(tuple(w.text for w in task.changed))]
    if task.advice:
        blocks.append(Heading("What to change", 2))
        for advice in task.advice:
            blocks += advice_blocks(advice)
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
        return "not possible: the pipeline of the run is not known"
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
