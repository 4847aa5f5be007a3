"""Figures beside what was promised."""

from __future__ import annotations


class Promises:
    """Lines of the report, and whether all were kept."""

    def __init__(self) -> None:
        self.broken = 0

    def line(self, what: str, value: float, limit: float, unit: str, note: str = "") -> None:
        kept = value <= limit
        self.broken += not kept
        print(f"{'ok  ' if kept else 'OVER'} {what:<52} {value:>8.2f} {unit:<3} (promised {limit:g}) {note}", flush=True)
