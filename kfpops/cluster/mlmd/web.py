"""ML Metadata by grpc-web: one HTTP POST for each call, as KFP's UI makes them through `metadata-envoy-service`.

A body is frames: one byte of flags (0x80 trailers, 0x01 compressed), four of length, then the message or the trailers as
HTTP/1 header lines (grpc/grpc, doc/PROTOCOL-WEB.md).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from kfpops.cluster.http import Http
from kfpops.cluster.mlmd.schema import SERVICE
from kfpops.cluster.mlmd.status import OK, failure
from kfpops.cluster.refusals import Ask, Peer, not_json
from kfpops.errors import BadAnswer, NotFound

CONTENT_TYPE: Final = "application/grpc-web+proto"
_HEAD: Final = struct.Struct(">BI")
_TRAILERS, _COMPRESSED = 0x80, 0x01


class Web:
    """`mlmd.store.Transport` over grpc-web. `needs`: the right that a POST takes on this way, as RBAC writes it."""

    back_end = "mlmd-grpc-web"

    def __init__(self, http: Http, peer: Peer, *, needs: str = "", timeout: float = 30.0) -> None:
        self.peer = peer
        self._http, self._needs, self._timeout = http, needs, timeout

    def call(self, method: str, request: bytes) -> bytes:
        body = _HEAD.pack(0, len(request)) + request
        ask = Ask(
            f"{SERVICE}{method}", needs=self._needs, about=f"ML Metadata's {method}", body=body, body_type=CONTENT_TYPE
        )
        try:
            headers, answer = self._http.post(ask)
        except NotFound as error:
            # Of a page, not of a row.
            raise BadAnswer(f"{self.peer.subject} has no ML Metadata at this address.", hint=self.peer.lost_hint) from error
        return self._message(method, ask, {name.lower(): value for name, value in headers.items()}, answer)

    def close(self) -> None:
        self._http.close()

    def _message(self, method: str, ask: Ask, headers: Mapping[str, str], answer: bytes) -> bytes:
        if not headers.get("content-type", "").startswith("application/grpc"):
            raise self._other(ask, headers.get("content-type", ""), answer)
        message, status = b"", dict(headers)
        for flags, data in self._frames(answer):
            if flags & _COMPRESSED:
                raise BadAnswer(f"{self.peer.subject} compressed its answer, which nobody had asked for.")
            if flags & _TRAILERS:
                status |= _lines(data)
            else:
                message += data
        code = status.get("grpc-status", "")
        if not code.isdecimal():
            raise _broken_off(self.peer)
        if int(code) != OK:
            raise failure(self.peer, method, int(code), unquote(status.get("grpc-message", "")), self._timeout)
        return message

    def _other(self, ask: Ask, kind: str, answer: bytes) -> BadAnswer:
        """The error for a 200 that is no grpc-web: a login page, or another server."""
        if "html" in kind or answer[:200].lstrip().startswith(b"<"):
            return not_json(self.peer, ask, answer)
        what = f"{self.peer.subject} answered with {kind or 'something without a type'}, which is no grpc-web."
        return BadAnswer(what, hint=self.peer.lost_hint)

    def _frames(self, body: bytes) -> Iterator[tuple[int, bytes]]:
        start = 0
        while start < len(body):
            if len(body) - start < _HEAD.size:
                raise _broken_off(self.peer)
            flags, size = _HEAD.unpack_from(body, start)
            start += _HEAD.size
            if len(body) - start < size:
                raise _broken_off(self.peer)
            yield flags, body[start : start + size]
            start += size


def _lines(data: bytes) -> Mapping[str, str]:
    pairs = (line.partition(":") for line in data.decode("utf-8", "replace").split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name}


def _broken_off(peer: Peer) -> BadAnswer:
    text = f"{peer.subject} broke off in the middle of its answer."
    return BadAnswer(text, hint="Try again; if it stays, look at the log of its envoy and of ML Metadata.")
