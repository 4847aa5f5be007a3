"""Findings as they may leave the core: texts quoted from logs, messages and servers without what looks like a credential."""

from __future__ import annotations

from dataclasses import replace

from kfpops.knowledge.redaction import redact
from kfpops.model.finding import Advice, Finding, NotChecked


def redacted(finding: Finding) -> Finding:
    """The finding with every text redacted. Names of objects, runs and tasks are kept: they are no texts of a program."""
    return replace(
        finding,
        title=redact(finding.title),
        facts={key: redact(value) if isinstance(value, str) else value for key, value in finding.facts.items()},
        evidence=tuple(replace(e, text=redact(e.text)) for e in finding.evidence),
        advice=tuple(_advice(a) for a in finding.advice),
    )


def redacted_gap(gap: NotChecked) -> NotChecked:
    """A gap quotes what a server answered."""
    return NotChecked(gap.source, redact(gap.why))


def _advice(advice: Advice) -> Advice:
    return Advice(
        redact(advice.text),
        redact(advice.sdk) if advice.sdk else advice.sdk,
        redact(advice.kubectl) if advice.kubectl else advice.kubectl,
    )
