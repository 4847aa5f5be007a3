"""A plan file as it is read: nothing of it is believed before all of it was checked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter, lt
from pathlib import Path
from typing import IO

import msgspec

from kfpops.cleanup.plan.entries import BAD, Entries, blocks, opened, refuse, state_of
from kfpops.cleanup.plan.entry import SCHEMA, Footer, Header
from kfpops.errors import UsageError

_HEADER = msgspec.json.Decoder(Header)
_FOOTER = msgspec.json.Decoder(Footer)
_FOOTER_MOST = 1 << 20
_LONGEST_HEADER = 256 << 20
"""It holds the policy, the pins and the evictions."""
_FAMILY = "kfpops/cleanup-plan/"
_BEGINNING = f'{{"schema":"{_FAMILY}'.encode()


class _Named(msgspec.Struct):
    schema: str


class _Row(msgspec.Struct, gc=False):
    """What is checked of an entry: the sum vouches for the rest."""

    bucket: str
    key: str
    size: int | None
    reason: str
    version_id: str = ""
    upload_id: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.bucket, self.key, self.version_id, self.upload_id


_FIRST = _Row("", "", None, "")
_ROW = msgspec.json.Decoder(_Row)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that is whole and as it was written. `sha256` names it."""

    path: Path
    header: Header
    entries: Entries
    footer: Footer

    @property
    def sha256(self) -> str:
        return self.footer.sha256


def read_plan(path: Path) -> Plan:
    """Checks the whole file, in constant memory.

    Raises `UsageError` for a file that is no plan, or one of another kfpops; `PlanRefused` for a plan that is cut off, was
    edited, is out of order, or does not hold what its footer counts.
    """
    with opened(path) as file:
        header, first = read_header(path, file), file.tell()
        footer, last = _footer(path, file, first)
        entries = Entries(path, first, last, state_of(file))
        _check(file, entries, footer)
    return Plan(path, header, entries, footer)


def is_plan(path: Path) -> bool:
    """Whether a file begins as a plan does, of whatever version and state."""
    try:
        with path.open("rb") as file:
            return file.read(len(_BEGINNING)) == _BEGINNING
    except OSError:
        return False


def read_header(path: Path, file: IO[bytes] | None = None) -> Header:
    """The header only: nothing is known of the rest. Raises as `read_plan` does."""
    if file is None:
        with opened(path) as begun:
            return read_header(path, begun)
    line = file.readline(_LONGEST_HEADER)
    if not line:
        raise UsageError(f"{path} is empty: it is no plan.")
    try:
        schema = msgspec.json.decode(line, type=_Named).schema
    except BAD:
        if line.startswith(_BEGINNING):
            refuse(path, "was edited: its header is no JSON" if line.endswith(b"\n") else "is cut off in its header")
        raise UsageError(f"{path} is no plan: its first line is no header.", f"A plan begins with {SCHEMA}.") from None
    if schema != SCHEMA:
        other = f"is a plan of another kfpops ({schema}; this one reads {SCHEMA})"
        raise UsageError(f"{path} {other if schema.startswith(_FAMILY) else f'is no plan, but {schema}'}.")
    if not line.endswith(b"\n"):
        refuse(path, "is cut off in its header")
    try:
        return _HEADER.decode(line)
    except BAD as error:
        refuse(path, f"was edited: its header does not fit any more ({error})")


def read_ends(path: Path) -> tuple[Header, Footer]:
    """Header and footer only: what the footer counts is believed. Raises as `read_plan` does."""
    with opened(path) as file:
        header = read_header(path, file)
        return header, _footer(path, file, file.tell())[0]


def _footer(path: Path, file: IO[bytes], first: int) -> tuple[Footer, int]:
    """The last line, and where it begins."""
    end = file.seek(0, os.SEEK_END)
    begin = max(first, end - _FOOTER_MOST)
    file.seek(begin)
    tail = file.read()
    if not tail.endswith(b"\n"):
        refuse(path, "is cut off: it has no footer")
    at = tail.rfind(b"\n", 0, -1) + 1
    try:
        return _FOOTER.decode(tail[at:]), begin + at
    except BAD:
        refuse(path, "is cut off: it has no footer")


def _check(file: IO[bytes], entries: Entries, footer: Footer) -> None:
    path = entries.path
    file.seek(0)
    digest = hashlib.sha256(file.read(entries.start))
    last = _FIRST
    counts: dict[str, list[int]] = {}
    for block in blocks(file, entries):
        digest.update(block)
        try:
            rows = _ROW.decode_lines(block)
        except BAD as error:
            refuse(path, f"was edited: a line of it is no entry ({error})")
        last = _in_order(path, last, rows)
        for reason, some in groupby(rows, key=attrgetter("reason")):
            sizes = [row.size or 0 for row in some]
            counted = counts.setdefault(reason, [0, 0])
            counted[0] += len(sizes)
            counted[1] += sum(sizes)
    if digest.hexdigest() != footer.sha256:
        refuse(path, "was edited: its lines do not have the sum that its footer names")
    if counts != {reason: [c.objects, c.bytes] for reason, c in footer.goes.items() if c.objects}:
        refuse(path, "does not hold what its footer counts")


def _in_order(path: Path, last: _Row, rows: Sequence[_Row]) -> _Row:
    """The last row. Keys nearly always rise by themselves; versions and uploads of one key are told apart."""
    keys = [last.key, *map(attrgetter("key"), rows)]
    if len(set(map(attrgetter("bucket"), (last, *rows)))) == 1 and all(map(lt, keys, islice(keys, 1, None))):
        return rows[-1]
    for row in rows:
        if row.place <= last.place:
            refuse(path, f"was edited: {row.key} stands {'twice' if row.place == last.place else 'out of order'}")
        last = row
    return last
