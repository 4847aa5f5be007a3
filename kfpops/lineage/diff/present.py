"""The difference of two runs → Document: where they part, then the tasks at a glance, then each that differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kfpops.lineage.diff.align import RunFacts, TaskRun
from kfpops.lineage.diff.diff import Compared, TaskDiff
from kfpops.lineage.diff.first import First, state_word
from kfpops.lineage.diff.present_task import Detail, differs_in, task_blocks
from kfpops.lineage.diff.present_values import change_rows
from kfpops.model.lineage import CACHED
from kfpops.render.document import Block, Bullets, Document, Heading, KeyValues, Paragraph, Table
from kfpops.render.words import age, count, moment

# A table of this many tasks can still be read; more, and those that are the same are only counted.
_ALL_TASKS = 30
# Each task that differs is told of, up to so many; the rest stands in the table, and in the JSON.
_TOLD = 12


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table: a task, or all iterations of one that say the same."""

    task: TaskDiff
    like: int = 1


def present_diff(compared: Compared, first: First | None, *, wide: bool = False) -> Document:
    """`wide` leaves nothing out."""
    facts = compared.facts
    blocks: list[Block] = [KeyValues((("A", _run(facts.a)), ("B", _run(facts.b)), *_runs_differ(compared)))]
    rows = [_Row(task) for task in compared.tasks] if wide else _folded(_shown(compared.tasks))
    table = rows if wide or len(rows) <= _ALL_TASKS else [r for r in rows if r.task.change != "same"]
    if table:
        blocks += [_table(table, facts.origins), *_left_out(rows, table)]
    changed = [row for row in rows if row.task.change == "changed"]
    told: set[str] = set()
    for row in changed if wide else changed[:_TOLD]:
        blocks += [Heading(_heading(row)), *task_blocks(row.task, Detail(wide, row.task.task_path in told))]
        told.add(row.task.task_path)
    if not wide and len(changed) > _TOLD:
        blocks.append(Paragraph(f"{count(len(changed) - _TOLD, 'more task')} differ: `-o wide` tells of all."))
    if facts.missing:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in facts.missing))]
    return Document(f"Runs {_short(facts.a)} and {_short(facts.b)}", verdict(compared, first), "plain", tuple(blocks))


def verdict(compared: Compared, first: First | None) -> str:
    """Where they part; then what else a reader must know before he believes it."""
    sentences = [_parting(first)]
    a, b = compared.facts.a, compared.facts.b
    if a.run_id == b.run_id:
        return "A and B are the same run."
    if a.pipeline and b.pipeline and a.pipeline != b.pipeline:
        sentences.append(f"They are runs of different pipelines, {a.pipeline} and {b.pipeline}.")
    unknown = sum(len(t.unknown) for t in compared.tasks)
    if unknown:
        sentences.append(f"The content of {count(unknown, 'artifact')} could not be compared.")
    cached = [(name, number) for name in "AB" if (number := _cached(compared, name))]
    if cached:
        sentences.append(", ".join(f"{name} took {count(number, 'task')} from the cache" for name, number in cached) + ".")
    return " ".join(sentences)


def _parting(first: First | None) -> str:
    if first is None:
        return "No difference but times."
    if not first.task:
        return f"Only what the runs were given differs: {first.text}."
    if first.certain:
        return f"They part at task {first.task}: {first.text}."
    return f"The first difference that shows is at task {first.task}: {first.text}."


def _cached(compared: Compared, side: str) -> int:
    runs = [task.a if side == "A" else task.b for task in compared.tasks]
    return sum(run is not None and run.execution.state == CACHED for run in runs)


def _run(run: RunFacts) -> str:
    parts = [run.name or run.run_id, *([f"({run.run_id})"] if run.name else [])]
    parts += [f"of {run.pipeline}"] if run.pipeline and run.pipeline != run.name else []
    parts.append(
        f"- {run.state.lower()}" if run.state else "- not read from the KFP API" if not run.known else "- state unknown"
    )
    return " ".join(parts) + (f", {moment(run.created_at)}" if run.created_at else "")


def _short(run: RunFacts) -> str:
    return f"{run.name} ({run.run_id[:8]})" if run.name else run.run_id[:8]


def _runs_differ(compared: Compared) -> tuple[tuple[str, str], ...]:
    parameters = change_rows(compared.parameters)
    rows = [("Parameters", "; ".join(f"{name} {value}" for name, value in parameters))] if parameters else []
    return (*rows, *((name[:1].upper() + name[1:], value) for name, value in change_rows(compared.settings)))


def _shown(tasks: Sequence[TaskDiff]) -> list[TaskDiff]:
    """Without loops and nested pipelines that say no more than the tasks inside them."""
    inside = {t.task_path for t in tasks if t.kind != "dag"}
    return [
        t
        for t in tasks
        if t.kind != "dag"
        or (t.change == "changed" and (t.parameters or t.other_state))
        or (t.change.startswith("only") and not any(path.startswith(f"{t.task_path}/") for path in inside))
    ]


def _folded(tasks: Sequence[TaskDiff]) -> list[_Row]:
    """Iterations of one task that differ in the same things become one row, told of by the first."""
    rows: dict[tuple[str, ...], _Row] = {}
    for task in tasks:
        in_loop = "[" in task.path and task.change in ("same", "changed")
        key = (task.task_path, task.kind, task.change, differs_in(task)) if in_loop else (task.path,)
        rows[key] = _Row(rows[key].task, rows[key].like + 1) if key in rows else _Row(task)
    return list(rows.values())


def _table(rows: Sequence[_Row], origins: Mapping[str, str]) -> Table:
    cells = tuple((_name(r), _cell(r.task.a, origins), _cell(r.task.b, origins), differs_in(r.task)) for r in rows)
    return Table(("TASK", "A", "B", "WHAT DIFFERS"), cells)


def _left_out(rows: Sequence[_Row], table: Sequence[_Row]) -> list[Block]:
    if len(rows) == len(table):
        return []
    same = sum(row.like for row in rows if row.task.change == "same")
    return [Paragraph(f"{count(same, 'task')} without a difference: `-o wide` lists them.")]


def _name(row: _Row) -> str:
    times = row.like if row.like > 1 else row.task.times
    return row.task.path + (f" (x{times:,})" if times > 1 else "")


def _heading(row: _Row) -> str:
    more = row.like - 1
    alike = f" ({count(more, 'more iteration')} {'differs' if more == 1 else 'differ'} in the same things)" if more else ""
    return f"Task {row.task.path}{alike}"


def _cell(run: TaskRun | None, origins: Mapping[str, str]) -> str:
    if run is None:
        return "-"
    if run.execution.state == CACHED:
        origin = origins.get(run.execution.cached_from, "")
        return f"cache {origin[:8]}" if origin else "cached"
    word = state_word(run.execution.state)
    if run.execution.kind == "dag":
        return word if word in ("failed", "not triggered") else ""
    return age(run.seconds) if word == "complete" and run.seconds is not None else word
