from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module

import click
import pytest

from kfpops.cli.main import COMMANDS
from tests.cli.conftest import CommandLine


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_says_what_the_commands_say(name: str) -> None:
    module, short = COMMANDS[name]
    command = import_module(module).command
    assert isinstance(command, click.Command)
    assert command.name == name
    assert (command.help or "").split("\n\n")[0].strip() == short


def test_help_names_every_command(kfpops: CommandLine) -> None:
    printed = kfpops("--help")
    assert printed.code == 0
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\S", printed.out, re.MULTILINE)


def test_help_fits_80_columns(kfpops: CommandLine) -> None:
    assert max(len(line) for line in kfpops("--help").out.splitlines()) <= 80


def test_a_mistyped_command_is_guessed(kfpops: CommandLine) -> None:
    assert "diagnose" in kfpops("diagnos").err.lower()


def test_help_imports_neither_sdk_nor_command() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kfpops", "--help"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    tops = {name.partition(".")[0] for name in imported}
    assert "click" in tops
    assert tops.isdisjoint(
        {"kubernetes", "boto3", "botocore", "minio", "urllib3", "kfp", "rich", "msgspec", "yaml", "requests"}
    )
    assert imported.isdisjoint({module for module, _ in COMMANDS.values()})
