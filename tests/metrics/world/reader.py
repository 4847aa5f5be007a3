"""Somebody who counts by the polls alone: an exporter without disk, server and clock, that can be killed at any page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from kfpops.errors import KfpopsError
from kfpops.metrics.attempt import attempts_of, open_attempt
from kfpops.metrics.gather.poll import Known, poll
from kfpops.metrics.gather.reconcile import Place, history, reconcile
from kfpops.metrics.page import OpenRun, Page
from tests.metrics.world.kfp import BEGIN, Key
from tests.metrics.world.ports import WorldPipelines


class Reader:
    """What it holds is what a checkpoint would: whoever is killed loses the page that was being read, no more."""

    def __init__(self, pipelines: WorldPipelines, namespaces: Sequence[str] = ("",)) -> None:
        self.pipelines = pipelines
        self.namespaces = namespaces
        self.counted: dict[str, int] = {}
        self.sums: Counter[Key] = Counter()
        self.open: dict[str, OpenRun] = {}
        self.cursors: dict[str, datetime] = {}
        self.since = BEGIN - timedelta(days=7)

    def known(self) -> Known:
        return Known(self.pipelines.kfp.now(), dict(self.cursors), tuple(self.open.values()))

    def poll(self, most: int = 1 << 30) -> bool:
        """Whether it came to its end. `most`: pages, after which it is killed."""
        return self._take(poll(self.pipelines, self.namespaces, self.known()), most)

    def reconcile(self, most: int = 1 << 30) -> bool:
        began = self.pipelines.kfp.now()
        whole = self._take(reconcile(self.pipelines, self.namespaces, self.known(), self.since), most)
        self.since = began if whole else self.since
        return whole

    def all_history(self, pages: int = 2) -> bool:
        """In portions, each of them a pass of its own; a portion that fails is tried again by the next."""
        return all(self._history(namespace, pages) for namespace in self.namespaces)

    def _history(self, namespace: str, pages: int) -> bool:
        place, tries = Place(), 0
        while not place.done and tries < 400:
            tries += 1
            try:
                for page, behind in history(self.pipelines, namespace, place, pages):
                    self.take(page)
                    place = behind
            except KfpopsError:
                continue
        return place.done

    def _take(self, pages: Iterator[Page], most: int) -> bool:
        try:
            for number, page in enumerate(pages):
                if number >= most:
                    return False
                self.take(page)
        except KfpopsError:
            return False
        return True

    def take(self, page: Page) -> None:
        for run in page.runs:
            ended = attempts_of(run)
            for attempt in ended[self.counted.get(run.id, 0) :]:
                self.sums[run.namespace, run.pipeline_name, attempt.state] += 1
            self.counted[run.id] = max(self.counted.get(run.id, 0), len(ended))
            at = open_attempt(run)
            self.open.pop(run.id, None)
            if at is not None:
                self.open[run.id] = OpenRun(run.id, run.namespace, run.pipeline_name, at.state, run.created_at, at.began_at)
        for gone in page.gone:
            self.open.pop(gone, None)
        if page.cursor is not None:
            self.cursors[page.namespace] = page.cursor
