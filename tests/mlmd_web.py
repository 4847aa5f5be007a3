"""A grpc-web bridge before the real ML Metadata store, as envoy is one: HTTP POST in, frames out; it can also go wrong."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

from tests.mlmd_store import SERVICE, Faults, Mlmd, Refused, Served, answer

TYPE = "application/grpc-web+proto"


@dataclass
class Reply:
    """What goes over the wire. `missing`: so many bytes of the promised length never come."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": TYPE})
    missing: int = 0


Twist = Callable[[Reply], Reply]
"""What a test makes of a right reply."""


def frame(data: bytes, flags: int = 0) -> bytes:
    return struct.pack(">BI", flags, len(data)) + data


def trailers(code: int, text: str = "") -> bytes:
    return frame(f"grpc-status:{code}\r\ngrpc-message:{quote(text)}\r\n".encode(), 0x80)


@contextmanager
def bridge(
    store: Mlmd, faults: Faults | None = None, *, twist: Twist = lambda reply: reply, below: str = ""
) -> Iterator[Served]:
    """Its `address` is an http URL that ends in `below`, a path; `metadata` are the last request's headers."""
    faults = faults or Faults()
    served = Served("")

    def reply(path: str, body: bytes) -> Reply:
        prefix = below + SERVICE
        if not path.startswith(prefix):
            return Reply(b"not here", 404, {"Content-Type": "text/plain"})
        size = struct.unpack(">BI", body[:5])[1]
        assert len(body) == 5 + size
        try:
            found = answer(store, served, faults, path.removeprefix(prefix), body[5:])
        except Refused as refused:
            # Without a message envoy says the status in the headers.
            says = {"grpc-status": str(refused.code), "grpc-message": quote(str(refused))}
            return Reply(b"", headers={"Content-Type": TYPE, **says})
        return Reply(b"upstream connect error", 503) if found is None else Reply(frame(found) + trailers(0))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet for head and body: else the client's kernel waits 40 ms before it acknowledges the first.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            served.metadata = {name.lower(): value for name, value in self.headers.items()}
            made = twist(reply(self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(made.body) + made.missing))
            self.end_headers()
            self.wfile.write(made.body)
            self.close_connection = bool(made.missing)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.address = f"http://127.0.0.1:{server.server_address[1]}{below}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
