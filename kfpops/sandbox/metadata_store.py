"""ML Metadata embedded: the C++ store of the package `ml-metadata` (extra `mlmd`) behind its own gRPC protocol.

Requests and answers pass as bytes, so what is stored, what is refused and in which words is ML Metadata's. It is the lineage
store of the tests; `--metadata-url grpc://ADDRESS` asks it as it asks a cluster's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

SERVICE: Final = "/ml_metadata.MetadataStoreService/"
UNAVAILABLE, UNIMPLEMENTED = 14, 12
"""gRPC status codes."""

Call: TypeAlias = Callable[[str, bytes, Mapping[str, str]], bytes | None]
"""Method, request and metadata of a call → the answer; None: the server dies here. Raises `Refused`."""


class Refused(Exception):
    """The store said no: `code` is gRPC's number."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class EmbeddedStore:
    """One store, one connection, one request at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: an SQLite file, made when it is not there; None: in memory. Raises `ImportError` without ml-metadata."""
        library: Any = import_module("ml_metadata.metadata_store.pywrap.metadata_store_extension.metadata_store")
        messages: Any = import_module("ml_metadata.proto.metadata_store_pb2")
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


@contextmanager
def serving(call: Call, *, credentials: Any = None) -> Iterator[str]:
    """A gRPC server on 127.0.0.1: its address. `credentials`: grpc's, for TLS."""
    import grpc

    codes = {code.value[0]: code for code in grpc.StatusCode}

    def answer(request: bytes, context: Any, method: str) -> bytes:
        try:
            body = call(method, request, {key: str(value) for key, value in context.invocation_metadata()})
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
            return grpc.unary_unary_rpc_method_handler(lambda request, context: answer(request, context, method))

    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)]
    server = grpc.server(futures.ThreadPoolExecutor(4), options=options)
    server.add_generic_rpc_handlers((Handler(),))
    address = "127.0.0.1:0"
    port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
