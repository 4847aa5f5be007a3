"""Lifecycle rules, and what they will break → Document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from kfpops.cleanup.lifecycle.check import Check, Danger, Example
from kfpops.cleanup.lifecycle.installation import Note
from kfpops.cleanup.lifecycle.place import WORDS
from kfpops.cleanup.lifecycle.rules import DAY
from kfpops.cleanup.lifecycle.sweep import BucketRules
from kfpops.cleanup.lifecycle.words import does, named, of_what
from kfpops.knowledge.redaction import redact
from kfpops.render.document import Block, Bullets, Document, Heading, Paragraph, Table, Tone
from kfpops.render.words import count, sentence

_SOME = 5


def present_rules(buckets: Sequence[BucketRules], notes: Sequence[Note]) -> Document:
    """Each rule in words, in the order of the bucket; then what KFP and the store do with them."""
    number = sum(len(b.rules) for b in buckets)
    verdict = f"{count(number, 'rule')} in {count(len(buckets), 'bucket')}."
    return Document("Lifecycle rules", verdict, "plain", (*_buckets(buckets), *_notes(notes)))


def present_check(check: Check, now: datetime, *, wide: bool = False) -> Document:
    """The answer first, then what breaks, the soonest first; then the rules. `wide`: all that was looked at."""
    blocks: list[Block] = []
    versioned = {b.bucket for b in check.buckets if b.versioned}
    for danger in check.dangers:
        blocks += _danger(danger, now.timestamp(), wide=wide, versioned=danger.bucket in versioned)
    blocks += [*_buckets(check.buckets), *_notes(check.notes)]
    if check.gaps:
        blocks += [Heading("Not checked"), Bullets(check.gaps)]
    tone: Tone = "bad" if check.dangers else "waiting" if check.gaps else "good"
    return Document("Lifecycle rules and what is live", _verdict(check, now.timestamp()), tone, tuple(blocks))


def _verdict(check: Check, now: float) -> str:
    if not check.dangers:
        gap = ", as far as could be read" if check.gaps else ""
        return f"No rule will delete any of the {count(check.places, 'live place')}{gap}."
    places, rules = sum(d.places for d in check.dangers), len({(d.bucket, d.rule, d.coming) for d in check.dangers})
    known = [d.at for d in check.dangers if d.at is not None]
    first = f", the first {when(min(known), now)}" if known else ""
    return f"{count(rules, 'rule')} will delete {count(places, 'live place')}{first}."


def when(at: float, now: float) -> str:
    """`in 12 days`, `tomorrow`, `now`: rules work once a day, so hours would pretend to know more."""
    day = f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%d}"
    days = (at - now) / DAY
    if days <= 0:
        return f"now (since {day})"
    return f"in less than a day ({day})" if days < 1 else f"in {count(int(days), 'day')} ({day})"


def _danger(danger: Danger, now: float, *, wide: bool, versioned: bool) -> list[Block]:
    coming = ", which KFP will write at its next profile sync," if danger.coming else ""
    at = "at a time that is not known" if danger.at is None else f"the first {when(danger.at, now)}"
    told = f"Rule {named(danger.rule)}{coming} deletes {count(danger.places, 'place')} that something needs, {at}."
    told += " The bucket keeps the old version, which can be brought back by hand." if versioned else ""
    shown = danger.examples if wide else danger.examples[:_SOME]
    rows = tuple(_row(example, now) for example in shown)
    rest = danger.places - len(shown)
    return [
        Heading(_title(danger), note=f"bucket {danger.bucket}"),
        Paragraph(told),
        Table(("GOES", "NEEDED BY", "PLACE"), rows),
        *([Paragraph(f"And {count(rest, 'more place')}.")] if rest > 0 else []),
    ]


def _title(danger: Danger) -> str:
    text = WORDS[danger.breaks]
    return text[0].upper() + text[1:]


def _row(example: Example, now: float) -> tuple[str, str, str]:
    at = "?" if example.at is None else when(example.at, now)
    return at, example.who or "-", redact(example.path)


def _buckets(buckets: Sequence[BucketRules]) -> list[Block]:
    blocks: list[Block] = []
    for bucket in buckets:
        rules = [(rule, "on" if rule.enabled else "off") for rule in bucket.rules]
        rules += [(rule, "coming") for rule in bucket.coming]
        rows = tuple((named(rule), state, f"{of_what(rule)}: {'; '.join(does(rule)) or 'nothing'}") for rule, state in rules)
        kept = ", which keeps old versions" if bucket.versioned else ""
        blocks.append(Heading(f"Rules of bucket {bucket.bucket}{kept}"))
        blocks.append(Table(("RULE", "STATE", "DOES"), rows) if rows else Paragraph("There are none."))
    return blocks


def _notes(notes: Sequence[Note]) -> list[Block]:
    if not notes:
        return []
    return [Heading("To know"), Bullets(tuple(" ".join(filter(None, (sentence(n.text), n.advice))) for n in notes))]
