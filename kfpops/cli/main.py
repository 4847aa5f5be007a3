"""The root command. Its table of commands lets `--help` name them all without importing any."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from kfpops import __version__
from kfpops.cli.options import accepts_connection

# name → (module, short help). The short help is the first sentence of the command's own help; a test compares.
COMMANDS: dict[str, tuple[str, str]] = {
    "diagnose": ("kfpops.cli.diagnose", "Say why a run fails or waits, and what to change."),
    "runs": ("kfpops.cli.runs", "List the runs, newest first, with the cause of the bad ones."),
    "logs": ("kfpops.cli.logs", "Print the logs of a run's steps, from wherever they still are."),
    "status": ("kfpops.cli.status", "Say what is installed and what can be read with these rights."),
    "capture": ("kfpops.cli.capture", "Write a redacted bundle of everything the commands would read."),
    "demo": ("kfpops.cli.demo", "Try the commands on an embedded cluster, nothing installed."),
    "completion": ("kfpops.cli.completion", "Print the script for shell completion, run names included."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is run. The command's function is called `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess for a name that is nearly one (the names are in the table only)."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            guess = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{args[0]}'.{guess}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Commands first: they are what a reader of this help looks for."""
        self.format_commands(ctx, formatter)
        rows = [record for p in self.get_params(ctx) if (record := p.get_help_record(ctx)) is not None]
        with formatter.section("Options, before or after the command"):
            formatter.write_dl(rows)


def root_group(**connection: Any) -> None:
    """Why Kubeflow Pipelines runs fail or wait, and what to change.

    With nothing but a kubeconfig everything works.
    """


root: click.Group = click.group(
    cls=LazyGroup,
    name="kfpops",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, 3 unreachable or forbidden, 70 a bug.",
)(click.version_option(__version__, "--version", message="kfpops %(version)s")(accepts_connection(root_group)))
