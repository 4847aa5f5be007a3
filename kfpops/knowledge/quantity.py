"""Kubernetes quantities ("400Mi", "500m", "1e9") ↔ numbers in base units: bytes, cores, pieces."""

from __future__ import annotations

import math
import re

# Suffixes of resource.Quantity (apimachinery/pkg/api/resource): binary, decimal, and the exponent form.
_FACTORS = {
    "": 1.0, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip
_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([a-zA-Z]*))\s*")


def parse_quantity(text: str | int | float | None) -> float | None:
    """The number a quantity stands for; None when it is none."""
    if text is None or isinstance(text, (int, float)):
        return text
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    number, exponent, suffix = found.groups()
    if exponent:
        return float(number + exponent)
    factor = _FACTORS.get(suffix or "")
    return None if factor is None else float(number) * factor


def parse_bytes(text: str | int | float | None) -> int | None:
    """A quantity of memory or storage, in bytes, rounded up as Kubernetes does."""
    number = parse_quantity(text)
    return None if number is None else math.ceil(number)


def format_bytes(size: float) -> str:
    """Bytes as a quantity that a person would write: "400Mi", "5.8Gi"; never more than it says."""
    for unit, factor in (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if size >= factor:
            value = size / factor
            return f"{_short(value)}{unit}"
    return f"{int(size)}"


def format_cores(cores: float) -> str:
    """Cores as a person would write them: "2", "1.5", "250m"."""
    return f"{round(cores * 1000)}m" if cores < 1 and cores > 0 else _short(cores)


def _short(value: float) -> str:
    """At most one decimal, rounded down: a request of what this says still fits."""
    cut = math.floor(value * 10 + 1e-9) / 10
    return f"{cut:g}"
