"""Explanation → Document: a line for each task, what must be acted on first; then the tasks whose story is worth telling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from kfpops.cache.explanation import Explanation, TaskExplanation, Verdict
from kfpops.cache.present_task import task_blocks
from kfpops.render.document import Block, Bullets, Document, Heading, Paragraph, Table, Tone
from kfpops.render.words import count, some

# Up to so many tasks are told one by one, with the parts of their fingerprints; more have a line each in a table.
_ONE_BY_ONE = 3
# Of more tasks so many are told below the table.
_TOLD = 6

_WORDS: dict[Verdict, str] = {"hit": "hit", "miss": "miss", "disabled": "caching off", "not-run": "not run"}
_ORDER: tuple[Verdict, ...] = ("miss", "hit", "disabled", "not-run")
_INDEX = re.compile(r"\[\d+\]")


def present(explanation: Explanation, *, full: bool = False) -> Document:
    """`full` tells of every task, its parts and its objects."""
    tasks = sorted(explanation.tasks, key=_rank)
    many = len(tasks) > _ONE_BY_ONE
    blocks: list[Block] = []
    if many:
        blocks.append(Table(("TASK", "CACHE", "WHY"), tuple((t.task, _WORDS[t.verdict], _line(t)) for t in tasks)))
    groups = _interesting(tasks) if many and not full else [[task] for task in tasks]
    for group in groups[:_TOLD] if many and not full else groups:
        blocks += _group(group, full=full, parts=full or not many)
    if many and not full:
        blocks += [Heading("More"), Paragraph(_more(groups[_TOLD:]))]
    if explanation.notes:
        blocks += [Heading("Notes"), Bullets(explanation.notes)]
    if explanation.not_checked:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in explanation.not_checked))]
    title = f"Cache of run {explanation.run_name or explanation.run_id}"
    return Document(title, _verdict(explanation), _tone(explanation), tuple(blocks))


def _rank(task: TaskExplanation) -> tuple[int, int, bool]:
    """What must be acted on stands first; tasks of one kind stay in the order in which they ran."""
    return (0, 0, True) if task.gone else (1, _ORDER.index(task.verdict), not task.changed)


def _line(task: TaskExplanation) -> str:
    changed = f"; changed unseen: {', '.join(dict.fromkeys(w.kind for w in task.changed))}" if task.changed else ""
    return f"{task.short}{changed}{f'; {task.attempts} attempts' if task.attempts > 1 else ''}"


def _interesting(tasks: Iterable[TaskExplanation]) -> list[list[TaskExplanation]]:
    """Holes, misses, and hits beside which something has changed. Iterations with one reason are told together."""
    groups: dict[tuple[str, str, str], list[TaskExplanation]] = {}
    for task in tasks:
        if task.gone:
            groups[task.task, task.execution, ""] = [task]
        elif task.verdict == "miss" or task.changed:
            groups.setdefault((_INDEX.sub("", task.task), task.verdict, _line(task)), []).append(task)
    return list(groups.values())


def _group(group: Sequence[TaskExplanation], *, full: bool, parts: bool) -> list[Block]:
    first, rest = group[0], group[1:]
    more = f" and {len(rest)} like it" if rest else ""
    blocks: list[Block] = [Heading(f"{first.task}{more}: {_headline(first)}"), *task_blocks(first, full=full, parts=parts)]
    if rest:
        blocks.append(Paragraph(f"The reason is of the same kind for {some([t.task for t in rest])}."))
    return blocks


def _more(untold: Sequence[Sequence[TaskExplanation]]) -> str:
    number = sum(map(len, untold))
    verb = "is" if number == 1 else "are"
    left = f"{count(number, 'task')} with a miss or a change {verb} not told here. " if number else ""
    return f"{left}--task NAME tells more of one, -v of all."


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
    attempts = f", {task.attempts} attempts" if task.attempts > 1 else ""
    return _WORDS[task.verdict] + attempts + hole
