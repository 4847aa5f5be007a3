"""Looks at every state that the protocol's model can reach, the nearest first."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from tests.cleanup.world.protocol import moves
from tests.cleanup.world.protocol_state import Rules, State


class Found(NamedTuple):
    """What the search saw. `trace` leads to the first loss, () when there is none."""

    states: int
    late_imports: int
    trace: tuple[str, ...]


def search(rules: Rules) -> Found:
    """Every state that can be reached, the nearest first, until one in which something live is lost."""
    start = State()
    came: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    late = 0
    while queue:
        state = queue.popleft()
        if state.verdict:
            return Found(len(came), late, _trace(state, came))
        late += state.late and state.i == "read" and not state.bytes
        for name, after in moves(state, rules):
            if after not in came:
                came[after] = (state, name)
                queue.append(after)
    return Found(len(came), late, ())


def _trace(state: State, came: dict[State, tuple[State, str] | None]) -> tuple[str, ...]:
    names = [state.verdict]
    while (step := came[state]) is not None:
        state, name = step
        names.append(name)
    return tuple(reversed(names))
