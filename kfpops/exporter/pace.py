"""How often what is done, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """`longest_pause`: between polls of a KFP that is down. `portion`: pages of the whole history for each reconcile pass.

    When the whole history has been read, it is read again after `history_every`.
    """

    interval: float = 15.0
    reconcile_every: float = 300.0
    history_every: float = 86_400.0
    longest_pause: float = 120.0
    portion: int = 10

    def pause(self, failures: int) -> float:
        """Until the next poll, after so many that failed in a row."""
        if not failures:
            return self.interval
        return max(self.interval, min(self.longest_pause, self.interval * 2.0 ** (min(failures, 20) - 1)))
