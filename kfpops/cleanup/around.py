"""What is around a key: the marks that hold for it, folded to what decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from kfpops.cleanup.mark import Mark
from kfpops.cleanup.targets.run_artifacts import UNFINISHED
from kfpops.cleanup.verdict import Reason

_BEST: Final[tuple[Reason, ...]] = (
    "run-unfinished", "run-kept", "rule-keeps", "pinned", "served", "tagged", "taken-from-cache", "imported", "read",
    "attributed", "cache-entry", "may-be-retried", "young",
)  # fmt: skip
_RANK: Final = {reason: number for number, reason in enumerate(_BEST)}
"""Of two artifacts on one place the reason that explains more comes first."""


class Around(NamedTuple):
    """All that decides of the marks around a key: of each sort the innermost, and of equal ones the first.

    `shield`: protected · `root`: the configured root · `logs`: a place of logs · `keep`: an artifact that stays, or a pin ·
    `hold`: a run that keeps all below it · `kept`: a finished run that stays · `gone`: a run that does not · `named`: an
    artifact that may go.
    """

    shield: Mark | None = None
    root: Mark | None = None
    logs: Mark | None = None
    keep: Mark | None = None
    hold: Mark | None = None
    kept: Mark | None = None
    gone: Mark | None = None
    named: Mark | None = None


NOTHING: Final = Around()


def with_mark(around: Around, mark: Mark) -> Around:
    """The same with one mark more, which does not enclose those that are in it."""
    shield, root, logs, keep, hold, kept, gone, named = around
    if mark.goes and mark.kind == "artifact":
        # By the million.
        return tuple.__new__(Around, (shield, root, logs, keep, hold, kept, gone, _innermost(named, mark)))
    match mark.kind:
        case "artifact" | "pin":
            if mark.goes:
                named = _innermost(named, mark)
            elif keep is None or _explains_more(mark, keep):
                keep = mark
        case "run" if mark.goes:
            gone = _longest_wait(gone, mark)
        case "run" if mark.reason in UNFINISHED:
            hold = _innermost(hold, mark)
        case "run":
            kept = _innermost(kept, mark)
        case "protected":
            shield = shield or mark
        case "root":
            root = _innermost(root, mark)
        case "logs":
            logs = _innermost(logs, mark)
    return Around(shield, root, logs, keep, hold, kept, gone, named)


def _innermost(old: Mark | None, new: Mark) -> Mark:
    return new if old is None or len(new.path) > len(old.path) else old


def _longest_wait(old: Mark | None, new: Mark) -> Mark:
    if old is None or len(new.path) > len(old.path):
        return new
    return new if new.since > old.since else old


def _explains_more(new: Mark, old: Mark) -> bool:
    """Somebody who needs it explains more than that nobody is known; the nearest mark more than one far around."""
    if (new.label == "live") != (old.label == "live"):
        return new.label == "live"
    if len(new.path) != len(old.path):
        return len(new.path) > len(old.path)
    return _RANK.get(new.reason, len(_RANK)) < _RANK.get(old.reason, len(_RANK))


def around_of(marks: Iterable[Mark]) -> Around:
    """All these marks, in whatever order."""
    around = NOTHING
    for mark in sorted(marks, key=lambda mark: len(mark.path)):
        around = with_mark(around, mark)
    return around


def holds(mark: Mark, key: str) -> bool:
    """Whether a mark holds for a key: this is what a mark means."""
    return not mark.path or key == mark.path or key.startswith(f"{mark.path}/")
