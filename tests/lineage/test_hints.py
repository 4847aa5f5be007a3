from __future__ import annotations

from kfpops.lineage.hints import likeness, listed, nearest


def test_the_nearest_comes_first_each_once_and_none_empty() -> None:
    assert nearest("Frud-Scoring", ["ranking", "fraud-scoring", "", "fraud-scoring"]) == ("fraud-scoring", "ranking")
    assert nearest("x", []) == ()


def test_equal_names_are_wholly_alike() -> None:
    assert likeness("Model", "model") == 1


def test_a_long_list_is_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(n) for n in range(2000)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 1,992 more"
