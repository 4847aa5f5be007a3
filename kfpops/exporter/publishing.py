"""What is served, revision by revision, and which first values wait until they were scraped."""

from __future__ import annotations

from kfpops.exporter.checkpoint import Checkpoint
from kfpops.exporter.exposition import Exposition
from kfpops.exporter.ingest import Ingest
from kfpops.exporter.own_series import OwnSeries
from kfpops.exporter.scrapes import Scrapes
from kfpops.metrics.family import Series


class Publishing:
    """For the thread that writes. `waiting`: series that are shown with their first value, with the revision that has it."""

    def __init__(
        self, checkpoint: Checkpoint, exposition: Exposition, ingest: Ingest, own: OwnSeries, scrapes: Scrapes
    ) -> None:
        self._checkpoint, self._exposition, self._ingest = checkpoint, exposition, ingest
        self._own, self._scrapes = own, scrapes
        self.waiting: dict[Series, int] = {}

    def publish(self) -> None:
        """Everything that is known by now is served."""
        for series, value in self._own.all():
            self._exposition.set(series, value)
        revision = self._exposition.publish()
        for series in self._checkpoint.unexposed():
            if not self._ingest.is_held(series):
                self.waiting.setdefault(series, revision)

    def release(self, now: float) -> bool:
        """Shows, in the next revision, the values of series whose first one everybody has. Whether there were any.

        Raises `Unwritable`: it is on the disk before it is shown, or a restart would begin them again.
        """
        seen = self._scrapes.seen_by_all(now)
        sent = [series for series, revision in self.waiting.items() if revision <= seen]
        if not sent:
            return False
        self._ingest.sent(sent)
        for series in sent:
            del self.waiting[series]
        self.publish()
        return True
