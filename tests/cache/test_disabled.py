"""Tasks with caching off, and tasks that were not run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cache.world import World, a_pipeline

SUBMIT = "kfp.Client().create_run_from_pipeline_package('pipeline.yaml', enable_caching=True)"


@pytest.mark.parametrize(
    "caching, words, sdk",
    [
        pytest.param({"enableCache": True}, "it is off on the server", [None], id="by the server"),
        pytest.param(
            {},
            "by set_caching_options(False), by enable_caching=False when it was submitted, or because caching is off",
            ["train_task.set_caching_options(True)", SUBMIT, None],
            id="by the run's pipeline: in it a submission looks as the code does",
        ),
    ],
)
def test_caching_off(caching: dict[str, Any], words: str, sdk: list[str | None]) -> None:
    world = World()
    world.run("new", a_pipeline(caching=caching))
    world.step("new", "train", fingerprint="")
    found = world.task("new")
    assert (found.verdict, found.fingerprint, found.parts) == ("disabled", None, ())
    assert words in found.why
    assert [a.sdk for a in found.advice] == sdk


def test_the_submission_and_the_compiler_are_named() -> None:
    world = World()
    world.run("new", a_pipeline(caching={}))
    world.step("new", "train", fingerprint="")
    _, submission, compiler = world.task("new").advice
    assert submission.text.startswith("If the run was submitted with enable_caching=False")
    assert "KFP_DISABLE_EXECUTION_CACHING_BY_DEFAULT" in compiler.text


def test_caching_off_in_a_run_that_is_deleted() -> None:
    world = World()
    world.run("new")
    world.step("new", "train", fingerprint="")
    world.deleted.add("new")
    (found,) = world.explained("new").tasks
    assert found.verdict == "disabled"
    assert found.why.startswith("It was run with caching off; its pipeline is not known")
    assert world.explained("new").not_checked == ()


def test_attempts_of_a_task_with_caching_off() -> None:
    world = World()
    world.run("new", a_pipeline(caching={}))
    for _ in range(2):
        world.step("new", "train", fingerprint="")
    assert world.task("new").attempts == 2


def test_a_task_whose_turn_has_not_come() -> None:
    world = World()
    world.run("new")
    world.step("new", "load", state="RUNNING")
    assert (world.task("new").verdict, world.task("new").why) == ("not-run", "It has not been started.")
