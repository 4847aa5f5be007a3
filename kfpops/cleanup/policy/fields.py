"""The keys of one mapping in a policy file, each taken as what it must be; what is wrong is noted, and read on.

A getter answers with its default, or with nothing, for a key that is absent or wrong: no value of a file with problems is
used. `where` names the mapping in messages ("a rule", "keep").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from kfpops.cleanup.policy.durations import HINT as DURATION_HINT
from kfpops.cleanup.policy.durations import parse_duration
from kfpops.cleanup.policy.lines import Entries, Entry, Items, Scalar, Tree
from kfpops.cleanup.policy.problems import Problems, did_you_mean, quoted
from kfpops.cleanup.policy.sizes import LARGEST, meant_size, parse_size

LARGEST_NUMBER: Final = 10**12
NO_CONTROLS: Final = r"^[^\u0000-\u001f\u007f\ud800-\udfff]+$"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fields:
    where: str
    line: int
    entries: Mapping[str, Entry]
    problems: Problems

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def line_of(self, path: str) -> int:
        """Of a key, or of one below it (`keep.weekly`); of the mapping where there is none."""
        line, entries = self.line, self.entries
        if path in entries:
            return entries[path].line
        for key in path.split("."):
            if key not in entries:
                break
            line, below = entries[key].line, entries[key].value
            entries = {e.key: e for e in below.entries} if isinstance(below, Entries) else {}
        return line

    def add(self, key: str, text: str, hint: str = "") -> None:
        """A problem with what stands under `key`, or with the mapping as a whole."""
        self.problems.add(self.line_of(key), text, hint)

    def is_truth(self, key: str) -> bool:
        """Whether plain `true` or `false` stands under it."""
        value = self.entries[key].value if key in self.entries else None
        return isinstance(value, Scalar) and value.kind == "truth"

    def is_list(self, key: str) -> bool:
        return key in self.entries and isinstance(self.entries[key].value, Items)

    def text(self, key: str, wanted: str = "text") -> str | None:
        return self._one(key, wanted, lambda s: s.text if is_text(s) else None, _quote_hint)

    def truth(self, key: str) -> bool | None:
        read = {"true": True, "false": False}
        return self._one(key, "true or false", lambda s: read[s.text] if s.kind == "truth" else None, f"Write {key}: true.")

    def number(self, key: str, least: int = 1) -> int | None:
        """A whole number of at least this."""

        def read(scalar: Scalar) -> int | None:
            value = int(scalar.text) if scalar.kind == "integer" else -1
            return value if least <= value <= LARGEST_NUMBER else None

        return self._one(key, f"a whole number from {least}", read, f"For example {key}: 3.")

    def share(self, key: str) -> float | None:
        def read(scalar: Scalar) -> float | None:
            value = float(scalar.text) if scalar.kind in ("integer", "number") else -1.0
            return value if 0 <= value <= 1 else None

        return self._one(key, "a share from 0 to 1", read, "Half is 0.5, all is 1.")

    def duration(self, key: str, *, positive: bool = True) -> float | None:
        """Seconds. `positive`: nothing is no duration here."""
        found = self._one(key, "a duration", lambda s: parse_duration(s.text) if s.kind == "text" else None, DURATION_HINT)
        if found == 0 and positive:
            self.add(
                key,
                f"{quoted(key)} of {self.where} is 0, which means nothing here.",
                "Leave the key out, or give a duration.",
            )
        return found

    def size(self, key: str, least: int = 0) -> int | None:
        """Bytes."""

        def read(scalar: Scalar) -> int | None:
            plain = scalar.kind == "integer" and scalar.text.isdecimal()
            found = int(scalar.text) if plain else parse_size(scalar.text) if scalar.kind == "text" else None
            return found if found is not None and least <= found <= LARGEST else None

        wanted = "a size" if least == 0 else "a size above 0"
        return self._one(key, wanted, read, lambda s: meant_size(s.text))

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of them: at least one."""
        entry = self.entries.get(key)
        if entry is None:
            return ()
        if isinstance(entry.value, Scalar):
            one = self.text(key, "text, or a list of texts")
            return () if one is None else (one,)
        return self.list(key)

    def list(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        entry = self.entries.get(key)
        if entry is None:
            return ()
        if not isinstance(entry.value, Items) or not (entry.value.values or may_be_empty):
            wanted = "a list of texts" if may_be_empty else "a list with at least one text"
            self._wrong(entry, wanted, entry.value, f"Write it as {key}: [one, another].")
            return ()
        for one in entry.value.values:
            if not isinstance(one, Scalar) or not is_text(one):
                hint = _quote_hint(one) if isinstance(one, Scalar) else "Write a text in its place."
                self._wrong(Entry(one.line, key, one), "a list of texts", one, hint)
        return tuple(one.text for one in entry.value.values if isinstance(one, Scalar))

    def block(self, key: str, known: tuple[str, ...], *, may_be_empty: bool = False) -> Fields | None:
        """A mapping with some of these keys."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if not isinstance(entry.value, Entries) or not (entry.value.entries or may_be_empty):
            self._wrong(
                entry, f"keys and values ({', '.join(known)})", entry.value, f"Write it as {key}: {{{known[0]}: …}}."
            )
            return None
        return fields_of(entry.value, quoted(key), known, self.problems, line=entry.line)

    def named(self, key: str) -> Fields | None:
        """A mapping whose keys are names of the user's."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if not isinstance(entry.value, Entries) or not entry.value.entries:
            self._wrong(entry, "names and values", entry.value, f"Write it as {key}: {{name: value}}.")
            return None
        return Fields(quoted(key), entry.line, {e.key: e for e in entry.value.entries}, self.problems)

    def _one(
        self, key: str, wanted: str, read: Callable[[Scalar], T | None], hint: Callable[[Scalar], str] | str = ""
    ) -> T | None:
        entry = self.entries.get(key)
        if entry is None:
            return None
        found = read(entry.value) if isinstance(entry.value, Scalar) else None
        if found is None:
            said = hint if isinstance(hint, str) else hint(entry.value) if isinstance(entry.value, Scalar) else ""
            self._wrong(entry, wanted, entry.value, said)
        return found

    def _wrong(self, entry: Entry, wanted: str, value: Tree, hint: str = "") -> None:
        if isinstance(value, Scalar) and value.kind == "nothing":
            text = f"{quoted(entry.key)} of {self.where} has no value."
            self.problems.add(entry.line, text, f"Write {wanted}, or leave the key out.")
            return
        match value:
            case Scalar():
                shown = quoted(value.text)
            case Items():
                shown = "A list" if value.values else "An empty list"
            case Entries():
                shown = "A mapping" if value.entries else "An empty mapping"
        self.problems.add(entry.line, f"{shown} is not what {quoted(entry.key)} of {self.where} takes: {wanted}.", hint)


def fields_of(
    tree: Entries,
    where: str,
    known: tuple[str, ...],
    problems: Problems,
    *,
    line: int = 0,
    elsewhere: Mapping[str, str] = {},
) -> Fields:
    """The mapping's keys; those that are not `known` are noted and left out. `elsewhere`: below which key others stand."""
    for entry in tree.entries:
        if entry.key not in known:
            place = elsewhere.get(entry.key)
            hint = f'It stands under "{place}".' if place else did_you_mean(entry.key, known)
            problems.add(entry.line, f"{quoted(entry.key)} is no key of {where}.", hint)
    return Fields(where, line or tree.line, {e.key: e for e in tree.entries if e.key in known}, problems)


def is_text(scalar: Scalar) -> bool:
    """Whether it is text that can be a name: not empty, on one line, without control characters."""
    return scalar.kind == "text" and re.fullmatch(NO_CONTROLS[1:-1], scalar.text) is not None


def _quote_hint(scalar: Scalar) -> str:
    if scalar.kind in ("text", "nothing"):
        return "It must be on one line and not empty."
    return f'Write it in quotes: "{scalar.text}".'
