"""ports.BucketChanges over one bucket of an S3 store: nothing is deleted but what is still as it was seen."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kfpops.cluster.bucket.batch import LARGEST, delete_batch, fits_xml, has_version
from kfpops.cluster.bucket.control import Control
from kfpops.cluster.bucket.fates import NO_ETAG, NOT_A_KEY
from kfpops.cluster.bucket.heading import Heads
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.probe import Probe
from kfpops.cluster.bucket.refused import NOT_OFFERED, Declined
from kfpops.cluster.bucket.single import Singles
from kfpops.errors import Unreachable
from kfpops.model.bucket import Deleted, Deletion, StoreTraits, Upload

_DOTS: Final = re.compile(r"(?:^|/)\.\.?(?:/|$)")

_HIDDEN: Final = re.compile(r"/\.")
"""Found in half the time that `in` takes for it."""

_SIDE_BY_SIDE: Final = 8
"""Requests at once where each object takes its own."""


class S3BucketChanges:
    """ports.BucketChanges. Safe for use by several threads."""

    def __init__(self, line: Line, control: Control) -> None:
        self.name = line.bucket
        self._line, self._control = line, control
        heads = Heads(line)
        self._singles = Singles(line, heads)
        self._probe = Probe(line, heads, self._singles, control)

    def probe(self) -> StoreTraits:
        """About 13 requests, on objects of its own that are gone afterwards, also when it fails."""
        return self._probe.traits()

    def delete(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        """One answer for each, in their order. `traits` decide the way; what they do not promise is not relied upon.

        Never sent without a condition: what has neither ETag nor version is `refused` here, so is a key with `.` or `..`
        between its slashes. Raises `Unreachable` (or a child
        of it) when a request fails as a whole: what came of this batch is not known then, also of its other parts.
        """
        if _is_usual(batch, traits):
            return self._together(batch, traits)
        found: dict[int, Deleted] = {}
        todo = dict(enumerate(batch))
        for number, why in _not_sent(batch).items():
            found[number] = Deleted(batch[number].key, "refused", why, batch[number].version_id)
            del todo[number]
        for numbers in _whole_batches(todo, traits):
            found.update(zip(numbers, self._together([todo.pop(number) for number in numbers], traits)))
        found.update(zip(todo, self._alone(list(todo.values()), traits)))
        return [found[number] for number in range(len(batch))]

    def undelete(self, key: str, marker_id: str) -> bool:
        """Removes a delete marker, after a look whether it is one: a version of the object is never removed here."""
        for page in self._control.versions(key) if _is_plain(key) else ():
            if any(v.key == key and v.version_id == marker_id and v.is_marker for v in page):
                gone = self._singles.by_condition(Deletion(key, "", 0, marker_id))
                if gone.fate in ("refused", "failed"):
                    raise Declined(f"The object store keeps the delete marker of {key} ({gone.why}).", gone.why)
                return gone.fate == "gone"
        return False

    def abort(self, upload: Upload) -> bool:
        return _is_plain(upload.key) and self._control.abort(upload.key, upload.upload_id)

    def _together(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        try:
            return delete_batch(self._line, batch)
        except Declined as declined:
            # GCS was like this for years, and a store may be upgraded or downgraded after the probe.
            if declined.code not in NOT_OFFERED:
                raise
            return self._alone(batch, traits)

    def _alone(self, batch: Sequence[Deletion], traits: StoreTraits) -> Sequence[Deleted]:
        if not traits.honours_etag:
            # One after the other: the shorter the time between look and delete, the better.
            return [self._singles.after_a_look(deletion) for deletion in batch]
        return _side_by_side(self._singles.by_condition, batch)


def _is_usual(batch: Sequence[Deletion], traits: StoreTraits) -> bool:
    """Whether one request will do for all: what nearly every batch is, and by the million."""
    if not (traits.batches and traits.honours_etag_in_batch) or not 0 < len(batch) <= LARGEST:
        return False
    keys, etags, _, versions = zip(*batch)
    alone = len(set(keys)) == len(keys) and all(keys)
    texts = "/".join(keys)
    # Far more than `.` and `..` between slashes; what it catches takes the other way, which looks closely.
    dots = texts.startswith(".") or _HIDDEN.search(texts)
    return all(etags) and not any(versions) and alone and not dots and fits_xml(texts)


def _not_sent(batch: Sequence[Deletion]) -> dict[int, str]:
    """What is refused here, with why: all that could hit another object than the one that was seen."""
    found = {n: NO_ETAG for n, deletion in enumerate(batch) if not deletion.etag and not has_version(deletion)}
    return found | {n: NOT_A_KEY for n, deletion in enumerate(batch) if not _is_plain(deletion.key)}


def _is_plain(key: str) -> bool:
    return bool(key) and not _DOTS.search(key)


def _whole_batches(todo: Mapping[int, Deletion], traits: StoreTraits) -> list[list[int]]:
    """Numbers of those that may go in one request: at most `LARGEST`, none twice, all such as the store honours so."""
    if not traits.batches:
        return []
    by_etag = bool(traits.honours_etag_in_batch)
    fit = fits_xml("".join([deletion.key for deletion in todo.values()]))
    names = {
        (deletion.key, deletion.version_id): number
        for number, deletion in todo.items()
        if (by_etag or has_version(deletion)) and (fit or fits_xml(deletion.key))
    }
    chosen = sorted(names.values())
    return [chosen[start : start + LARGEST] for start in range(0, len(chosen), LARGEST)]


def _side_by_side(delete: Callable[[Deletion], Deleted], batch: Sequence[Deletion]) -> Sequence[Deleted]:
    """Raises the first error; what has not been begun by then is not begun any more."""
    if len(batch) < 2:
        return [delete(deletion) for deletion in batch]
    failed = threading.Event()

    def one(deletion: Deletion) -> Deleted:
        if failed.is_set():
            raise Unreachable("Not sent: a request before it failed.")
        try:
            return delete(deletion)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(min(_SIDE_BY_SIDE, len(batch))) as pool:
        return list(pool.map(one, batch))
