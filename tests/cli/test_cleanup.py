"""The group `kfpops cleanup`."""

from __future__ import annotations

from importlib import import_module

import click
import pytest

from kfpops.cli.cleanup import SUBCOMMANDS
from tests.cli.conftest import CommandLine


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_the_table_says_what_the_commands_say(name: str) -> None:
    module, short = SUBCOMMANDS[name]
    command = import_module(module).command
    assert isinstance(command, click.Command)
    assert (command.help or "").split("\n\n")[0].strip() == short


def test_help_names_every_command(kfpops: CommandLine) -> None:
    printed = kfpops("cleanup", "--help")
    assert printed.code == 0
    for name in SUBCOMMANDS:
        assert f"\n  {name}" in printed.out
    assert max(map(len, printed.out.splitlines())) <= 80


@pytest.mark.parametrize("name", ["plan", "why"])
def test_help_fits(kfpops: CommandLine, name: str) -> None:
    printed = kfpops("cleanup", name, "--help")
    assert printed.code == 0
    assert max(map(len, printed.out.splitlines())) <= 100
