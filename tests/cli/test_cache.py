"""`kfpops cache explain`."""

from __future__ import annotations

import json

import pytest

from tests.builders import RUN_ID
from tests.cache.world import World, trained
from tests.cli.conftest import CommandLine
from tests.schemas import validates

OLD = "0" * 8 + RUN_ID[8:]


@pytest.fixture
def world(kfpops: CommandLine) -> World:
    world = World()
    load, _ = trained(world, OLD)
    world.run(RUN_ID)
    world.hit(RUN_ID, "load", load)
    world.step(RUN_ID, "train", inputs={"data": ["1"]}, parameters={"seed": "b"})
    kfpops.cluster = world.cluster()
    return world


def test_nothing_is_gone(world: World, kfpops: CommandLine) -> None:
    printed = kfpops("cache", "explain", RUN_ID)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith("2 tasks: 1 taken from the cache, 1 not in the cache.")
    assert "parameter seed: (none) → b" in printed.out


def test_an_object_that_is_gone_is_1(world: World, kfpops: CommandLine) -> None:
    world.objects.clear()
    printed = kfpops("cache", "explain", RUN_ID, "--task", "load", "-o", "json")
    assert printed.code == 1
    validates(printed.out)
    (task,) = json.loads(printed.out)["tasks"]
    assert [o["state"] for o in task["objects"]] == ["gone"]


@pytest.mark.parametrize("form", ["yaml", "markdown", "html", "wide"])
def test_other_formats(world: World, kfpops: CommandLine, form: str) -> None:
    printed = kfpops("cache", "explain", RUN_ID, "-o", form)
    assert printed.code == 0
    assert "seed" in printed.out


@pytest.mark.parametrize("options, told", [((), 0), (("-v",), 5), (("-o", "wide"), 5)])
def test_the_parts_of_many_tasks_are_asked_for(
    world: World, kfpops: CommandLine, options: tuple[str, ...], told: int
) -> None:
    for index in range(3):
        world.step(RUN_ID, "train", iteration=index)
    kfpops.cluster = world.cluster()
    assert kfpops("cache", "explain", RUN_ID, *options).out.count("PART ") == told


def test_a_hit_is_compared_with_nothing(world: World, kfpops: CommandLine) -> None:
    printed = kfpops("cache", "explain", RUN_ID, "--task", "load", "--against", OLD)
    assert printed.code == 0
    assert "--against is for misses: a hit is compared with nothing (load)." in printed.out


def test_compared_with_another_run(world: World, kfpops: CommandLine) -> None:
    printed = kfpops("cache", "explain", OLD, "--task", "train", "--against", RUN_ID)
    assert printed.code == 0
    assert "parameter seed: b → (none)" in printed.out


def test_a_run_that_kfp_has_deleted(world: World, kfpops: CommandLine) -> None:
    world.deleted.add(OLD)
    kfpops.cluster = world.cluster()
    printed = kfpops("cache", "explain", OLD)
    assert printed.code == 0
    assert "2 tasks" in printed.out


@pytest.mark.parametrize(
    "arguments, words",
    [
        pytest.param(("nightly-7",), "nightly-7", id="an unknown run"),
        pytest.param((RUN_ID, "--task", "fly"), "The run has no task fly.", id="an unknown task"),
        pytest.param((RUN_ID, "--against", "nightly-7"), "nightly-7", id="an unknown run to compare with"),
        pytest.param(("9" * 8 + RUN_ID[8:],), "The lineage store knows no run", id="an id that nobody knows"),
    ],
)
def test_what_is_not_there_is_2(world: World, kfpops: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    printed = kfpops("cache", "explain", *arguments)
    assert printed.code == 2
    assert words in printed.err
