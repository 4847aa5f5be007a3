"""The line to one bucket: signed requests over kept connections, and patience with those that only read."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from kfpops.cluster.access import Tls
from kfpops.cluster.bucket.question import Question, Reply
from kfpops.cluster.bucket.refused import TRY_AGAIN, refusal
from kfpops.cluster.bucket.signing import Signer, quoted_key, quoted_query
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Peer, network_error, shown
from kfpops.cluster.s3_client import session
from kfpops.cluster.store_place import Place
from kfpops.errors import Unreachable

CONNECTIONS: Final = 64
"""Kept to a store: as many threads may ask at once without opening new ones."""

ATTEMPTS: Final = 7
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_HINT = "Is it up? Check --store-endpoint."


class Line:
    """Safe for use by several threads. Raises only errors of `kfpops.errors`.

    What only reads is asked again, with growing pauses, after 429, 5xx and a connection that broke; never after a time-out.
    What changes anything is sent once: when its answer is lost, nobody knows what came of it.
    """

    def __init__(self, place: Place, bucket: str, timeout: float) -> None:
        self.bucket = bucket
        self.signer = Signer(place, timeout)
        self.timeout = timeout
        endpoint = self.signer.endpoint
        self.peer = Peer(f"the object store at {shown(endpoint)}", _HINT)
        self.manager = open_pool(endpoint, _tls(endpoint), "", os.environ, CONNECTIONS)
        # A pool takes a path as it is; its manager would resolve the `..` of a key.
        through = endpoint.startswith("http://") and getattr(self.manager, "proxy", None) is not None
        self._pool = self.manager if through else self.manager.connection_from_url(endpoint)
        self._begin = endpoint if through else urlsplit(endpoint).path
        self._path = f"/{quoted_key(bucket)}"
        self.pause: Callable[[float], None] = time.sleep

    def ask(self, question: Question) -> Reply:
        """The answer to a request that was carried out. Raises `Forbidden`, `NotFound`, `Declined` or `Unreachable`."""
        reply = self.reply(question)
        if not reply.good:
            raise refusal(self.peer.name, self.bucket, question, reply)
        return reply

    def reply(self, question: Question) -> Reply:
        """Whatever the store answers, also a refusal. Raises `Unreachable` when it does not."""
        for attempt in range(ATTEMPTS if question.again else 1):
            last = not question.again or attempt == ATTEMPTS - 1
            try:
                reply = self._once(question)
            except _Broken as broken:
                if last:
                    raise broken.error from None
                self.pause(_pause(attempt, ""))
                continue
            if self._moved(reply):
                reply = self._once(question)
            if last or reply.status not in TRY_AGAIN:
                return reply
            self.pause(_pause(attempt, reply.headers.get("retry-after", "")))
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        self.manager.clear()

    def _once(self, question: Question) -> Reply:
        import urllib3

        path = self._path + (f"/{quoted_key(question.key)}" if question.key else "")
        path += f"?{quoted_query(question.query)}" if question.query else ""
        headers = {"User-Agent": "kfpops", **question.headers}
        signed = self.signer.headers(question.method, self.signer.endpoint + path, question.body, headers)
        timeout = urllib3.Timeout(connect=min(self.timeout, 10.0), read=self.timeout)
        options: dict[str, Any] = {"retries": False, "redirect": False, "timeout": timeout}
        body = question.body if question.body or question.method in ("PUT", "POST") else None
        try:
            got = self._pool.urlopen(question.method, self._begin + path, body=body, headers=signed, **options)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            found = network_error(self.peer, error, self.timeout)
            if _broke(error) and isinstance(found, Unreachable):
                raise _Broken(found) from None
            raise found from None
        return Reply(got.status, {name.lower(): value for name, value in got.headers.items()}, got.data)

    def _moved(self, reply: Reply) -> bool:
        """Whether AWS says that the bucket is in another region; from then on we sign for that one, and ask there."""
        region = reply.headers.get("x-amz-bucket-region", "")
        if reply.status not in (301, 307, 400) or not region or region == self.signer.region:
            return False
        if not self.signer.endpoint.endswith(".amazonaws.com"):
            return False
        self.signer.move(region)
        self._pool = self.manager.connection_from_url(self.signer.endpoint)
        return True


class _Broken(Exception):
    """The connection broke while asked: a reset, or an answer that ends early."""

    def __init__(self, error: Unreachable) -> None:
        super().__init__()
        self.error = error


def _broke(error: Exception) -> bool:
    import urllib3

    return isinstance(error, urllib3.exceptions.ProtocolError | ConnectionResetError | BrokenPipeError)


def _pause(attempt: int, told: str) -> float:
    """Seconds: what the store asks for, else twice as long each time; at random, so that threads do not march in step."""
    if told.isdigit():
        return min(float(told), 2 * _LONGEST_PAUSE)
    return float(min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE) * random.uniform(0.6, 1.0))


def _tls(endpoint: str) -> Tls:
    """The authorities that boto3 trusts, so that its control calls and ours agree: AWS_CA_BUNDLE, else its own."""
    if not endpoint.startswith("https://"):
        return Tls()
    from botocore.httpsession import where

    path = session()._session.get_config_variable("ca_bundle") or where()
    return Tls(ca=Path(path).read_text(encoding="utf-8", errors="replace"))
