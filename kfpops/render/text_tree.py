"""A tree as lines of text: guides on the left, a thing on each line, what is told of it behind or below its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kfpops.render.document import Branch, Tone
from kfpops.render.layout import columns, elide, safe, wrap

# Columns of one level, and the least that a line keeps beside its guides.
_STEP = 3
_LEAST = 44


@dataclass(frozen=True, slots=True)
class Line:
    """`lead` and `label` stand before `detail`, in one line. A continuation has no label."""

    lead: str
    label: str
    detail: str
    tone: Tone = "plain"


def tree_lines(branches: Sequence[Branch], width: int) -> list[Line]:
    """Lines of at most `width` columns. Levels for which there is no room are not indented further, but numbered."""
    levels = max(2, (width - _LEAST) // _STEP)
    lines: list[Line] = []
    for branch, last, guides in zip(branches, _lasts(branches), _guides(branches, levels)):
        lines += _branch_lines(branch, last, guides, levels, width)
    return lines


def _lasts(branches: Sequence[Branch]) -> list[bool]:
    """Of each branch, whether none of its own level follows it under the same parent."""
    lasts: list[bool] = []
    following: list[bool] = []
    for branch in reversed(branches):
        del following[branch.depth + 1 :]
        following += [False] * (branch.depth + 1 - len(following))
        lasts.append(not following[branch.depth])
        following[branch.depth] = True
    return lasts[::-1]


def _guides(branches: Sequence[Branch], levels: int) -> list[str]:
    """What stands left of each branch: a line for every level above that goes on, for as many levels as are drawn."""
    open_levels: list[bool] = []
    found: list[str] = []
    for branch, last in zip(branches, _lasts(branches)):
        del open_levels[branch.depth :]
        drawn = open_levels[1 : max(1, min(branch.depth, levels))]
        found.append("".join("│  " if goes_on else "   " for goes_on in drawn))
        open_levels.append(not last)
    return found


def _branch_lines(branch: Branch, last: bool, guides: str, levels: int, width: int) -> list[Line]:
    deep = branch.depth > levels
    turn = "" if branch.depth == 0 else "└─ " if last else "├─ "
    lead = guides + turn + (f"({branch.depth}) " if deep else "")
    under = guides + ("" if branch.depth == 0 else "   " if last else "│  ") + "  "
    label = elide(safe(branch.label).replace("\n", " "), max(width - columns(lead), _STEP))
    detail = safe(branch.detail).replace("\n", " ")
    if not detail:
        return [Line(lead, label, "", branch.tone)]
    if columns(f"{lead}{label}, {detail}") <= width:
        return [Line(lead, label, f", {detail}", branch.tone)]
    rest = wrap(detail, width, under, under)
    return [Line(lead, label, "", branch.tone), *(Line("", "", line) for line in rest)]
