"""How much to ask of a store at once: more while all goes well, half as much as soon as it does not (AIMD)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

How: TypeAlias = Literal["ok", "slow", "failed"]
"""ok: all was answered · slow: the store asked for less (503, SlowDown) · failed: no answer, or errors that may pass."""

SMALLEST: Final = 50
"""Of a store that is only slow."""
LARGEST: Final = 1000
"""DeleteObjects takes no more keys."""
MOST_TOGETHER: Final = 32
_STEP: Final = 50
_LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`batch`: objects in a request; `together`: requests in flight; `pause`: seconds to wait before the next ones.

    Begins small: a store that deletes key by key (SeaweedFS) is faster with several small requests than with one large.
    `untroubled`: nothing has gone wrong yet; then it doubles, as TCP does.
    """

    batch: int = 200
    together: int = 4
    pause: float = 0.0
    untroubled: bool = True

    def after(self, how: How) -> Pace:
        if how != "ok":
            pause = min(max(1.0, self.pause * 2), _LONGEST_PAUSE)
            # Some stores take seconds for a key: only a few of them are answered in time.
            least = 1 if how == "failed" else min(self.batch, SMALLEST)
            return Pace(max(self.batch // 2, least), max(self.together // 2, 1), pause, untroubled=False)
        if self.batch < LARGEST:
            batch = self.batch * 2 if self.untroubled else self.batch + _STEP
            return Pace(min(batch, LARGEST), self.together, untroubled=self.untroubled)
        together = self.together * 2 if self.untroubled else self.together + 1
        return Pace(self.batch, min(together, MOST_TOGETHER), untroubled=self.untroubled)
