"""Two values of one name: are they the same, where do they part, and how are they written short."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from kfpops.knowledge.json_values import whole
from kfpops.knowledge.redacted_values import redacted
from kfpops.model.lineage import JsonValue

Only: TypeAlias = Literal["", "a", "b"]

# KFP's compiler names what crosses the border of a loop or condition so (sdk/python/kfp/compiler/compiler_utils.py).
_CHANNEL = "pipelinechannel--"
# Texts longer than this are shown from where they part.
SHORT = 60
_BEFORE = 12


@dataclass(frozen=True, slots=True)
class Change:
    """A named value of A and of B that differ. `only`: it is in that run alone, and the other value is None.

    Credentials are replaced by a marker: two hidden values differ even where they look the same.
    """

    name: str
    a: JsonValue = None
    b: JsonValue = None
    only: Only = ""


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A metric. `absolute` and `relative` (to A's value) are None where there are no two numbers, or A's is 0."""

    artifact: str
    name: str
    a: JsonValue = None
    b: JsonValue = None
    absolute: float | None = None
    relative: float | None = None


def changes(
    a: Mapping[str, JsonValue], b: Mapping[str, JsonValue], own_a: Sequence[str] = (), own_b: Sequence[str] = ()
) -> tuple[Change, ...]:
    """The values that differ, by name. `own_a`, `own_b`: texts that name the run itself (its id), and so prove nothing."""
    return tuple(_changes(a, b, own_a, own_b))


def _changes(
    a: Mapping[str, JsonValue], b: Mapping[str, JsonValue], own_a: Sequence[str], own_b: Sequence[str]
) -> Iterator[Change]:
    for name in sorted({*a, *b}):
        if name not in b:
            yield Change(name, redacted(name, a[name]), None, "a")
        elif name not in a:
            yield Change(name, None, redacted(name, b[name]), "b")
        elif not same(_without(a[name], own_a), _without(b[name], own_b)):
            yield Change(name, redacted(name, a[name]), redacted(name, b[name]))


def same(a: JsonValue, b: JsonValue) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return a == b


def leaves(change: Change) -> tuple[Change, ...]:
    """A change of a list or an object as the changes inside it (`config.rate`, `sizes[3]`); any other as it is."""
    if change.only:
        return (change,)
    a, b, name = change.a, change.b, change.name
    if isinstance(a, dict) and isinstance(b, dict):
        inside = changes(a, b)
        return tuple(leaf for c in inside for leaf in leaves(Change(f"{name}.{c.name}", c.a, c.b, c.only))) or (change,)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        parts = [Change(f"{name}[{i}]", x, y) for i, (x, y) in enumerate(zip(a, b)) if not same(x, y)]
        return tuple(leaf for part in parts for leaf in leaves(part)) or (change,)
    return (change,)


def number_changes(artifact: str, a: Mapping[str, JsonValue], b: Mapping[str, JsonValue]) -> tuple[NumberChange, ...]:
    """Every metric of two artifacts that differs, by name."""
    return tuple(_number(artifact, c) for whole in changes(a, b) for c in leaves(whole))


def _number(artifact: str, change: Change) -> NumberChange:
    a, b = change.a, change.b
    if not (_is_number(a) and _is_number(b)):
        return NumberChange(artifact, change.name, a, b)
    old, new = float(a), float(b)  # type: ignore[arg-type]
    return NumberChange(artifact, change.name, a, b, new - old, relative(old, new))


def relative(old: float, new: float) -> float | None:
    """The change as a part of the old value; None when that is 0, or too small to divide by."""
    try:
        found = (new - old) / abs(old)
    except (ZeroDivisionError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def written(value: JsonValue) -> str:
    """The value on one line, whole: texts bare, whole numbers without `.0` (MLMD's structs know floats only)."""
    if isinstance(value, str):
        return " ".join(value.split()) if "\n" in value else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict | list):
        return msgspec.json.encode(whole(value)).decode()
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def pair(change: Change, most: int = SHORT) -> tuple[str, str]:
    """Both values short. Long ones begin a little before the place where they part, which is told by its number."""
    a, b = written(change.a), written(change.b)
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    start = at - _BEFORE if max(len(a), len(b)) > most and at > most - _BEFORE and not change.only else 0
    return _cut(a, start, most), _cut(b, start, most)


def arrow(change: Change, most: int = SHORT) -> str:
    """`100 → 500`, `100 (A only)`; hidden values that differ say so."""
    a, b = pair(change, most)
    if change.only:
        return f"{a if change.only == 'a' else b} ({change.only.upper()} only)"
    return f"{a} → {b}" + (" (they differ)" if a == b else "")


def metric_text(metric: NumberChange) -> str:
    """`0.91 → 0.93 (+0.02, +2.2 %)`."""
    a, b = ("-" if v is None else written(v) for v in (metric.a, metric.b))
    if metric.absolute is None:
        return f"{a} → {b}"
    change = ", ".join(part for part in (f"{metric.absolute:+.4g}", percent(metric.relative)) if part)
    return f"{a} → {b} ({change})"


def percent(part: float | None) -> str:
    """`+2.2 %`, `-0.009 %`; "" when there is none."""
    if part is None:
        return ""
    number = part * 100
    return f"{number:+.1g} %" if 0 < abs(number) < 0.1 else f"{number:+,.1f} %"


def short(value: JsonValue, most: int = SHORT) -> str:
    """The value on one line, its beginning where it is long."""
    return _cut(written(value), 0, most)


def shown_name(name: str) -> str:
    """A parameter's name without what KFP's compiler puts before it at the border of a loop."""
    return name.removeprefix(_CHANNEL)


def _cut(text: str, start: int, most: int) -> str:
    if start == 0 and len(text) <= most:
        return text
    lead = f"… (from character {start + 1:,}) " if start else ""
    rest = text[start : start + most]
    end = f" … ({len(text):,} characters)" if start + most < len(text) else ""
    return f"{lead}{rest}{end}"


def _without(value: JsonValue, own: Sequence[str]) -> JsonValue:
    if isinstance(value, str):
        for text in own:
            value = value.replace(text, "\0")
        return value
    if isinstance(value, list) and own:
        return [_without(item, own) for item in value]
    return {k: _without(v, own) for k, v in value.items()} if isinstance(value, dict) and own else value


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
