"""Attributions are found by artifact, whatever the ids look like."""

from __future__ import annotations

import random

import pytest

from kfpops.cleanup.gather.attributions import Attributions

UUID = "0e5fd8ba-6f0b-4f5e-9a56-6a3d0a5c9f11"


@pytest.mark.parametrize("id", ["", "1", "8", "007", UUID, "٣"])
def test_an_artifact_that_nothing_is_told_of(id: str) -> None:
    assert list(Attributions(()).of(id)) == []
    assert list(Attributions([("r", ("7", "9"))]).of(id)) == []


def test_all_runs_of_an_artifact() -> None:
    found = Attributions([("r", ("7", UUID)), ("s", ()), ("t", ("9", "7"))])
    assert list(found.of("7")) == ["r", "t"]
    assert list(found.of("9")) == ["t"]
    assert list(found.of(UUID)) == ["r"]


def test_the_same_as_a_dictionary() -> None:
    choose = random.Random(7)
    told = [(f"run-{n}", [str(choose.randrange(1, 60)) for _ in range(choose.randrange(8))]) for n in range(40)]
    found = Attributions(told, chunk=10)
    for id in map(str, range(60)):
        assert list(found.of(id)) == [run for run, ids in told for one in ids if one == id]
