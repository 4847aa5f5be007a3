"""What a user may choose of an exporter."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kfpops.exporter.pace import Pace


@dataclass(frozen=True, slots=True)
class Wanted:
    """`namespaces`: () for all. `budget`: series at most. `plan`: file of the last clean-up plan."""

    checkpoint: Path
    namespaces: tuple[str, ...] = ()
    budget: int = 20_000
    plan: Path | None = None
    pace: Pace = field(default_factory=Pace)
