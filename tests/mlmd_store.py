"""The real ML Metadata store (the C++ library of the `ml-metadata` package) and a gRPC server before it, with faults.

How to use it, in three lines:

    rows = Rows(); run = rows.run("train-daily"); ...        # or rows = Rows.read(folder of mlmd/*.jsonl), ids kept
    store = Mlmd(rows.write(tmp_path / "mlmd.db"))           # an SQLite file that the C++ store accepts as its own
    with serving(store, Faults(latency=0.01)) as served:     # served.address "127.0.0.1:port", served.asked the methods

Mark tests with `needs_mlmd`: the package does not exist for every Python. `Rows` alone needs nothing (see mlmd_rows.py).
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from kfpops.sandbox import metadata_store as embedded
from kfpops.sandbox.metadata_store import SERVICE, Refused
from kfpops.sandbox.metadata_store import EmbeddedStore as Mlmd
from tests.mlmd_rows import Rows

__all__ = ["SERVICE", "Faults", "Mlmd", "Refused", "Rows", "Served", "needs_mlmd", "serving"]

RESOURCE_EXHAUSTED = 8

needs_mlmd = pytest.mark.skipif(
    importlib.util.find_spec("ml_metadata") is None, reason="ml-metadata does not exist for this Python"
)


@dataclass
class Faults:
    """What goes wrong. `status`: n-th call (from 0) → gRPC status code. `latency` in seconds, of every call.

    `max_bytes`: larger answers are RESOURCE_EXHAUSTED, as the server's own send limit makes them. `dies_at`: the server is
    gone in the middle of that call and does not come back.
    """

    latency: float = 0.0
    status: Mapping[int, int] = field(default_factory=dict)
    max_bytes: int | None = None
    dies_at: int | None = None


@dataclass
class Served:
    """`asked`: methods in the order they came; `requests` their bytes; `metadata` what the last call's headers were."""

    address: str
    asked: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    sent_bytes: int = 0

    def clear(self) -> None:
        self.asked.clear()
        self.requests.clear()


def answer(store: Mlmd, served: Served, faults: Faults, method: str, request: bytes) -> bytes | None:
    """One call with its faults; None: the server dies here. Raises `Refused`. Also behind the grpc-web bridge."""
    number = len(served.asked)
    served.asked.append(method)
    served.requests.append(request)
    if faults.latency:
        time.sleep(faults.latency)
    if faults.dies_at is not None and number >= faults.dies_at:
        return None
    if number in faults.status:
        raise Refused(faults.status[number], "as the test wants it")
    body = store.call(method, request)
    if faults.max_bytes is not None and len(body) > faults.max_bytes:
        raise Refused(RESOURCE_EXHAUSTED, f"Sent message larger than max ({len(body)} vs. {faults.max_bytes})")
    served.sent_bytes += len(body)
    return body


@contextmanager
def serving(store: Mlmd, faults: Faults | None = None, *, credentials: Any = None) -> Iterator[Served]:
    """A gRPC server on 127.0.0.1 that passes bytes to the store. `credentials`: grpc's, for TLS."""
    served = Served("")
    faults = faults or Faults()

    def call(method: str, request: bytes, metadata: Mapping[str, str]) -> bytes | None:
        served.metadata = dict(metadata)
        return answer(store, served, faults, method, request)

    with embedded.serving(call, credentials=credentials) as served.address:
        yield served
