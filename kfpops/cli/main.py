"""The root command and the table of all commands."""

from __future__ import annotations

from typing import Any

import click

from kfpops import __version__
from kfpops.cli.lazy import LazyGroup
from kfpops.cli.options import accepts_connection

# name → (module, short help). The short help is the first sentence of the command's own help; a test compares.
COMMANDS: dict[str, tuple[str, str]] = {
    "diagnose": ("kfpops.cli.diagnose", "Say why a run fails or waits, and what to change."),
    "runs": ("kfpops.cli.runs", "List the runs, newest first, with the cause of the bad ones."),
    "logs": ("kfpops.cli.logs", "Print the logs of a run's steps, from wherever they still are."),
    "lineage": ("kfpops.cli.lineage", "Say where something came from and what used it."),
    "cache": ("kfpops.cli.cache", "Say why tasks were, or were not, taken from KFP's cache."),
    "cleanup": ("kfpops.cli.cleanup", "Say what no run, cache entry or pin needs any more, and delete it."),
    "metrics": ("kfpops.cli.metrics", "Print the metrics of runs once, as Prometheus reads them."),
    "exporter": ("kfpops.cli.exporter", "Serve the metrics of runs to Prometheus, until it is stopped."),
    "status": ("kfpops.cli.status", "Say what is installed and what can be read with these rights."),
    "capture": ("kfpops.cli.capture", "Write a redacted bundle of everything the commands would read."),
    "demo": ("kfpops.cli.demo", "Try the commands on an embedded cluster, nothing installed."),
    "completion": ("kfpops.cli.completion", "Print the script for shell completion, run names included."),
}


class RootGroup(LazyGroup):
    """Its help shows the options that all commands take."""

    table = COMMANDS

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
    cls=RootGroup,
    name="kfpops",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, 3 unreachable, 4 plan refused, 5 partly applied, 70 a bug.",
)(click.version_option(__version__, "--version", message="kfpops %(version)s")(accepts_connection(root_group)))
