"""The exporter's work, over and over: poll, reconcile now and then, publish; until it is told to stop."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

from kfpops.errors import BadAnswer, Forbidden, KfpopsError, Unreachable, reason_of
from kfpops.exporter.checkpoint import Checkpoint, Unwritable
from kfpops.exporter.ingest import Ingest
from kfpops.exporter.last_plan import BadPlan
from kfpops.exporter.own_series import OwnSeries
from kfpops.exporter.pace import Pace
from kfpops.exporter.publishing import Publishing
from kfpops.exporter.told import Told
from kfpops.metrics import api, own
from kfpops.metrics.gather.asked import Lists
from kfpops.metrics.gather.poll import Known, poll
from kfpops.metrics.gather.reconcile import Place, history, reconcile
from kfpops.metrics.page import Page

_log = logging.getLogger(__name__)
_FIRST_LOOK_BACK = timedelta(days=7)
REASONS = ("unreachable", "forbidden", "bad_answer", "checkpoint", "plan", "bug")


@dataclass(frozen=True, slots=True)
class Times:
    """`now`: the time of day, in UTC. `seconds`: of a clock that never steps."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the loop works with. `namespaces` is asked anew before each reconcile pass."""

    lists: Lists
    namespaces: Callable[[], Sequence[str]]
    checkpoint: Checkpoint
    ingest: Ingest
    publishing: Publishing
    told: Told
    own: OwnSeries


class Loop:
    """`ready`: all that may be read was read once. `woken`: set by whoever has something for it, such as a scrape.

    `last_step`: when it last did something, by the clock that never steps.
    """

    def __init__(self, parts: Parts, pace: Pace, times: Times) -> None:
        self._parts, self._pace, self._times = parts, pace, times
        self._namespaces: tuple[str, ...] = ()
        self._read: set[str] = set()
        self._refused: set[str] = set()
        self._failures = 0
        self._is_down = False
        self._said: dict[str, str] = {}
        self._since = times.now() - _FIRST_LOOK_BACK
        self._places: dict[str, Place] = {}
        self._next_reconcile = self._next_history = times.seconds() + pace.reconcile_every
        self._next_told = times.seconds()
        self.ready = Event()
        self.stopped = Event()
        self.woken = Event()
        self.last_step = times.seconds()
        self.patience = 10 * max(pace.interval, pace.longest_pause)
        """Seconds without a step after which something hangs."""

    def run(self) -> None:
        """Until `stop`. What goes wrong is counted, said in the log, and tried again."""
        self.start()
        while not self.stopped.is_set():
            began = self._times.seconds()
            self.turn()
            self._rest(began + self._pace.pause(self._failures))

    def stop(self) -> None:
        """The page that is being read is the last one."""
        self.stopped.set()
        self.woken.set()

    def start(self) -> None:
        """Shows what was shown before, and what the checkpoint holds beyond of namespaces that were read to their end."""
        for reason in REASONS:
            self._parts.own.add(own.POLL_ERRORS, 0.0, reason)
        self._parts.own.add(own.WRITE_ERRORS, 0.0)
        self._parts.own.put(api.UP, 0.0)
        for text in self._parts.checkpoint.told:
            _log.warning(text)
        self._tried(self._parts.ingest.show_exposed)
        if self._tried(self._learn_namespaces):
            self._tried(self._parts.ingest.show_all)
        self._tried(self._parts.publishing.publish)

    def turn(self) -> None:
        """One poll, and what is due beside it."""
        self._is_down = False
        good = bool(self._namespaces) or self._tried(self._learn_namespaces)
        for namespace in self._namespaces:
            answered = self._tried(partial(self._poll, namespace), namespace)
            # What may not be read is said and counted; the others are read on as if it were not there.
            good = (answered or namespace in self._refused) and good
        now = self._times.seconds()
        if good and now >= self._next_reconcile:
            self._next_reconcile = now + self._pace.reconcile_every
            good = self._tried(self._reconcile)
        if not self._is_down and now >= self._next_told:
            self._next_told = now + self._pace.reconcile_every
            good = self._tell() and good
        self._failures = 0 if good else self._failures + 1
        self._parts.own.put(api.UP, 0.0 if self._is_down else 1.0)
        if good:
            self._parts.own.put(own.POLLED, self._times.now().timestamp())
        if self._namespaces and self._read >= set(self._namespaces):
            self.ready.set()
        self._tried(self._parts.told.look_at_plan)
        self._tried(self._show)

    def release(self) -> None:
        """Shows what waited for a scrape that came. In the loop's own thread."""
        self._tried(lambda: self._parts.publishing.release(self._times.seconds()))

    def _learn_namespaces(self) -> None:
        self._namespaces = tuple(self._parts.namespaces())
        for namespace in self._namespaces:
            if self._parts.checkpoint.cursor(namespace) is None:
                self._parts.ingest.hold(namespace)

    def _poll(self, namespace: str) -> None:
        self._all(poll(self._parts.lists, (namespace,), self._known()))
        self._parts.ingest.release(namespace)
        self._read.add(namespace)
        self._refused.discard(namespace)

    def _reconcile(self) -> None:
        began = self._times.now()
        self._learn_namespaces()
        done = tuple(namespace for namespace in self._namespaces if namespace in self._read - self._refused)
        self._all(reconcile(self._parts.lists, done, self._known(), self._since))
        self._since = began
        if self._times.seconds() >= self._next_history:
            self._parts.own.put(own.DRIFT, float(sum([self._history(namespace) for namespace in done])))
            if all(self._places.get(namespace, Place()).done for namespace in done):
                self._places.clear()
                self._next_history = self._times.seconds() + self._pace.history_every

    def _tell(self) -> bool:
        """Reads anew what is read whole; whether all of it was read."""
        self._parts.told.leave(self._namespaces)
        good = True
        for namespace in self._namespaces:
            for read in self._parts.told.reads(namespace) if namespace in self._read - self._refused else ():
                good = self._tried(read, namespace) and good
        return good

    def _history(self, namespace: str) -> int:
        place, news = self._places.get(namespace, Place()), 0
        if not place.done:
            for page, behind in history(self._parts.lists, namespace, place, self._pace.portion):
                news += self._take(page)
                self._places[namespace] = behind
        return news

    def _all(self, pages: Iterator[Page]) -> int:
        return sum(self._take(page) for page in pages)

    def _take(self, page: Page) -> int:
        if self.stopped.is_set():
            raise _Stopped("The exporter is told to stop.")
        self.last_step = self._times.seconds()
        news = self._parts.ingest.take(page)
        if page.cursor is not None:
            self._parts.own.put(own.WATERMARK, page.cursor.timestamp(), page.namespace)
        self._parts.publishing.release(self._times.seconds())
        return news

    def _known(self) -> Known:
        cursors = {name: self._parts.checkpoint.cursor(name) for name in self._namespaces}
        known = {name: cursor for name, cursor in cursors.items() if cursor is not None}
        return Known(self._times.now(), known, self._parts.checkpoint.open_runs())

    def _show(self) -> None:
        open_runs = self._parts.checkpoint.open_runs()
        self._parts.ingest.show_active(open_runs)
        self._parts.ingest.show_percentiles()
        for namespace in self._namespaces:
            count = sum(namespace in ("", run.namespace) for run in open_runs)
            self._parts.own.put(own.OPEN_RUNS, float(count), namespace)
        self._parts.own.put(own.SERIES, float(sum(1 for _ in self._parts.checkpoint.series())))
        self._parts.own.put(own.FOLDED, float(self._parts.checkpoint.folded))
        self._parts.publishing.publish()

    def _rest(self, until: float) -> None:
        """Woken by a scrape it shows what waited for it, and rests on."""
        while not self.stopped.is_set() and (left := until - self._times.seconds()) > 0:
            self.last_step = self._times.seconds()
            self.woken.wait(left)
            self.woken.clear()
            self.release()

    def _tried(self, work: Callable[[], object], namespace: str = "") -> bool:
        self.last_step = self._times.seconds()
        try:
            work()
        except _Stopped:
            return False
        except KfpopsError as error:
            self._failed(error, namespace)
            return False
        except Exception:
            # It must not end: what it serves stays right, and what is missing is counted later.
            _log.error("A bug of kfpops: %s", traceback.format_exc())
            self._parts.own.add(own.POLL_ERRORS, 1.0, "bug")
            return False
        return True

    def _failed(self, error: KfpopsError, namespace: str) -> None:
        reason = _reason(error)
        text = reason_of(error)
        if self._said.get(namespace) != text:
            _log.warning("%s%s %s", f"{namespace}: " if namespace else "", text, error.hint)
        self._said[namespace] = text
        self._parts.own.add(own.POLL_ERRORS, 1.0, reason)
        if reason == "checkpoint":
            self._parts.own.add(own.WRITE_ERRORS, 1.0)
        elif reason == "forbidden" and namespace:
            # Nothing can be read of it, so nothing of it is waited for.
            self._read.add(namespace)
            self._refused.add(namespace)
        self._is_down |= reason in ("unreachable", "bad_answer")


class _Stopped(Exception):
    pass


def _reason(error: KfpopsError) -> str:
    match error:
        case Unwritable():
            return "checkpoint"
        case BadPlan():
            return "plan"
        case Forbidden():
            return "forbidden"
        case BadAnswer():
            return "bad_answer"
        case Unreachable():
            return "unreachable"
        case _:
            return "bug"
