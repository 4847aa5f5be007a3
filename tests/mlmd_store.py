"""The real ML Metadata store (the C++ library of the `ml-metadata` package) and a gRPC server before it, with faults.

How to use it, in three lines:

    rows = Rows(); run = rows.run("train-daily"); ...        # or rows = Rows.read(folder of mlmd/*.jsonl), ids kept
    store = Mlmd(rows.write(tmp_path / "mlmd.db"))           # an SQLite file that the C++ store accepts as its own
    with serving(store, Faults(latency=0.01)) as served:     # served.address "127.0.0.1:port", served.asked the methods

Mark tests with `needs_mlmd`: the package does not exist for every Python. `Rows` alone needs nothing (see mlmd_rows.py).
"""

from __future__ import annotations

import importlib.util
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mlmd_rows import Rows

__all__ = ["Faults", "Mlmd", "Refused", "Rows", "Served", "needs_mlmd", "serving"]

SERVICE = "/ml_metadata.MetadataStoreService/"
UNAVAILABLE, RESOURCE_EXHAUSTED, UNIMPLEMENTED = 14, 8, 12

needs_mlmd = pytest.mark.skipif(
    importlib.util.find_spec("ml_metadata") is None, reason="ml-metadata does not exist for this Python"
)


class Refused(Exception):
    """The store said no: `code` is gRPC's number."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Mlmd:
    """One store, one connection, one request at a time. Requests and answers are bytes of MLMD's messages."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: an SQLite file, made when it is not there; None: in memory."""
        from ml_metadata.metadata_store.pywrap.metadata_store_extension import metadata_store as library
        from ml_metadata.proto import metadata_store_pb2 as messages

        config = messages.ConnectionConfig()
        if path is None:
            config.fake_database.SetInParent()
        else:
            config.sqlite.filename_uri = str(path)
        options = messages.MigrationOptions()
        self._library, self._lock = library, threading.Lock()
        self._store = library.CreateMetadataStore(config.SerializeToString(), options.SerializeToString())

    def call(self, method: str, request: bytes) -> bytes:
        """The answer to `GetArtifactsByID` and so on. Raises `Refused`."""
        function = getattr(self._library, method, None)
        if function is None:
            raise Refused(UNIMPLEMENTED, f"no method {method}")
        with self._lock:
            answer, text, code = function(self._store, request)
        if code:
            raise Refused(code, text.decode(errors="replace") if isinstance(text, bytes) else text)
        return bytes(answer)


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
    import grpc

    faults = faults or Faults()
    served = Served("")
    codes = {code.value[0]: code for code in grpc.StatusCode}

    def call(request: bytes, context: Any, method: str) -> bytes:
        served.metadata = {key: str(value) for key, value in context.invocation_metadata()}
        try:
            body = answer(store, served, faults, method, request)
        except Refused as refused:
            context.abort(codes[refused.code], str(refused))
            raise AssertionError("abort raises") from None
        if body is None:
            server.stop(grace=None)
            context.abort(codes[UNAVAILABLE], "gone")
            raise AssertionError("abort raises")
        return body

    class Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, details: Any) -> Any:
            if not details.method.startswith(SERVICE):
                return None
            method = details.method.removeprefix(SERVICE)
            return grpc.unary_unary_rpc_method_handler(lambda request, context: call(request, context, method))

    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)]
    server = grpc.server(futures.ThreadPoolExecutor(4), options=options)
    server.add_generic_rpc_handlers((Handler(),))
    address = "127.0.0.1:0"
    port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    served.address = f"127.0.0.1:{port}"
    server.start()
    try:
        yield served
    finally:
        server.stop(grace=None).wait()
