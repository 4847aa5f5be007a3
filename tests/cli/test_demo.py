from __future__ import annotations

import json
import sys

import pytest

from kfpops.sandbox.scenarios import scenarios
from tests.cli.conftest import CommandLine
from tests.schemas import validates


@pytest.fixture
def embedded(kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The real way to a cluster: the scenarios are bundles."""
    monkeypatch.delitem(sys.modules, "kfpops.compose")
    return kfpops


def test_alone_it_lists_and_walks_from_runs_to_the_fix(embedded: CommandLine) -> None:
    printed = embedded("demo")
    assert printed.code == 0
    assert printed.err == ""
    for scenario in scenarios():
        assert scenario.title in printed.out
    assert "$ kfpops runs --from demo:oom" in printed.out
    assert "$ kfpops diagnose run" in printed.out
    assert ".set_memory_limit(" in printed.out


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: s.name)
def test_every_scenario_shows_its_cause(embedded: CommandLine, scenario: object) -> None:
    name, cause = scenario.name, scenario.cause  # type: ignore[attr-defined]
    printed = embedded("demo", name, "-o", "json")
    assert printed.code == 0
    validates(printed.out)
    assert [f["cause"] for f in json.loads(printed.out)["findings"]] == ([cause] if cause else [])


def test_every_command_takes_a_scenario(embedded: CommandLine) -> None:
    assert embedded("--from", "demo:oom", "runs").code == 0
    assert embedded("status", "--from", "demo:oom").code == 0
    assert embedded("diagnose", "namespace", "--from", "demo:oom").code == 1
    assert embedded("diagnose", "namespace", "--from", "demo:healthy").code == 0


def test_logs_of_a_scenario(embedded: CommandLine) -> None:
    run = json.loads(embedded("--from", "demo:oom", "runs", "-o", "json").out)["runs"][0]["id"]
    assert "exit status 137" in embedded("--from", "demo:oom", "logs", run).out


@pytest.mark.parametrize("arguments", [("demo", "oom-"), ("runs", "--from", "demo:oom-")])
def test_an_unknown_scenario_is_guessed(embedded: CommandLine, arguments: tuple[str, ...]) -> None:
    printed = embedded(*arguments)
    assert printed.code == 2
    assert "Did you mean oom?" in printed.err
