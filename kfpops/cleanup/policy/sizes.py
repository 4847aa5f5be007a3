"""Sizes as a policy writes them: bytes, or a Kubernetes quantity such as `500Gi`, `2T`, `100M`."""

from __future__ import annotations

import re
from typing import Final

from kfpops.knowledge.quantity import parse_bytes

PATTERN: Final = r"^[0-9]{1,12}(\.[0-9]{1,6})?(k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$"
"""Quantities without what makes no sense of bytes: signs, exponents, and `m`, which is a thousandth and not a million."""

LARGEST: Final = 2**60
HINT: Final = "Write bytes or a quantity such as 500Gi, 2T or 100M (Ki, Mi, Gi … count by 1024; k, M, G … by 1000)."


def parse_size(text: str) -> int | None:
    """Bytes; None when it is no size, or above `LARGEST`."""
    size = parse_bytes(text) if re.fullmatch(PATTERN[1:-1], text) else None
    return size if size is None or size <= LARGEST else None


def meant_size(text: str) -> str:
    """What to write instead, where that can be guessed: `500GB` → `500G`, `10K` → `10k`."""
    found = re.fullmatch(r"(?i)([0-9]+(?:\.[0-9]+)?)\s*([kmgtp])(i?)b?", text.strip())
    if not found:
        return HINT
    number, letter, binary = found.groups()
    unit = letter.upper() + "i" if binary else letter.lower() if letter in "kK" else letter.upper()
    return f"Did you mean {number}{unit}? {HINT}" if parse_size(f"{number}{unit}") is not None else HINT
