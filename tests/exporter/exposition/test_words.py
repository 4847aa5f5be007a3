"""Numbers, label values and help texts."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.exporter.exposition.words import bound, help_text, label_value, number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0.0, "0", id="no dot without a fraction"),
        pytest.param(-0.0, "-0", id="the sign of zero stays"),
        pytest.param(17, "17", id="an int is a number, too"),
        pytest.param(0.1 + 0.2, "0.30000000000000004", id="all digits that are needed"),
        pytest.param(999999.5, "999999.5", id="no exponent below a million"),
        pytest.param(1e6, "1e+06", id="Go goes over to exponents at a million"),
        pytest.param(-1234567.0, "-1.234567e+06", id="the dot behind the first digit"),
        pytest.param(1763775000.125, "1.763775000125e+09", id="a moment in time"),
        pytest.param(1e16, "1e+16", id="where Python has exponents, too"),
        pytest.param(0.0001, "0.0001", id="small, without an exponent"),
        pytest.param(0.000012, "1.2e-05", id="smaller"),
        pytest.param(1e100, "1e+100", id="three digits of exponent"),
        pytest.param(math.inf, "+Inf", id="infinite"),
        pytest.param(-math.inf, "-Inf", id="below all"),
        pytest.param(math.nan, "NaN", id="not a number"),
    ],
)
def test_a_number_is_written_as_go_writes_it(value: float, expected: str) -> None:
    assert number(value) == expected


@given(st.floats(allow_nan=False))
def test_a_number_is_read_back_to_the_bit(value: float) -> None:
    assert struct.pack("<d", float(number(value))) == struct.pack("<d", value)


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_no_more_digits_than_python_needs(value: float) -> None:
    digits = number(value).partition("e")[0].replace(".", "").strip("0")
    assert digits == repr(value).partition("e")[0].replace(".", "").strip("0")


@pytest.mark.parametrize(
    ("value", "expected"), [(15, "15.0"), (0.5, "0.5"), (604800.0, "604800.0"), (2.5e6, "2.5e+06"), (math.inf, "+Inf")]
)
def test_a_bound_has_a_dot_or_an_exponent(value: float, expected: str) -> None:
    assert bound(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("team-a", "team-a", id="nothing to do"),
        pytest.param("Übung 數據 🚀", "Übung 數據 🚀", id="Unicode stays"),
        pytest.param('a"b', 'a\\"b', id="quote"),
        pytest.param("a\\nb", "a\\\\nb", id="backslash"),
        pytest.param("a\nb", "a\\nb", id="line feed"),
        pytest.param("a\r\tb", "a\r\tb", id="what does not end a line stays"),
        pytest.param("a\ud800b", "a\\\\ud800b", id="half a character is spelled out"),
        pytest.param("a\0b", "a\\\\x00b", id="NUL is spelled out"),
    ],
)
def test_label_values(value: str, expected: str) -> None:
    assert label_value(value) == expected


def test_the_text_format_has_quotes_in_help_as_they_are() -> None:
    assert help_text('a "b" \\ c\nd') == 'a "b" \\\\ c\\nd'
