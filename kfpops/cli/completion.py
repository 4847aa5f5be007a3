"""`kfpops completion bash|zsh|fish`: the script that makes a shell complete commands, options and run names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the script for shell completion, run names included.

    bash: eval "$(kfpops completion bash)"   fish: kfpops completion fish | source
    """
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(made(ctx.find_root().command, {}, "kfpops", "_KFPOPS_COMPLETE").source())
    return 0
