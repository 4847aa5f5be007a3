"""What is wrong with a policy file: collected, so that its author hears of everything at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from kfpops.errors import UsageError

_MOST = 20


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`line` counts from 1. `text` is a sentence that quotes what is wrong, `hint` one that says what to write."""

    line: int
    text: str
    hint: str = ""


@dataclass(slots=True)
class Problems:
    """`name` is what the messages call the file."""

    name: str
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, text: str, hint: str = "") -> None:
        self.found.append(Problem(line, text, hint))

    def refuse(self) -> None:
        """Raises a `UsageError` with every problem, `name:line: sentence`, in the order of the file, if there is any."""
        if not self.found:
            return
        every = sorted(set(self.found))
        if len(every) == 1:
            only = every[0]
            raise UsageError(f"{self.name}:{only.line}: {only.text}", only.hint)
        lines = [f"{self.name}:{p.line}: {p.text} {p.hint}".rstrip() for p in every[:_MOST]]
        if len(every) > _MOST:
            lines.append(f"{self.name}: and {len(every) - _MOST} more.")
        raise UsageError("\n".join(lines), f"The policy has {len(every)} problems; nothing was done.")


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """The known word that is nearest, as a question; else all of them."""
    words = list(known)
    plain = {word.lower().replace("_", ""): word for word in words}
    near = get_close_matches(written.lower().replace("_", "").replace("-", ""), plain, n=1)
    return f'Did you mean "{plain[near[0]]}"?' if near else f"Known are {', '.join(words)}."


def quoted(text: str) -> str:
    """A value of the file as a message shows it: on one line, and not all of a long one."""
    shown = " ".join(text.split())
    return f'"{shown}"' if len(shown) <= 60 else f'"{shown[:57]}…"'
