"""Tests of kfpops.lineage.diff.values."""

from __future__ import annotations

import pytest

from kfpops.knowledge.redaction import MARKER
from kfpops.lineage.diff.values import (
    Change,
    arrow,
    changes,
    leaves,
    metric_text,
    number_changes,
    pair,
    percent,
    relative,
    same,
    short,
    shown_name,
    written,
)
from kfpops.model.lineage import JsonValue


@pytest.mark.parametrize(
    "a, b",
    [
        pytest.param(100, 100.0, id="MLMD's structs know floats only: 100 is 100.0"),
        pytest.param({"x": [1, {"y": 2.0}]}, {"x": [1.0, {"y": 2}]}, id="also deep inside"),
        pytest.param(None, None, id="null is null"),
        pytest.param("NaN", "NaN", id="a number that is none"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, id="objects have no order"),
    ],
)
def test_the_same(a: JsonValue, b: JsonValue) -> None:
    assert same(a, b)
    assert changes({"x": a}, {"x": b}) == ()


@pytest.mark.parametrize(
    "a, b",
    [
        pytest.param(1, True, id="true is no number"),
        pytest.param(0, None, id="nothing is not zero"),
        pytest.param("1", 1, id="a text is no number"),
        pytest.param([1, 2], [2, 1], id="lists have an order"),
        pytest.param([1], [1, 1], id="lists have a length"),
        pytest.param({"x": None}, {}, id="an absent key is not null"),
    ],
)
def test_not_the_same(a: JsonValue, b: JsonValue) -> None:
    assert not same(a, b)
    assert not same(b, a)


def test_a_value_in_one_run_only_is_told_as_such_even_if_it_is_null() -> None:
    assert changes({"x": None, "z": 1}, {"y": 2, "z": 1}) == (Change("x", None, None, "a"), Change("y", None, 2, "b"))


def test_a_run_that_names_itself_is_no_difference() -> None:
    a, b = {"path": "out/run-aaaaaaaa/x", "ids": ["run-aaaaaaaa"]}, {"path": "out/run-bbbbbbbb/x", "ids": ["run-bbbbbbbb"]}
    assert changes(a, b, ("run-aaaaaaaa",), ("run-bbbbbbbb",)) == ()
    assert [c.name for c in changes(a, b)] == ["ids", "path"]


def test_credentials_are_hidden_and_yet_differ() -> None:
    (change,) = changes({"db_password": "hunter-2-hunter"}, {"db_password": "hunter-3-hunter"})
    assert (change.a, change.b) == (MARKER, MARKER)
    assert arrow(change) == f"{MARKER} → {MARKER} (they differ)"


def test_a_change_inside_of_values_is_led_to() -> None:
    (change,) = changes({"config": {"rate": 0.1, "sizes": [1, 2, 3]}}, {"config": {"rate": 0.2, "sizes": [1, 5, 3]}})
    assert leaves(change) == (Change("config.rate", 0.1, 0.2), Change("config.sizes[1]", 2, 5))


def test_lists_of_other_lengths_are_told_whole() -> None:
    change = Change("parts", [1, 2], [1, 2, 3])
    assert leaves(change) == (change,)
    assert arrow(change) == "[1,2] → [1,2,3]"


@pytest.mark.parametrize(
    "value, text",
    [
        pytest.param(100.0, "100", id="whole numbers without .0"),
        pytest.param(0.25, "0.25", id="other numbers as they are"),
        pytest.param(True, "true", id="as JSON has it"),
        pytest.param(None, "null", id="null"),
        pytest.param([1.0, {"a": 2.0}], '[1,{"a":2}]', id="also inside"),
        pytest.param("a\n  b", "a b", id="on one line"),
        pytest.param(1e300, "1e+300", id="but not three hundred digits"),
    ],
)
def test_written(value: JsonValue, text: str) -> None:
    assert written(value) == text


def test_long_texts_are_shown_from_where_they_part() -> None:
    a, b = pair(Change("query", "x" * 500 + "LEFT" + "y" * 500, "x" * 500 + "RIGHT" + "y" * 500), 20)
    assert a == "… (from character 489) xxxxxxxxxxxxLEFTyyyy … (1,004 characters)"
    assert b == "… (from character 489) xxxxxxxxxxxxRIGHTyyy … (1,005 characters)"


def test_a_long_text_of_one_run_only_is_shown_from_its_beginning() -> None:
    assert arrow(Change("query", None, "y" * 30, "b"), 20) == "yyyyyyyyyyyyyyyyyyyy … (30 characters) (B only)"


def test_short_values_stay_whole() -> None:
    assert short("abc") == "abc"
    assert shown_name("pipelinechannel--rows") == "rows"


@pytest.mark.parametrize(
    "old, new, expected",
    [
        pytest.param(0.0, 1.0, None, id="nothing is a part of zero"),
        pytest.param(5e-324, 1e300, None, id="nor of nearly zero"),
        pytest.param(0.8, 0.6, pytest.approx(-0.25), id="a loss"),
        pytest.param(-2.0, -1.0, 0.5, id="a negative number that grew"),
    ],
)
def test_relative(old: float, new: float, expected: float | None) -> None:
    assert relative(old, new) == expected


def test_metrics_change_absolutely_and_relatively() -> None:
    change, text = number_changes("metrics", {"accuracy": 0.8, "n": 1, "note": "a"}, {"accuracy": 0.9, "n": 1, "note": "b"})
    assert (change.artifact, change.name, change.a, change.b) == ("metrics", "accuracy", 0.8, 0.9)
    assert (change.absolute, change.relative) == (pytest.approx(0.1), pytest.approx(0.125))
    assert metric_text(change) == "0.8 → 0.9 (+0.1, +12.5 %)"
    assert (text.absolute, text.relative) == (None, None)
    assert metric_text(text) == "a → b"


def test_a_metric_that_was_zero_has_no_percentage() -> None:
    (change,) = number_changes("metrics", {"loss": 0}, {"loss": 2})
    assert metric_text(change) == "0 → 2 (+2)"


def test_metrics_that_are_structures_are_compared_inside() -> None:
    a: dict[str, JsonValue] = {"confusionMatrix": {"rows": [{"row": [5, 1]}]}}
    b: dict[str, JsonValue] = {"confusionMatrix": {"rows": [{"row": [6, 1]}]}}
    (change,) = number_changes("m", a, b)
    assert (change.name, change.absolute) == ("confusionMatrix.rows[0].row[0]", 1)


def test_tiny_percentages_do_not_become_zero() -> None:
    assert [percent(part) for part in (None, 0.0, -0.00009, 0.5, 12.0)] == [
        "",
        "+0.0 %",
        "-0.009 %",
        "+50.0 %",
        "+1,200.0 %",
    ]
