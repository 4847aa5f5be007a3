"""`kfpops demo [SCENARIO]`: any of the commands on the embedded cluster, nothing installed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from kfpops.cli.options import takes_settings
from kfpops.cli.printing import colored, page_width
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.render.document import Block
    from kfpops.sandbox.scenarios import Scenario

# The scenario that is walked when none is named.
_FIRST = "oom"
_INTRODUCTION = "These are bundles recorded on a real cluster with KFP 2.17. Nothing is contacted, and time stands still."
_SPOKEN = ("text", "wide")


def complete_scenario(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from kfpops.sandbox.scenarios import scenarios

    return [CompletionItem(s.name, help=s.title) for s in scenarios() if s.name.startswith(incomplete)]


@click.command("demo")
@click.argument("scenario", required=False, shell_complete=complete_scenario)
@takes_settings
def command(settings: Settings, scenario: str | None) -> int:
    """Try the commands on an embedded cluster, nothing installed.

    Alone it lists the scenarios and walks one failing run from `runs` to the fix. With a SCENARIO it shows that one.
    """
    from kfpops.render.document import Table
    from kfpops.sandbox.scenarios import find_scenario, scenarios

    shown = find_scenario(scenario or _FIRST)
    if scenario is None:
        rows = tuple((s.name, s.title) for s in scenarios())
        _say(settings, _INTRODUCTION, Table(("SCENARIO", "SHOWS"), rows))
        _run(settings, ["runs"], shown)
    else:
        _say(settings, f"{shown.title}. {shown.done}")
    _run(settings, list(shown.question), shown)
    if scenario is None:
        _say(settings, "Every command takes a scenario as --from demo:NAME, and your own cluster without it.")
    return 0


def _say(settings: Settings, text: str, *blocks: Block) -> None:
    """Words between the commands; other formats than text hold the answer alone."""
    from kfpops.render.document import Document
    from kfpops.render.text import to_text

    if settings.output in _SPOKEN:
        click.echo(to_text(Document("Demo", text, "plain", blocks), page_width(settings), color=colored(settings)))


def _run(settings: Settings, words: list[str], scenario: Scenario) -> None:
    """One command, shown as one would type it and then run."""
    from kfpops.cli.main import root

    arguments = [*words, "--from", f"demo:{scenario.name}"]
    if settings.output in _SPOKEN:
        click.echo(f"$ kfpops {shlex.join(arguments)}\n")
    extra = ["--output", settings.output, "--color" if colored(settings) else "--no-color"]
    root.main([*arguments, *extra, *(["-v"] if settings.verbosity else [])], prog_name="kfpops", standalone_mode=False)
    if settings.output in _SPOKEN:
        click.echo()
