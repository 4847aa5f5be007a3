"""HTTP on a socket → requests, and answers back."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote

from kfpops.sandbox.s3.asked import Answer, Request


def handler_of(reply: Callable[[Request], Answer], clock: Callable[[], float]) -> type[BaseHTTPRequestHandler]:
    """A class of handlers that ask `reply`. `clock`: what the Date header says, seconds since the epoch."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version, sys_version = "kfpops-sandbox", ""
        # Head and body in one packet: else the client's kernel waits 40 ms before it acknowledges the first.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            told = reply(_request(self))
            if told.lost:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            body = b"" if self.command == "HEAD" else told.body
            if told.status != 204:
                self.send_header("Content-Length", str(len(told.body) if told.length is None else told.length))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve

        def handle_expect_100(self) -> bool:
            going_on = super().handle_expect_100()
            self.wfile.flush()
            return going_on

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(clock(), usegmt=True)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _request(handler: BaseHTTPRequestHandler) -> Request:
    headers = {name.lower(): value for name, value in handler.headers.items()}
    body = handler.rfile.read(int(headers.get("content-length", "0")))
    path, _, query = handler.path.partition("?")
    bucket, _, key = path[1:].partition("/")
    pairs = dict(parse_qsl(query, keep_blank_values=True, errors="surrogateescape"))
    key = unquote(key, errors="surrogateescape")
    return Request(handler.command, path, query, pairs, headers, body, unquote(bucket), key)
