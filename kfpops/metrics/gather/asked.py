"""What is asked of KFP here: a small part of `ports.Pipelines`, so that it can be timed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from kfpops.model.run import RecurringRun, Run, RunQuery


class Lists(Protocol):
    """As `ports.Pipelines` says it."""

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]: ...

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]: ...

    def pipeline_count(self, namespace: str) -> int: ...
