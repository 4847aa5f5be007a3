"""SDK code that the advice quotes."""

from __future__ import annotations

import pytest

from kfpops.knowledge.sdk import kubernetes_call, task_variable


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (None, "task"),
        ("", "task"),
        ("train", "train_task"),
        ("a.clean-rows", "clean_rows_task"),
        ("2nd-step", "_2nd_step_task"),
    ],
)
def test_task_names_become_python_names(task: str | None, name: str) -> None:
    assert task_variable(task) == name
    assert name.isidentifier()


def test_a_call_of_the_extension_has_its_import() -> None:
    code = kubernetes_call("add_toleration", "train", key="dedicated", operator="Exists")
    assert code == "from kfp import kubernetes\nkubernetes.add_toleration(train_task, key='dedicated', operator='Exists')"
