"""The parts of a plan, each in order, as the lines of one plan in order."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from kfpops.cleanup.batches import batches
from kfpops.cleanup.plan.write import PlanFile

_AT_ONCE = 2000
_Place: TypeAlias = tuple[str, str, str, str]


class _Named(msgspec.Struct):
    bucket: str
    key: str
    version_id: str = ""
    upload_id: str = ""


_DECODE = msgspec.json.Decoder(_Named).decode


def assemble(file: PlanFile, parts: Sequence[Path], besides: Sequence[Path]) -> None:
    """`parts` follow each other; what stands in `besides` is put between their lines where it belongs."""
    if not any(path.stat().st_size for path in besides):
        for part in parts:
            file.copy(part)
        return
    merged = heapq.merge(_lines(parts), *(_lines([path]) for path in besides))
    for some in batches(merged, _AT_ONCE):
        file.add(b"".join(line for _, line in some))


def _lines(paths: Sequence[Path]) -> Iterator[tuple[_Place, bytes]]:
    for path in paths:
        with path.open("rb") as file:
            for line in file:
                row = _DECODE(line)
                yield (row.bucket, row.key, row.version_id, row.upload_id), line
