from __future__ import annotations

import pytest

from kfpops.cleanup.policy.problems import Problems, did_you_mean, quoted
from kfpops.errors import UsageError


def test_without_problems_nothing_is_refused() -> None:
    Problems("p.yaml").refuse()


def test_one_problem_has_its_hint() -> None:
    problems = Problems("p.yaml")
    problems.add(3, "This is wrong.", "Do that.")
    with pytest.raises(UsageError) as refused:
        problems.refuse()
    assert (refused.value.message, refused.value.hint) == ("p.yaml:3: This is wrong.", "Do that.")


def test_all_are_told_in_the_order_of_the_file_and_none_twice() -> None:
    problems = Problems("p.yaml")
    for line in (30, 4, 4):
        problems.add(line, "This is wrong.", "Do that.")
    with pytest.raises(UsageError) as refused:
        problems.refuse()
    assert refused.value.message == "p.yaml:4: This is wrong. Do that.\np.yaml:30: This is wrong. Do that."
    assert refused.value.hint == "The policy has 2 problems; nothing was done."


def test_of_very_many_the_first_are_told() -> None:
    problems = Problems("p.yaml")
    for line in range(1, 101):
        problems.add(line, "This is wrong.")
    with pytest.raises(UsageError) as refused:
        problems.refuse()
    assert refused.value.message.splitlines()[-2:] == ["p.yaml:20: This is wrong.", "p.yaml: and 80 more."]


@pytest.mark.parametrize(
    "written, said",
    [
        ("olderThan", 'Did you mean "older_than"?'),
        ("older-than", 'Did you mean "older_than"?'),
        ("lsat", 'Did you mean "last"?'),
        ("xyz", "Known are last, older_than."),
    ],
)
def test_the_nearest_word(written: str, said: str) -> None:
    assert did_you_mean(written, ("last", "older_than")) == said


def test_a_long_value_is_cut_and_stands_on_one_line() -> None:
    assert quoted("a\n  b") == '"a b"'
    assert len(quoted("x" * 500)) == 60
