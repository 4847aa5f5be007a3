"""Summary → Document: what would go, what stays and why, what it would cost, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from datetime import datetime

from kfpops.cleanup.plan.entry import Count, Eviction
from kfpops.cleanup.plan.summary import Summary
from kfpops.cleanup.words import KINDS, REASONS, size
from kfpops.render.document import Block, Bullets, Code, Document, Heading, Paragraph, Table
from kfpops.render.words import count, duration, moment

# So many runs, evictions and dangling artifacts are told one by one.
_SOME = 10


def present(summary: Summary, *, full: bool = False) -> Document:
    """`full` tells of every run."""
    most = len(summary.groups) + len(summary.header.evictions) + len(summary.dangling or ()) if full else _SOME
    blocks = [
        *_goes(summary, most),
        *_stays(summary),
        *_evictions(summary.header.evictions, most),
        *_dangling(summary, most),
        *_notes(summary),
        *_next(summary),
    ]
    return Document("Clean-up plan", _verdict(summary), "waiting" if summary.goes.objects else "plain", tuple(blocks))


def _verdict(summary: Summary) -> str:
    goes, keeps = summary.goes, summary.keeps
    stays = f"{count(keeps.objects, 'object')} ({size(keeps.bytes)}) {'stays' if keeps.objects == 1 else 'stay'}"
    if summary.deletes_nothing:
        return f"The policy names no rule, kind or budget, so it deletes nothing: {stays}."
    if not goes.objects:
        return f"Nothing may go: {stays}."
    return f"{count(goes.objects, 'object')} ({size(goes.bytes)}) may go; {stays}. Nothing was deleted."


def _goes(summary: Summary, most: int) -> list[Block]:
    if not summary.goes.objects:
        return []
    blocks: list[Block] = [
        Heading("What may go"),
        Table(("OBJECTS", "SIZE", "KIND"), _rows(summary.by_kind(), KINDS)),
        Table(("OBJECTS", "SIZE", "WHY"), _rows(_sorted(summary.footer.goes), REASONS)),
    ]
    rules = summary.by_rule()
    if rules:
        blocks.append(Table(("OBJECTS", "SIZE", "RULE"), _rows(rules, {})))
    return [*blocks, *_runs(summary, most)]


def _runs(summary: Summary, most: int) -> list[Block]:
    runs = summary.by_who()
    if not runs:
        return []
    rows = tuple((*_numbers(c), _run(who, summary.names)) for who, c in list(runs.items())[:most])
    blocks: list[Block] = [Table(("OBJECTS", "SIZE", "OF"), rows)]
    if len(runs) > most:
        blocks.append(Paragraph(f"… and {len(runs) - most:,} more; -v names all, and the plan has every object."))
    return blocks


def _run(who: str, names: Mapping[str, tuple[str, str]]) -> str:
    name, pipeline = names.get(who, ("", ""))
    told = ", ".join(filter(None, (name, f"pipeline {pipeline}" if pipeline else "")))
    return f"{who} ({told})" if told else who


def _stays(summary: Summary) -> list[Block]:
    if not summary.footer.keeps:
        return []
    return [Heading("What stays"), Table(("OBJECTS", "SIZE", "WHY"), _rows(_sorted(summary.footer.keeps), REASONS))]


def _evictions(evictions: tuple[Eviction, ...], most: int) -> list[Block]:
    if not evictions:
        return []
    steps = sum(e.steps for e in evictions)
    text = (
        f"The policy says `cache: evict`: {count(len(evictions), 'run')} would be deleted in KFP first, because only so"
        f" their cache entries go. That cannot be undone. {count(steps, 'step')} that could be taken from the cache would"
        f" run again: {_cost(evictions)}."
    )
    rows = tuple((f"{e.steps:,}", _one_cost(e), _named(e)) for e in evictions[:most])
    blocks: list[Block] = [Heading("Cached now, run again then"), Paragraph(text), Table(("STEPS", "COST", "RUN"), rows)]
    if len(evictions) > most:
        blocks.append(Paragraph(f"… and {len(evictions) - most:,} more; the plan names all."))
    return blocks


def _named(eviction: Eviction) -> str:
    rule = f", rule {eviction.rule}" if eviction.rule else ""
    return f"{eviction.run_id} ({eviction.name}{rule})" if eviction.name else eviction.run_id


def _cost(evictions: tuple[Eviction, ...]) -> str:
    """Sums of what is known, and how much is not."""
    times = [e.seconds for e in evictions if e.seconds is not None]
    hours = [e.accelerator_hours for e in evictions if e.accelerator_hours is not None]
    if not times:
        return "how long they would take is not known"
    told = duration(sum(times)) + (f", {sum(hours):.3g} accelerator-hours" if any(hours) else "")
    unknown = sum(e.seconds is None and e.steps > 0 for e in evictions)
    return told + (f", without {count(unknown, 'run')} of unknown time" if unknown else "")


def _one_cost(eviction: Eviction) -> str:
    if eviction.seconds is None:
        return "unknown" if eviction.steps else "none"
    hours = f", {eviction.accelerator_hours:.3g} accelerator-h" if eviction.accelerator_hours else ""
    return duration(eviction.seconds) + hours


def _dangling(summary: Summary, most: int) -> list[Block]:
    if summary.dangling is None:
        return []
    heading = Heading("Artifacts whose bytes are gone")
    if not summary.dangling:
        return [heading, Paragraph("None: every artifact that lineage calls live has its bytes.")]
    cached = sum(d.cached for d in summary.dangling)
    warn = f" The cache can still hand out {cached:,} of them: a step would get an empty input." if cached else ""
    rows = tuple(f"{d.uri} ({d.task or 'no task'}, artifact {d.id})" for d in summary.dangling[:most])
    more = [Paragraph(f"… and {len(summary.dangling) - most:,} more.")] if len(summary.dangling) > most else []
    return [
        heading,
        Paragraph(f"Nothing is left of {count(len(summary.dangling), 'artifact')} that lineage calls live.{warn}"),
        Bullets(rows),
        *more,
    ]


def _notes(summary: Summary) -> list[Block]:
    return [Heading("Notes"), Bullets(summary.notes)] if summary.notes else []


def _next(summary: Summary) -> list[Block]:
    header = summary.header
    if summary.deletes_nothing:
        return [
            Heading("Next"),
            Paragraph("Name in the policy what may go: `rules:`, `orphans:`, `argo_logs:`, `uploads:`, `budget:` …"),
        ]
    if not summary.goes.objects:
        return []
    until = moment(datetime.fromisoformat(header.expires_at.replace("Z", "+00:00")))
    if not header.source.startswith("cluster"):
        text = f"The plan is in {summary.path}. It was made of {header.source}: it is for review, and apply refuses it."
        return [Heading("Next"), Paragraph(text)]
    text = f"The plan is in {summary.path}; it holds until {until}. Review it, then carry it out:"
    return [Heading("Next"), Paragraph(text), Code("shell", f"kfpops cleanup apply {shlex.quote(summary.path)}")]


def _rows(counts: Mapping[str, Count], words: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple((*_numbers(c), _worded(name, words)) for name, c in counts.items())


def _worded(name: str, words: Mapping[str, str]) -> str:
    return f"{name}: {words[name]}" if name in words else name


def _numbers(counted: Count) -> tuple[str, str]:
    return f"{counted.objects:,}", size(counted.bytes)


def _sorted(counts: Mapping[str, Count]) -> dict[str, Count]:
    """The largest first."""
    items: Iterable[tuple[str, Count]] = counts.items()
    return dict(sorted(items, key=lambda i: (-i[1].bytes, -i[1].objects, i[0])))
