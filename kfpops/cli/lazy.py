"""A group of commands whose modules are imported when they are run: `--help` names them all without importing any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import ClassVar

import click

Table = Mapping[str, tuple[str, str]]
"""Name → (module, short help). The module's command is called `command`; a test compares its help with the short one."""


def lazy_group(name: str, table: Table) -> Callable[[Callable[..., None]], LazyGroup]:
    """click's decorator for a group with such a table."""
    return click.group(name, cls=type("LazyGroup", (LazyGroup,), {"table": table}))


class LazyGroup(click.Group):
    """Commands of its own come first, then those of `table`."""

    table: ClassVar[Table] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *self.table]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return self.commands.get(cmd_name)
        found: click.Command = import_module(self.table[cmd_name][0]).command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with a guess for a name that is nearly one (some names are in the table only)."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-"):
            near = get_close_matches(args[0], names, n=1)
            guess = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"No such command '{args[0]}'.{guess}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = [(name, command.get_short_help_str(limit=100)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *((name, short) for name, (_, short) in self.table.items())])
