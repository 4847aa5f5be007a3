"""Tests of `kfpops lineage search`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import CommandLine
from tests.fakes import a_cluster
from tests.lineage.worlds import Recorder
from tests.schemas import validates


@pytest.fixture(autouse=True)
def found(kfpops: CommandLine) -> None:
    r = Recorder()
    root = r.run("run-a", "training")
    for accuracy in (0.7, 0.8, 0.9):
        r.task(root, "train", None, {"model": r.artifact(type="system.Model", name="model", accuracy=accuracy)})
    kfpops.cluster = a_cluster(lineage=r.lineage())


def ids(kfpops: CommandLine, *arguments: str) -> list[str]:
    printed = kfpops("lineage", "search", *arguments, "-o", "json")
    assert printed.code == 0, printed.err
    validates(printed.out)
    return [a["id"] for a in json.loads(printed.out)["artifacts"]]


def test_all_newest_first(kfpops: CommandLine) -> None:
    assert ids(kfpops) == ["3", "2", "1"]


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (("--type", "model", "--property", "accuracy>0.75"), ["3", "2"]),
        (("--property", "accuracy>0.75", "--property", "accuracy<0.85"), ["2"]),
        (("--type", "dataset"), []),
        (("--name", "MOD", "--limit", "1"), ["3"]),
        (("--pipeline", "training"), ["3", "2", "1"]),
        (("--pipeline", "scoring"), []),
        (("--uri", "minio://mlpipeline/v2/artifacts/2"), ["2"]),
        (("--until", "2026-11-01T06:00:04Z"), ["1"]),
        (("--since", "7d"), []),
        (("--since", "60d", "--until", "1d"), ["3", "2", "1"]),
    ],
)
def test_options(kfpops: CommandLine, arguments: tuple[str, ...], expected: list[str]) -> None:
    assert ids(kfpops, *arguments) == expected


def test_nothing_found_is_an_answer(kfpops: CommandLine) -> None:
    printed = kfpops("lineage", "search", "--type", "dataset")
    assert printed.code == 0
    assert printed.out.startswith("No artifact of type system.Dataset was found.")
    assert "There are artifacts of the types system.Model." in printed.out


def test_a_bad_test_is_refused_before_the_cluster_is_asked(kfpops: CommandLine) -> None:
    printed = kfpops("lineage", "search", "--property", "accuracy")
    assert printed.code == 2
    assert '"accuracy" has no operator' in printed.err
    assert kfpops.opened == []


def test_a_bad_time(kfpops: CommandLine) -> None:
    printed = kfpops("lineage", "search", "--until", "soon")
    assert printed.code == 2
    assert "soon" in printed.err
