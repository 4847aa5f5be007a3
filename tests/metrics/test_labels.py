"""Names as they become values of labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.metrics.labels import LONGEST, label_value, name_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", "", id="nothing stays nothing"),
        pytest.param("price-refresh", "price-refresh", id="as it is"),
        pytest.param('say "hi" \\ {x}', 'say "hi" \\ {x}', id="what the format escapes is left to the format"),
        pytest.param("café 価格 🚀", "café 価格 🚀", id="letters of all the world"),
        pytest.param("p" * 200, "p" * 200, id="just short enough"),
        pytest.param("a\nb\x07\u202ec\ud800", "a\\nb\\x07\\u202ec\\ud800", id="control characters, turned text, halves"),
    ],
)
def test_values(text: str, value: str) -> None:
    assert label_value(text) == value


def test_a_name_is_never_empty() -> None:
    assert (name_value(""), name_value("train")) == ("__unnamed__", "train")


def test_long_names_that_differ_at_their_end_stay_two() -> None:
    one, other = label_value("p" * 300 + "1"), label_value("p" * 300 + "2")
    assert one != other
    assert one.startswith("p" * 187 + "~")
    assert len(one) == len(other) == LONGEST


@given(st.text(max_size=400))
def test_a_value_is_short_and_printable_and_made_once(text: str) -> None:
    value = label_value(text)
    assert len(value) <= LONGEST
    assert value.isprintable()
    assert label_value(value) == value
    assert value.encode().decode() == value
