"""Listing a bucket and judging all of it: parts of a plan, and what they count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kfpops.cleanup.gather.besides import judge_besides
from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.gather.judging import Judge
from kfpops.cleanup.gather.listing import list_bucket
from kfpops.cleanup.gather.readers import Order
from kfpops.cleanup.gather.spans import Span, spans_of
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.summary import Tally
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.terms import Terms
from kfpops.errors import NotInBundle


@dataclass(slots=True)
class Swept:
    """Of one bucket. `parts` follow each other, `besides` are to be merged in. `missed`: ids of artifacts without bytes."""

    order: Order = "bytes"
    parts: list[Path] = field(default_factory=list)
    besides: list[Path] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    missed: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def sweep(opened: Opened, marks: SortedMarks, terms: Terms, folder: Path, say: Callable[[int], None]) -> Swept:
    """`say` is told of every page how many objects it held; from several threads."""
    judge = Judge(partial(marks_of_span, marks, opened.name), terms, folder, say)
    listing = list_bucket(opened.bucket, lambda: cuts_of(opened, terms), judge, folder)
    swept = Swept(listing.order)
    for part in listing.results:
        swept.parts.append(part.path)
        swept.tally.add(part.tally)
        swept.missed |= part.missed
    swept.tally.duplicates += listing.duplicates
    try:
        for path, tally in judge_besides(opened.bucket, terms, lambda: marks.of(opened.name), folder):
            swept.besides.append(path)
            swept.tally.add(tally)
    except NotInBundle as error:
        swept.notes.append(f"Not in this plan: {error.message}")
    return swept


def cuts_of(opened: Opened, terms: Terms) -> tuple[Span, ...]:
    """Where the listing of a bucket may be cut."""
    roots = [f"{root}/" if root else "" for root in terms.roots]
    return spans_of(opened.bucket, roots, [f"{form.path}/" for form in terms.logs if form.path])


def marks_of_span(marks: SortedMarks, bucket: str, span: Span) -> Iterator[Mark]:
    """All marks around the keys of a span."""
    return marks.of(bucket, above=span.after, below=span.upto)
