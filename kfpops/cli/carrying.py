"""What `cleanup apply` and `cleanup undo` share: the ports, a folder, the journal, and what is told meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kfpops.cli.printing import show
from kfpops.settings import Settings

if TYPE_CHECKING:
    from kfpops.cleanup.apply.outcome import Result

PLAN = click.Path(exists=True, dir_okay=False, path_type=Path)


def carry_out(settings: Settings, plan: Path, journal: Path, *, wait: bool, what: Callable[..., Result]) -> int:
    """`what` is `apply_plan` or `undo_plan`. What is being done is told on stderr."""
    from tempfile import TemporaryDirectory
    from time import sleep, time

    from kfpops.cleanup.apply.present import present_outcome
    from kfpops.cleanup.apply.report import outcome_report
    from kfpops.cleanup.apply.threads import by_threads
    from kfpops.cleanup.apply.work import Work
    from kfpops.compose import open_changes

    spare_the_collector()
    cluster, changes = open_changes(settings, say)
    with TemporaryDirectory(prefix="kfpops-") as folder:
        work = Work(journal, Path(folder), time, sleep, wait=wait, say=say, together=by_threads)
        result = what(plan, lambda: replace(cluster, now=datetime.now(timezone.utc)), changes, work)
    show(settings, lambda: present_outcome(result), lambda at: outcome_report(result, at))
    return result.exit_code


def spare_the_collector() -> None:
    """Rows by the million hold no cycles: looking for some in them would take a third of the time."""
    import gc

    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)


def say(text: str) -> None:
    """A line on stderr: results are on stdout."""
    from kfpops.render.layout import safe

    print(safe(text), file=sys.stderr, flush=True)
