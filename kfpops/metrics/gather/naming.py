"""Names for what a run only has ids of: whose namespace it is in, and by which recurring run it was made."""

from __future__ import annotations

from collections.abc import Callable

from kfpops.metrics.gather.asked import Lists
from kfpops.metrics.seen import SeenRun
from kfpops.model.run import Run


class Names:
    """Asks for recurring runs when a new one is met; one that is not in the list is deleted, and has no name."""

    def __init__(self, lists: Lists, home: Callable[[], str]) -> None:
        """`home`: the namespace of a KFP without users."""
        self._lists = lists
        self._home = home
        self._recurring: dict[str, str] = {"": ""}

    def seen(self, run: Run, namespace: str) -> SeenRun:
        """`namespace`: that of the list. Raises what KFP answers when it cannot tell the names: they are counted by."""
        if run.recurring_run_id not in self._recurring:
            self._recurring |= {one.id: one.name for one in self._lists.recurring_runs(namespace)}
            self._recurring.setdefault(run.recurring_run_id, "")
        where = run.namespace or namespace or self._home()
        return SeenRun(run, where, run.pipeline_name, self._recurring[run.recurring_run_id])
