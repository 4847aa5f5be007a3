"""Values → the bytes that Go's encoding/json writes for them: KFP takes the sha256 of such bytes as a cache fingerprint.

Go sorts keys by their bytes, escapes what HTML could misread, and knows only one kind of number, float64 (encode.go).
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from kfpops.model.lineage import JsonValue

# Go writes floats outside of these bounds with an exponent.
_SMALLEST, _LARGEST = 1e-6, 1e21
_ESCAPED = re.compile('[\x00-\x1f"\\\\<>&\u2028\u2029]')
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
# Since Go 1.22; before, these two were written as \u0008 and \u000c.
_SHORT_SINCE_1_22 = {**_SHORT, "\b": "\\b", "\f": "\\f"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def go_json(value: JsonValue, *, go_1_22: bool = True) -> bytes:
    """What `json.Marshal` gives for a value that `json.Unmarshal` read. Raises ValueError for NaN and the infinities."""
    return _any(value, _SHORT_SINCE_1_22 if go_1_22 else _SHORT).encode()


def _any(value: JsonValue, short: dict[str, str]) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(float(value))
        case str():
            return _text(value, short)
        case list():
            return "[" + ",".join(_any(part, short) for part in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-8", "surrogatepass"))
    return "{" + ",".join(f"{_text(key, short)}:{_any(value[key], short)}" for key in keys) + "}"


def _number(value: float) -> str:
    """The shortest digits that read back as the same float64; Python finds the same ones, and writes them otherwise."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    plain = Decimal(repr(value))
    if _SMALLEST <= abs(value) < _LARGEST:
        text = format(plain, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    sign, digits, _ = plain.normalize().as_tuple()
    mantissa = "".join(map(str, digits))
    exponent = plain.adjusted()
    fraction = f".{mantissa[1:]}" if len(mantissa) > 1 else ""
    # Of a negative exponent Go drops a leading zero, of a positive one there is none (1e+21 is the first).
    return f"{'-' if sign else ''}{mantissa[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent)}"


def _text(value: str, short: dict[str, str]) -> str:
    escaped = _ESCAPED.sub(lambda m: short.get(m.group()) or f"\\u{ord(m.group()):04x}", value)
    # Half of a pair is no character: Go reads it as U+FFFD.
    return f'"{_SURROGATE.sub(chr(0xFFFD), escaped)}"'
