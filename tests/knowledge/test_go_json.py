"""JSON as Go writes it; the expected texts are what `json.Marshal` of Go 1.24 gives."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.knowledge.go_json import go_json
from kfpops.model.lineage import JsonValue


@pytest.mark.parametrize(
    "value, text",
    [
        pytest.param(None, "null", id="nothing"),
        pytest.param({}, "{}", id="an empty object"),
        pytest.param([], "[]", id="an empty list"),
        pytest.param(True, "true", id="true is no number"),
        pytest.param("é ß 漢 \x7f", '"é ß 漢 \x7f"', id="what is no ASCII stays"),
        pytest.param("/", '"/"', id="a slash stays"),
        pytest.param("a<b>&c", r'"a\u003cb\u003e\u0026c"', id="what HTML could misread is escaped"),
        pytest.param("\u2028\u2029", r'"\u2028\u2029"', id="line separators are escaped"),
        pytest.param('"\\\n\r\t', r'"\"\\\n\r\t"', id="short escapes"),
        pytest.param("\x00\x1f", r'"\u0000\u001f"', id="control characters"),
        pytest.param("\b\f", r'"\b\f"', id="back space and form feed"),
        pytest.param("\ud800", '"\ufffd"', id="half a pair is no character"),
        pytest.param(100.0, "100", id="a whole float has no point"),
        pytest.param(7, "7", id="an int"),
        pytest.param(2**60, "1152921504606847000", id="no more digits than it takes"),
        pytest.param(2**53 + 1, "9007199254740992", id="an int that no float64 holds"),
        pytest.param(0.1, "0.1", id="a tenth"),
        pytest.param(-0.0, "-0", id="minus zero"),
        pytest.param(0.000001, "0.000001", id="the smallest number without exponent"),
        pytest.param(1e-7, "1e-7", id="the exponent has no leading zero"),
        pytest.param(1.5e-9, "1.5e-9", id="a fraction and an exponent"),
        pytest.param(1e-10, "1e-10", id="a long negative exponent"),
        pytest.param(123456789.125, "123456789.125", id="many digits"),
        pytest.param(1e20, "100000000000000000000", id="the largest without exponent"),
        pytest.param(1e21, "1e+21", id="from there on with exponent"),
        pytest.param(-1.7976931348623157e308, "-1.7976931348623157e+308", id="the smallest of all"),
        pytest.param(5e-324, "5e-324", id="the one next to zero"),
    ],
)
def test_values(value: JsonValue, text: str) -> None:
    assert go_json(value).decode() == text


def test_keys_stand_in_the_order_of_their_bytes() -> None:
    value: JsonValue = {"ä": 1, "b": [{"y": 1, "x": None}], "B": 2, "\U0001f600": 3, "\uffff": 4}
    assert go_json(value).decode() == '{"B":2,"b":[{"x":null,"y":1}],"ä":1,"\uffff":4,"\U0001f600":3}'


def test_before_go_1_22_two_escapes_were_longer() -> None:
    assert go_json("\b\f\n", go_1_22=False) == rb'"\u0008\u000c\n"'


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_has_not(value: float) -> None:
    with pytest.raises(ValueError, match="no such number"):
        go_json([value])


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_it_reads_back_as_the_same_value(value: JsonValue) -> None:
    assert json.loads(go_json(value), parse_int=float) == value
