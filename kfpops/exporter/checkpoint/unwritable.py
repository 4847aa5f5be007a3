"""SQLite's errors in a user's words: what happened to which file, and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from kfpops.errors import KfpopsError


class Unwritable(KfpopsError):
    """The checkpoint could not be read or written: nothing of what was handed in was taken; hand it in again."""


_TOLD: Final = (
    ("disk is full", "the disk is full", "Make room: what is missing is counted from KFP with the next poll."),
    ("disk I/O error", "the disk failed or is full", "Look at the volume: what is missing is counted with the next poll."),
    ("readonly database", "it is read-only", "Mount its volume for writing."),
    ("malformed", "it is damaged", "Start again: it is set aside then, and counting begins anew from what KFP still has."),
    (
        "not a database",
        "it is damaged",
        "Start again: it is set aside then, and counting begins anew from what KFP still has.",
    ),
)
"""Parts of SQLite's own messages (sqlite3_errstr): Python 3.10 has no error codes."""


def unwritable(path: Path, error: sqlite3.Error) -> Unwritable:
    text = str(error)
    for part, what, hint in _TOLD:
        if part in text:
            return Unwritable(f"The checkpoint {path} cannot be written: {what}.", hint)
    return Unwritable(
        f"The checkpoint {path} cannot be written: {text}.", "Nothing is lost: it is tried again with the next poll."
    )


def damaged(error: sqlite3.Error) -> bool:
    """Whether the file itself is no database, or a broken one."""
    return "malformed" in str(error) or "not a database" in str(error)
