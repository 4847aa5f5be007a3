"""The order of ids: numbers in ML Metadata, UUIDs in KFP's own API."""

from __future__ import annotations


def by_id(id: str) -> tuple[int, int, str]:
    """The order of ids, of nodes too: numbers as numbers, before texts (UUIDs), and artifacts before executions."""
    kind, _, rest = id.rpartition(":")
    number = rest.isascii() and rest.isdecimal()
    return (2 * (kind == "execution") + (not number), int(rest) if number else 0, rest)
