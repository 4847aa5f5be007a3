"""Numbers, label values and help texts as Prometheus writes them."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """The shortest digits that lead back to the same number, as Go's `strconv.FormatFloat(v, 'g', -1, 64)` has them.

    Python has the same digits, but goes over to exponents at 1e16, Go at 1e6 (Prometheus: `# TYPE` … `1.234567e+06`).
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    text = repr(float(value)).removesuffix(".0")
    if abs(value) < 1e6 or "e" in text:
        return text
    whole, _, part = text.lstrip("-").partition(".")
    digits = (whole + part).rstrip("0")
    sign, rest = "-" * (value < 0), f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{rest}e+{len(whole) - 1:02}"


def bound(value: float) -> str:
    """A value of the label `le`: always with a dot or an exponent, as OpenMetrics wants it (1.0.0, "Considerations:
    Canonical Numbers"), in every format: a bucket is the same series whatever format was asked for.
    """
    text = number(value)
    return text if math.isinf(value) or "." in text or "e" in text else f"{text}.0"


def label_value(value: str) -> str:
    """Escaped for between the quotes. What is no Unicode, and NUL, at which Prometheus' parser ends, is spelled out."""
    return quoted_help(readable(value))


def readable(value: str) -> str:
    """Without lone surrogates and NUL: one such value would make Prometheus refuse all that is served."""
    if value.isascii() and "\0" not in value:
        return value
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def help_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def quoted_help(text: str) -> str:
    """OpenMetrics escapes quotes in help texts, too; the text format only in label values."""
    return help_text(text).replace('"', '\\"')
