"""What a HEAD tells: of an object as it is now, and the store's clock."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kfpops.cluster.bucket.dates import http_date
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.question import Question
from kfpops.cluster.bucket.refused import refusal
from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject

_NO_ETAG: Final = '""'
"""What SeaweedFS 4.34 says in a bucket with versions of `model` when only `model/part-0` is, or once was, an object."""


class Heads:
    """Asks of objects one by one. Safe for use by several threads."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._bucket_is_there = False

    def head(self, key: str) -> BucketObject | None:
        """None when there is none of exactly this key (or a delete marker hides it).

        A HEAD's 404 does not tell an absent object from an absent bucket: the first one is followed by a HEAD of the
        bucket, which raises `NotFound`.
        """
        question = Question("HEAD", key, needs="s3:GetObject", again=True)
        reply = self._line.reply(question)
        if reply.status == 404:
            self._look_for_bucket()
            return None
        if not reply.good:
            raise refusal(self._line.peer.name, self._line.bucket, question, reply)
        size = reply.headers.get("content-length", "")
        if not size.isdigit():
            raise BadAnswer(f"The object store tells no size for {key}.")
        modified = http_date(reply.headers.get("last-modified", ""), "Last-Modified").timestamp()
        etag = reply.headers.get("etag", "").strip('"')
        if reply.headers.get("etag") == _NO_ETAG and size == "0":
            return None
        return BucketObject(key, int(size), etag, modified, reply.headers.get("x-amz-version-id", ""))

    def _look_for_bucket(self) -> None:
        if not self._bucket_is_there:
            self._line.ask(Question("HEAD", again=True))
            self._bucket_is_there = True


def clock_of(line: Line) -> datetime:
    """What the store's clock says: the Date header of an answer of this moment."""
    reply = line.ask(Question("HEAD", again=True))
    return http_date(reply.headers.get("date", ""), "Date")
