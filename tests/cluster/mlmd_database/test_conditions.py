from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kfpops.cluster.mlmd_database.conditions import after, made_before, named
from kfpops.cluster.mlmd_database.conditions import tested as condition_of
from kfpops.model.lineage import PropertyTest


def test_the_text_behind_all_with_a_prefix() -> None:
    assert after("ab") == "ac"
    assert after("a\ud7ff") == "a\ue000"
    assert after("a\U0010ffff") == "b"
    assert after("\U0010ffff") > "\U0010ffff"


def test_a_name_without_ascii_is_left_to_the_caller() -> None:
    assert named("éà") == named("") == []


def test_the_longest_ascii_piece_is_asked_for_with_its_special_letters_quoted() -> None:
    (condition,) = named("a€50%_!x")
    assert set(condition.values) == {"%50!%!_!!x%"}


def test_before_rounds_up_so_that_nothing_is_lost() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert made_before(epoch + timedelta(milliseconds=5)).values == (5,)
    assert made_before(epoch + timedelta(milliseconds=5, microseconds=1)).values == (6,)


@pytest.mark.parametrize(
    "test",
    [
        PropertyTest("a", "!=", 1.0),
        PropertyTest("a", "=", "true"),
        PropertyTest("a", "=", "Infinity"),
        PropertyTest("a", "=", "x\ufffd"),
        PropertyTest("a", "<", float("inf")),
        PropertyTest("a", ">", float("nan")),
    ],
)
def test_what_one_column_does_not_tell_is_left_to_the_caller(test: PropertyTest) -> None:
    condition = condition_of(test)
    assert (condition.values, condition.ids) == (("a",), "")
