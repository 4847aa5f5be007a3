"""An S3 server on 127.0.0.1 over memory or a directory: the sandbox's object store, and that of the tests.

It speaks enough of S3 for boto3, minio and kfpops: objects with conditions, listings, batches of deletes, versions, uploads,
lifecycle; and it can be told to be any of the bad stores that there are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path

from kfpops.sandbox.s3.asked import Answer, Request, error
from kfpops.sandbox.s3.disk import Folder
from kfpops.sandbox.s3.faults import Faults
from kfpops.sandbox.s3.handler import handler_of
from kfpops.sandbox.s3.kept import KeptBucket
from kfpops.sandbox.s3.routes import carry_out
from kfpops.sandbox.s3.signature import refused_because

__all__ = ["ACCESS_KEY", "SECRET_KEY", "Faults", "ObjectStore"]

ACCESS_KEY, SECRET_KEY = "minio", "minio123"
"""Those that KFP's own manifests give to its store."""


class ObjectStore:
    """A server with its buckets. `faults` may be exchanged at any time. Use it with `with`.

    `asked`: method and path of every request, in their order. `folder`: where objects are kept beside memory; those that are
    there already are found again (not the configuration of buckets, nor uploads). `clock`: seconds since the epoch.
    """

    def __init__(
        self, folder: Path | None = None, *, faults: Faults | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.faults, self.clock = faults or Faults(), clock
        self.asked: list[str] = []
        self._folder = Folder(folder) if folder else None
        self._buckets: dict[str, KeptBucket] = {}
        self._lock = threading.RLock()
        self._busy = self._lost = 0
        self._find_again()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self._reply, lambda: clock() + self.faults.skew))
        self._server.daemon_threads = True
        # A client that has gone away is no business of ours.
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self) -> ObjectStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _find_again(self) -> None:
        if self._folder:
            for name in self._folder.buckets():
                bucket = self.make(name)
                for entry in self._folder.read(name):
                    bucket.load(entry)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def names(self) -> list[str]:
        """Of the buckets."""
        return sorted(self._buckets)

    def find(self, name: str) -> KeptBucket | None:
        return self._buckets.get(name)

    def make(self, name: str) -> KeptBucket:
        """The bucket of this name, new if need be."""
        with self._lock:
            if name not in self._buckets:
                self._buckets[name] = KeptBucket(name, self.clock, self._folder)
                if self._folder:
                    self._folder.make(name)
            return self._buckets[name]

    def remove(self, name: str) -> bool:
        """Removes a bucket; False when something is in it."""
        with self._lock:
            if name in self._buckets and next(self._buckets[name].versions(), None):
                return False
            self._buckets.pop(name, None)
            return True

    def put(self, bucket: str, key: str, body: bytes = b"", modified_at: float | None = None) -> str:
        """Puts an object as if at that time (seconds since the epoch, else now) without a request: its ETag."""
        with self._lock:
            return self.make(bucket).put(key, body, modified_at).etag

    def keys(self, bucket: str) -> list[str]:
        """Keys of the bucket's current objects, in byte order."""
        with self._lock:
            return list(self.make(bucket).keys("bytes"))

    def _reply(self, request: Request) -> Answer:
        faults = self.faults
        if faults.slow:
            time.sleep(faults.slow)
        with self._lock:
            self.asked.append(f"{request.method} {request.path}")
            if self._is_busy(faults):
                return error(503, "SlowDown")
            refused = refused_because(request, ACCESS_KEY, SECRET_KEY)
            if refused:
                return error(403, refused)
            told = carry_out(self, request, faults)
            return Answer(lost=True) if self._is_lost(request, faults) else told

    def _is_busy(self, faults: Faults) -> bool:
        self._busy += 1
        every = faults.busy_every
        return self._busy <= faults.busy_first or bool(every and self._busy % every == 0)

    def _is_lost(self, request: Request, faults: Faults) -> bool:
        if request.method not in faults.lose:
            return False
        self._lost += 1
        return self._lost % faults.lose_every == 0
