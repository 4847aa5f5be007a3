"""A container's log, or its end, wherever it was found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Log:
    """`source` says where it was read (`pod log …`, `archive …`); `text` has no time stamps.

    `cut`: the beginning is missing.
    """

    source: str
    text: str
    cut: bool = False
