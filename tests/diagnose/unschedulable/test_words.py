"""Lists and changes in words."""

from __future__ import annotations

import pytest

from kfpops.diagnose.unschedulable.words import in_pipeline, listed, toleration_code, uncordon
from kfpops.model.node import Taint
from tests.builders import a_step


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_lists(names: list[str], text: str) -> None:
    assert listed(names) == text


def test_only_the_steps_of_the_pipeline_are_its_own() -> None:
    assert in_pipeline(a_step("waiting", task="train"))
    assert not in_pipeline(a_step("waiting", task="train", role="driver"))
    assert not in_pipeline(a_step("waiting", task=None))
    assert not in_pipeline(a_step("waiting", task=""))


def test_code_only_where_there_is_code_to_change() -> None:
    taint = Taint("spot", "", "NoSchedule")
    assert toleration_code(a_step("waiting", role="driver"), [taint]) is None
    assert toleration_code(a_step("waiting"), [taint]) == (
        "from kfp import kubernetes\n"
        "kubernetes.add_toleration(train_task, key='spot', operator='Exists', effect='NoSchedule')"
    )
    assert uncordon(["a", "b"]) == "kubectl uncordon a b"
