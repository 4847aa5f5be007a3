"""The scenarios that are shipped with the package: each a folder beside this file with a bundle and what it shows."""

from __future__ import annotations

import difflib
import shlex
from functools import cache
from pathlib import Path

import msgspec

from kfpops.errors import NotFound

PREFIX = "demo:"
_FOLDER = Path(__file__).with_name("scenarios")


class Scenario(msgspec.Struct, frozen=True):
    """One scenario.json. `cause` is what must be found, None: nothing; `question` the words of a command after `kfpops`.

    `done` says in plain words what was done to the cluster; `recorded_as` names the same file in tests/recordings.
    """

    name: str
    title: str
    done: str
    cause: str | None
    question: tuple[str, ...]
    recorded_as: str

    @property
    def recording(self) -> Path:
        """The bundle, for `kfpops.capture.open`."""
        return _FOLDER / self.name / "recording.tar.gz"

    @property
    def command(self) -> str:
        """The question as one would type it."""
        return shlex.join(("kfpops", *self.question, "--from", f"{PREFIX}{self.name}"))


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All scenarios, by name."""
    found = (msgspec.json.decode(p.read_bytes(), type=Scenario) for p in sorted(_FOLDER.glob("*/scenario.json")))
    return tuple(sorted(found, key=lambda s: s.name))


def find_scenario(name: str) -> Scenario:
    """The scenario of this name, with or without `demo:` before it. Raises `NotFound` with near names."""
    wanted = name.removeprefix(PREFIX)
    found = next((s for s in scenarios() if s.name == wanted), None)
    if found is None:
        names = [s.name for s in scenarios()]
        near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise NotFound(f'There is no scenario "{wanted}".', f"{meant}There are: {', '.join(names)}.")
    return found
