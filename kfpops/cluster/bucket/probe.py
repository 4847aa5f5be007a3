"""What a store does with conditional deletes, seen on three small objects below `_kfpops/probe/<random>/`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from typing import Final

from kfpops.cluster.bucket.batch import delete_batch
from kfpops.cluster.bucket.control import Control
from kfpops.cluster.bucket.heading import Heads
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.listing import list_pages
from kfpops.cluster.bucket.question import Question
from kfpops.cluster.bucket.refused import Declined
from kfpops.cluster.bucket.single import Singles
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound
from kfpops.model.bucket import Deletion, StoreTraits, Versioning

PLACE: Final = "_kfpops/probe/"

_WRONG: Final = md5(b"another object", usedforsecurity=False).hexdigest()


class Probe:
    """Each call of `traits` is an experiment of its own, in a place of its own. A sound store is asked 14 times."""

    def __init__(self, line: Line, heads: Heads, singles: Singles, control: Control) -> None:
        self._line, self._heads, self._singles, self._control = line, heads, singles, control

    def traits(self) -> StoreTraits:
        """Raises `Forbidden` without the right to write there, `Unreachable` when the store fails meanwhile."""
        versioning = self._versioning()
        with self._canaries() as canaries:
            return canaries.traits(versioning)

    @contextmanager
    def _canaries(self) -> Iterator[_Canaries]:
        canaries = _Canaries(self._line, self._heads, self._singles)
        try:
            yield canaries
        finally:
            self._clear(canaries)

    def _versioning(self) -> Versioning:
        try:
            return self._control.versioning()
        except (Forbidden, NotFound):
            return "unknown"

    def _clear(self, canaries: _Canaries) -> None:
        """Nothing of ours stays; a store that is down by now keeps it, in a place that is ours alone."""
        try:
            for key in canaries.left:
                canaries.remove(key)
            if canaries.versions_kept:
                for page in self._control.versions(canaries.place):
                    for version in page:
                        canaries.remove(version.key, version.version_id)
        except KfpopsError:
            return


class _Canaries:
    """Three objects, and what a store did with them. `left`: those not known to be gone."""

    def __init__(self, line: Line, heads: Heads, singles: Singles) -> None:
        self._line, self._heads, self._singles = line, heads, singles
        self.place = f"{PLACE}{secrets.token_hex(8)}/"
        # In byte order the last comes first; a store that walks folders lists them as they stand here.
        self._keys = tuple(self.place + name for name in ("m/x", "m-2/x", "m."))
        self.left: set[str] = set()
        self.versions_kept = False

    def traits(self, versioning: Versioning) -> StoreTraits:
        self.versions_kept = versioning != "off"
        first, *others = self._keys
        replies = [self._put(key) for key in self._keys]
        etags = {key: etag for key, (etag, _) in zip(self._keys, replies)}
        order = self._in_byte_order()
        batches, kept_in_batch = self._wrong_in_batch(first)
        kept = self._singles.by_condition(Deletion(first, _WRONG)).fate == "changed"
        return StoreTraits(
            server=replies[0][1],
            honours_etag_in_batch=kept_in_batch and self._right_in_batch([Deletion(key, etags[key]) for key in others]),
            honours_etag=kept and self._right(Deletion(first, etags[first])),
            byte_order=order,
            batches=batches,
            versioning=versioning,
        )

    def _put(self, key: str) -> tuple[str, str]:
        """The ETag of a canary, and the store's Server header."""
        self.left.add(key)
        body = b"kfpops looks what this store does with a condition\n"
        reply = self._line.ask(Question("PUT", key, body=body, needs=f"s3:PutObject below {PLACE}"))
        return reply.headers.get("etag", "").strip('"'), reply.headers.get("server", "").strip()

    def _in_byte_order(self) -> bool:
        try:
            listed = [found.key for page in list_pages(self._line, self.place) for found in page.objects]
        except BadAnswer:
            return False
        return listed == sorted(self._keys, key=str.encode)

    def _wrong_in_batch(self, key: str) -> tuple[bool, bool]:
        """Whether the store knows such requests, and whether it keeps what has another ETag and says so."""
        try:
            kept = delete_batch(self._line, [Deletion(key, _WRONG)])[0].fate == "changed"
            batches = True
        except Declined:
            # Some know the request but not the condition in it, and refuse the whole.
            kept, batches = False, self._without_condition(key)
        there = self._heads.head(key) is not None
        if not there:
            self._put(key)
        return batches, kept and there

    def _without_condition(self, key: str) -> bool:
        try:
            return delete_batch(self._line, [Deletion(key, _WRONG)], by_etag=False)[0].fate == "gone"
        except Declined:
            return False

    def _right_in_batch(self, deletions: list[Deletion]) -> bool:
        try:
            answers = delete_batch(self._line, deletions)
        except Declined:
            return False
        gone = [self._is_gone(deletion.key) for deletion in deletions]
        return all(gone) and all(answer.fate == "gone" for answer in answers)

    def _right(self, deletion: Deletion) -> bool:
        return self._singles.by_condition(deletion).fate == "gone" and self._is_gone(deletion.key)

    def _is_gone(self, key: str) -> bool:
        if self._heads.head(key) is not None:
            return False
        self.left.discard(key)
        return True

    def remove(self, key: str, version_id: str = "") -> None:
        """Without a condition: nobody else's objects are below a random name of ours."""
        if key.startswith(self.place):
            query = {"versionId": version_id} if version_id else {}
            self._line.reply(Question("DELETE", key, query))
