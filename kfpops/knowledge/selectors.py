"""Label and field selectors, as kubectl and the API server understand them, evaluated on values that are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# A comma inside `in (a,b)` separates values, not requirements.
_COMMA = re.compile(r",(?![^(]*\))")
_SET = re.compile(r"(\S+)\s+(in|notin)\s*\(([^)]*)\)")
_COMPARISON = re.compile(r"([^=!<>\s]+)\s*(==|=|!=|>|<)\s*([^=!<>]*)")
_PRESENCE = re.compile(r"(!?)\s*([^=!<>\s()]+)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """`operator` is in, notin, exists, absent, > or <; `=` and `!=` are `in` and `notin` of one value."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def met_by(self, value: str | None) -> bool:
        """Whether a value meets it; None: there is none (then `notin` and `!=` hold, as in Kubernetes)."""
        match self.operator:
            case "in":
                return value in self.values
            case "notin":
                return value not in self.values
            case "exists":
                return value is not None
            case "absent":
                return value is None
        mine, wanted = _number(value), _number(self.values[0])
        if mine is None or wanted is None:
            return False
        return mine > wanted if self.operator == ">" else mine < wanted


def parse_selector(text: str) -> tuple[Requirement, ...]:
    """The requirements of a selector; none of "". Raises `ValueError` with the part that cannot be read."""
    parts = [part.strip() for part in _COMMA.split(text)]
    return tuple(_requirement(part) for part in parts if part)


def fits(requirements: Iterable[Requirement], values: Mapping[str, str]) -> bool:
    """Whether these labels meet all requirements."""
    return all(r.met_by(values.get(r.key)) for r in requirements)


def _requirement(part: str) -> Requirement:
    if found := _SET.fullmatch(part):
        key, operator, values = found.groups()
        return Requirement(key, operator, tuple(v.strip() for v in values.split(",")))
    if found := _COMPARISON.fullmatch(part):
        key, sign, value = found.groups()
        operator = {"=": "in", "==": "in", "!=": "notin"}.get(sign, sign)
        return Requirement(key, operator, (value.strip(),))
    if found := _PRESENCE.fullmatch(part):
        return Requirement(found.group(2), "absent" if found.group(1) else "exists")
    raise ValueError(part)


def _number(text: str | None) -> int | None:
    try:
        return int(text or "")
    except ValueError:
        return None
