"""How long KFP takes to answer: its lists with a stop-watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kfpops.metrics.gather.asked import Lists
from kfpops.model.run import RecurringRun, Run, RunQuery


class Timed:
    """`took` is told the method and the seconds of every answer, also of one that failed. `clock` counts seconds."""

    def __init__(self, lists: Lists, took: Callable[[str, float], None], clock: Callable[[], float]) -> None:
        self._lists, self._took, self._clock = lists, took, clock

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]:
        pages = self._lists.run_pages(namespace, query)
        while True:
            began = self._clock()
            # The end of the list is no answer.
            try:
                page = next(pages, None)
            except BaseException:
                self._took("list_runs", self._clock() - began)
                raise
            if page is None:
                return
            self._took("list_runs", self._clock() - began)
            yield page

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]:
        began = self._clock()
        try:
            return self._lists.recurring_runs(namespace)
        finally:
            self._took("list_recurring_runs", self._clock() - began)

    def pipeline_count(self, namespace: str) -> int:
        began = self._clock()
        try:
            return self._lists.pipeline_count(namespace)
        finally:
            self._took("list_pipelines", self._clock() - began)
