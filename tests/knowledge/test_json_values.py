"""Numbers that are whole are written so, however deep they stand."""

from __future__ import annotations

import pytest

from kfpops.knowledge.json_values import whole
from kfpops.model.lineage import JsonValue


@pytest.mark.parametrize("value", [None, True, 1, 0.5, "1.0", 1e15, float("inf")])
def test_the_rest_stays_as_it_is(value: JsonValue) -> None:
    assert (whole(value), type(whole(value))) == (value, type(value))


def test_whole_numbers_at_any_depth() -> None:
    assert repr(whole({"a": [1.0, {"b": -2.0}], "c": 0.5})) == "{'a': [1, {'b': -2}], 'c': 0.5}"
