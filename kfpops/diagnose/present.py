"""Diagnosis → Document: the verdict, then for each cause what was seen and what to change, then what is left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfpops.diagnose.verdict import tone, verdict
from kfpops.model.diagnosis import Diagnosis
from kfpops.model.finding import Evidence, Finding, ObjectRef, Patience
from kfpops.render.advice import advice_blocks
from kfpops.render.document import Block, Bullets, Document, Heading, KeyValues, Quote, Table
from kfpops.render.words import clock, count, duration, some

_SURE = {"certain": "certain", "likely": "likely: two signs agree", "possible": "possible: there is one sign only"}
# From this many findings on an overview stands before the details.
_OVERVIEW_FROM = 3


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told of each finding: quotes, objects and changes at most, and whether the facts are listed."""

    quotes: int = 3
    objects: int = 3
    changes: int = 5
    facts: bool = False


BRIEF = Detail()
SHORT = Detail(quotes=1, objects=2, changes=1)
FULL = Detail(quotes=50, objects=1_000, changes=50, facts=True)
# From this many findings on each is told in short, unless all is asked for.
_SHORT_FROM = 6


def present(diagnosis: Diagnosis, detail: Detail = BRIEF) -> Document:
    """The document; `detail` FULL leaves nothing out."""
    findings = diagnosis.findings
    detail = SHORT if len(findings) >= _SHORT_FROM and detail == BRIEF else detail
    blocks: list[Block] = []
    if len(findings) >= _OVERVIEW_FROM:
        blocks.append(_overview(findings))
    for number, finding in enumerate(findings, 1):
        # The verdict of a single finding is its title already.
        heading = f"{number}. {finding.title}" if len(findings) > 1 else "Cause"
        blocks += [Heading(heading, 1, finding.cause), *_finding_blocks(finding, diagnosis, detail)]
    blocks += _waiting_blocks(diagnosis)
    if diagnosis.not_checked:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in diagnosis.not_checked))]
    return Document(_title(diagnosis), verdict(diagnosis), tone(diagnosis), tuple(blocks))


def _title(diagnosis: Diagnosis) -> str:
    subject = diagnosis.subject
    if subject.kind == "namespace":
        return f"Namespace {subject.namespace}" if subject.namespace else "All namespaces"
    return f"{subject.kind.capitalize()} {subject.name or subject.id}"


def _overview(findings: Sequence[Finding]) -> Table:
    rows = tuple(
        (str(number), str(len(f.runs) or "-"), str(_pods(f) or "-"), f.title) for number, f in enumerate(findings, 1)
    )
    return Table(("", "RUNS", "PODS", "WHAT"), rows)


def _pods(finding: Finding) -> int:
    return len({(o.namespace, o.name) for o in finding.objects if o.kind == "Pod"})


def _finding_blocks(finding: Finding, diagnosis: Diagnosis, detail: Detail) -> list[Block]:
    blocks: list[Block] = [_about(finding, diagnosis, detail)]
    quoted = finding.evidence[: detail.quotes]
    if quoted:
        blocks += [Heading("What was seen", 2), *(_quote(e, diagnosis) for e in quoted)]
    if finding.advice:
        blocks.append(Heading("What to change", 2))
        for advice in finding.advice[: detail.changes]:
            blocks += advice_blocks(advice)
    return blocks


def _about(finding: Finding, diagnosis: Diagnosis, detail: Detail) -> KeyValues:
    rows = [("Where", some([_named(o, diagnosis) for o in finding.objects], detail.objects))] if finding.objects else []
    if diagnosis.subject.kind == "namespace" and finding.runs:
        shown = [run if detail.facts else run[:8] for run in finding.runs]
        rows.append(("Explains", f"{count(len(finding.runs), 'run')}: {some(shown, detail.objects)}"))
    if len(finding.tasks) > 1:
        rows.append(("Steps", some(finding.tasks, detail.objects)))
    rows.append(("How sure", _SURE[finding.confidence]))
    if detail.facts:
        rows += [(key, "unknown" if value is None else str(value)) for key, value in finding.facts.items()]
    return KeyValues(tuple(rows))


def _named(ref: ObjectRef, diagnosis: Diagnosis) -> str:
    """The namespace is named only where it is not the one that the question is about."""
    place = f"{ref.namespace}/" if ref.namespace and ref.namespace != diagnosis.subject.namespace else ""
    return f"{ref.kind.lower()} {place}{ref.name}" + (f" (container {ref.container})" if ref.container else "")


def _quote(evidence: Evidence, diagnosis: Diagnosis) -> Quote:
    at = f", {clock(evidence.at, diagnosis.at)}" if evidence.at else ""
    return Quote(f"{evidence.source}{at}", evidence.text)


def _waiting_blocks(diagnosis: Diagnosis) -> list[Block]:
    groups: dict[str, list[Patience]] = {}
    for patience in diagnosis.waiting:
        groups.setdefault(patience.waits_for, []).append(patience)
    if not groups:
        return []
    return [Heading("Still waiting, and may"), Bullets(tuple(_patience(group, diagnosis) for group in groups.values()))]


def _patience(group: list[Patience], diagnosis: Diagnosis) -> str:
    """One line for all that wait for the same thing; the times are those of the first."""
    first = group[0]
    names = some([_named(p.object, diagnosis) for p in group])
    text = f"{names} {'waits' if len(group) == 1 else 'wait'} for {first.waits_for}"
    if first.since:
        longest = duration((diagnosis.at - first.since).total_seconds())
        text += f", for {longest} now" if len(group) == 1 else f", the first for {longest} now"
    if first.stuck_after and first.stuck_after > diagnosis.at:
        text += f"; it would be called stuck from {clock(first.stuck_after, diagnosis.at)} on"
    return text
