"""Tests of kfpops.lineage.search.search."""

from __future__ import annotations

import pytest

from kfpops.errors import UsageError
from kfpops.lineage.search.search import canonical_type, fits, for_the_store, matched, parse_test, value_at
from kfpops.model.lineage import Artifact, ArtifactQuery, JsonValue, PropertyTest


@pytest.mark.parametrize(
    "text, part",
    [
        pytest.param("", "has no operator", id="nothing"),
        pytest.param("accuracy", "has no operator", id="a name alone"),
        pytest.param("accuracy!0.9", '"!" in', id="an exclamation mark alone is no operator"),
        pytest.param(">0.9", "has no name", id="no name"),
        pytest.param("=", "has no name", id="an operator alone"),
        pytest.param("accuracy>", "has no value", id="no value"),
        pytest.param("accuracy >  ", "has no value", id="spaces are no value"),
        pytest.param("accuracy=>0.9", '"=>"', id="an operator the wrong way round"),
        pytest.param("accuracy<>0.9", '"<>"', id="SQL's operator"),
        pytest.param("accuracy===0.9", '"==="', id="an equals sign too many"),
        pytest.param("a!==b", '"!=="', id="the same, of !="),
        pytest.param("stage>test", "compares with a text", id="texts have no order here"),
        pytest.param("stage<='test'", "compares with a text", id="quoted ones neither"),
        pytest.param("flag>true", "compares with a text", id="truth values neither"),
        pytest.param("stage='test", "is not closed", id="an open quote"),
        pytest.param("stage='", "is not closed", id="a quote alone"),
        pytest.param("stage=\"test'", "is not closed", id="two kinds of quote"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, part: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_test(text)
    assert part in raised.value.message
    assert "accuracy>0.9" in raised.value.hint


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("accuracy>0.9", PropertyTest("accuracy", ">", 0.9), id="as in the help"),
        pytest.param("  accuracy  >=  0.9  ", PropertyTest("accuracy", ">=", 0.9), id="with spaces"),
        pytest.param("n==100", PropertyTest("n", "=", 100), id="two equals signs are one"),
        pytest.param("n!=-1.5e-3", PropertyTest("n", "!=", -0.0015), id="a number with an exponent"),
        pytest.param("n<.5", PropertyTest("n", "<", 0.5), id="a number without a zero"),
        pytest.param("eval.f1-score on test<1", PropertyTest("eval.f1-score on test", "<", 1), id="dots, dashes, spaces"),
        pytest.param("stage=prod west", PropertyTest("stage", "=", "prod west"), id="a bare text"),
        pytest.param("version='3'", PropertyTest("version", "=", "3"), id="a number in quotes is a text"),
        pytest.param('note!=" x "', PropertyTest("note", "!=", " x "), id="quotes keep spaces"),
        pytest.param("note=''", PropertyTest("note", "=", ""), id="an empty text"),
        pytest.param("formula=a>b", PropertyTest("formula", "=", "a>b"), id="operators in a value"),
        pytest.param('"a=b"=1', PropertyTest("a=b", "=", 1), id="operators in a quoted name"),
        pytest.param("ready=True", PropertyTest("ready", "=", "true"), id="a truth value"),
        pytest.param("loss=NaN", PropertyTest("loss", "=", "NaN"), id="the text that is no number"),
        pytest.param("date=2026-11-21", PropertyTest("date", "=", "2026-11-21"), id="a date is a text"),
    ],
)
def test_parsed(text: str, expected: PropertyTest) -> None:
    found = parse_test(text)
    assert found == expected
    assert type(found.value) is type(expected.value)


PROPERTIES: dict[str, JsonValue] = {
    "accuracy": 0.93,
    "epochs": 10,
    "version": "3",
    "ready": True,
    "loss": "NaN",
    "a.b": 1,
    "a": {"b": 2, "c": {"d": [5, {"e": 6}]}},
    "list": [1, 2],
    "none": None,
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("missing!=1", id="what is not there never fits, not even !="),
        pytest.param("missing=''", id="nor as an empty text"),
        pytest.param("none!=1", id="null is not there"),
        pytest.param("version=3", id="a text is no number"),
        pytest.param("version>2", id="nor is it more than one"),
        pytest.param("epochs='10'", id="a number is no text"),
        pytest.param("ready=1", id="true is no number"),
        pytest.param("list=1", id="a list is none of its items"),
        pytest.param("a.c=5", id="an object is no value"),
        pytest.param("accuracy>0.93", id="more, not as much"),
        pytest.param("a.c.d.9=5", id="a place behind the end"),
        pytest.param("Accuracy>0.5", id="names have capitals"),
    ],
)
def test_does_not_hold(text: str) -> None:
    assert not fits(Artifact("1", "t", properties=PROPERTIES), ArtifactQuery(properties=(parse_test(text),)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("accuracy>=0.93", id="as much"),
        pytest.param("epochs=10.0", id="integers and doubles alike"),
        pytest.param("version='3'", id="a text of digits, asked for as a text"),
        pytest.param("version!=3", id="a text is never equal to a number"),
        pytest.param("ready=true", id="a truth value"),
        pytest.param("ready!=false", id="the other one"),
        pytest.param("loss=NaN", id="no number"),
        pytest.param("a.b=1", id="a name with a dot before a path"),
        pytest.param("a.c.d.0=5", id="a path into a list"),
        pytest.param("a.c.d.1.e>5", id="and out of it"),
    ],
)
def test_holds(text: str) -> None:
    assert fits(Artifact("1", "t", properties=PROPERTIES), ArtifactQuery(properties=(parse_test(text),)))


def test_all_that_is_asked_must_hold() -> None:
    artifact = Artifact("1", "system.Model", "s3://b/x", "Model", properties={"n": 1})
    both = (PropertyTest("n", ">", 0), PropertyTest("n", "<", 1))
    assert fits(artifact, ArtifactQuery("Model", "mod", "s3://b/", both[:1]))
    assert not fits(artifact, ArtifactQuery("Model", "mod", "s3://b/", both))
    assert not fits(artifact, ArtifactQuery("Dataset", "mod", "s3://b/", both[:1]))


def test_a_name_with_dots_whose_beginning_is_a_name_too() -> None:
    assert value_at({"x.y": {"z": 3}}, "x.y.z") == 3
    assert value_at({"x": 1}, "x.y") is None
    assert value_at({}, "") is None


def test_the_values_that_were_asked_for() -> None:
    asked = ArtifactQuery(properties=(PropertyTest("accuracy", ">", 0), PropertyTest("a.c.d.0", "=", 5)))
    assert matched(Artifact("1", "t", properties=PROPERTIES), asked) == {"accuracy": 0.93, "a.c.d.0": 5}


def test_only_tests_that_a_store_reads_alike_are_left_to_it() -> None:
    texts = ("accuracy>0.9", "stage=prod", "n!=1", "a.b=1", "ready=true", "loss=NaN", "stage!=x")
    query = ArtifactQuery("system.Model", "m", "s3://", tuple(parse_test(t) for t in texts))
    left = for_the_store(query)
    assert [t.name for t in left.properties] == ["accuracy", "stage"]
    assert (left.type, left.name, left.uri_prefix) == ("system.Model", "m", "s3://")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", ""),
        ("my.Type", "my.Type"),
        ("model", "system.Model"),
        ("SYSTEM.html", "system.HTML"),
        ("ClassificationMetrics", "system.ClassificationMetrics"),
    ],
)
def test_canonical_type(text: str, expected: str) -> None:
    assert canonical_type(text) == expected
