"""What a gathering yields: files of a bundle to be, and gaps. Bodies are as the servers sent them, not redacted yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kfpops.capture.bundle import Gap

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Item: TypeAlias = "dict[str, Json]"


@dataclass(frozen=True, slots=True)
class Entry:
    """`path` inside the bundle; `source` is the API path or a sentence; the rest as in `kfpops.capture.bundle.File`."""

    path: str
    body: bytes
    source: str
    items: int | None = None
    cut: bool = False
    namespaces: tuple[str, ...] = ()


Part: TypeAlias = Entry | Gap


def field(item: Json, *path: str) -> Json:
    """What stands at a path of keys; None where something is missing or of another shape."""
    for key in path:
        if not isinstance(item, dict):
            return None
        item = item.get(key)
    return item


def text(item: Json, *path: str) -> str:
    """The text at a path of keys, "" when there is none."""
    found = field(item, *path)
    return found if isinstance(found, str) else ""


def items(item: Json, *path: str) -> list[Item]:
    """The objects of the list at a path of keys."""
    found = field(item, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
