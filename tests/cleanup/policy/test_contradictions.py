from __future__ import annotations

import pytest

from kfpops.cleanup.policy.read import read_policy
from kfpops.errors import UsageError


@pytest.mark.parametrize(
    "text, line, says",
    [
        pytest.param("", 2, 'Rule "a" selects nothing and keeps nothing', id="a rule that gives up every run"),
        pytest.param("group_by: [pipeline]", 2, "would give up every run", id="and groups what it gives up"),
        pytest.param("select:\n    larger_than: 2Gi\n    smaller_than: 1Gi", 5, "Nothing is larger than", id="no size fits"),
        pytest.param(
            "select: {larger_than: 5, smaller_than: 6}", 3, "larger than 5 and smaller than 6", id="no size between"
        ),
        pytest.param(
            "select: {older_than: 30d}\n  keep:\n    last: 1\n    within: 7d",
            6,
            '"within: 7d" never keeps a run: the rule is only about runs older than 30d.',
            id="a span in which it selects nothing",
        ),
        pytest.param(
            "select: {older_than: 7d}\n  keep: {within: 7d}", 4, "never keeps a run", id="a span that begins where it ends"
        ),
        pytest.param("keep: {daily: 7, weekly: 1}", 3, '"weekly: 1" reaches no further back than "daily: 7"', id="weeks"),
        pytest.param("keep: {daily: 31, monthly: 1}", 3, '"monthly: 1" reaches no further', id="months in days"),
        pytest.param("keep:\n    weekly: 52\n    monthly: 3", 5, '"monthly: 3" reaches no further', id="months in weeks"),
        pytest.param("types: {keep: system.Model, drop: system.Model}", 3, "both keeps and gives up", id="a type both ways"),
        pytest.param('types: {keep: "system.*", drop: system.Model}', 3, "both keeps and gives up", id="in a pattern"),
        pytest.param("select: {type: a.B}\n  types: {drop: c.D}", 3, "both say which", id="two lists of what goes"),
    ],
)
def test_what_cannot_be_meant(text: str, line: int, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_policy(f"rules:\n- name: a\n  {text}\n", "p.yaml")
    assert refused.value.message.startswith(f"p.yaml:{line}: ")
    assert says in refused.value.message
    assert refused.value.hint


def test_what_was_misread_is_not_said_to_contradict_itself() -> None:
    with pytest.raises(UsageError) as refused:
        read_policy("rules:\n- name: a\n  select: {pipelin: x}\n", "p.yaml")
    assert refused.value.message == 'p.yaml:3: "pipelin" is no key of "select".'
