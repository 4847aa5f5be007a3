"""Requests over kept connections: GETs, POSTs that only read, and changes. Every failure is one of kfpops' errors.

Time-outs and retries are bounded.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from kfpops.cluster.access import Headers, no_headers
from kfpops.cluster.refusals import Ask, Peer, is_status, network_error, not_json, refusal
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, Unreachable

_log = logging.getLogger(__name__)

A = TypeVar("A")

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 10.0
_CHUNK = 256 << 10
_CONNECT_TIMEOUT = 10.0
# A body may take several times as long as the wait for its next byte, but not for ever.
_BODY_TIMEOUTS = 5
_DONE = (200, 201, 202, 204)
_PUBLIC = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})


class Http:
    """One server. Safe for use by several threads. Every method raises only errors of `kfpops.errors`.

    Retried, with growing pauses: 429 (as long as Retry-After says, at most 10 s), 5xx, connections that were reset.
    Never retried: 401, 403, 404, time-outs, refused connections.
    """

    def __init__(self, url: str, peer: Peer, pool: Any, *, headers: Headers = no_headers, timeout: float = 30.0) -> None:
        self._url = url.rstrip("/")
        self._peer = peer
        self._pool = pool
        self._headers = headers
        self._timeout = timeout
        self.pause: Callable[[float], None] = time.sleep

    def below(self, path: str, peer: Peer, headers: Headers) -> Http:
        """The same server and connections under a path of its own, with further headers."""
        mine = self._headers
        other = Http(self._url + path, peer, self._pool, headers=lambda: {**mine(), **headers()}, timeout=self._timeout)
        other.pause = self.pause
        return other

    def get(self, ask: Ask) -> bytes:
        """The whole body of a 200. Raises `BadAnswer` when it is larger than `ask.max_bytes`."""
        return self._whole(ask)[1]

    def post(self, ask: Ask) -> tuple[Mapping[str, str], bytes]:
        """Headers and body of a 200 to `ask.body`. Retried like a GET, so it must be a question."""
        return self._whole(ask)

    def change(self, ask: Ask) -> bytes:
        """The body of the answer to `ask.verb`. Sent once: after `Unreachable` nobody knows whether it was done."""
        return self._whole(replace(ask, attempts=1))[1]

    def _whole(self, ask: Ask) -> tuple[Mapping[str, str], bytes]:
        for attempt in range(1, ask.attempts + 1):
            try:
                with self._answer(ask) as response:
                    return response.headers, b"".join(self._chunks(response, ask))
            except _Passing as passing:
                self._wait(passing, attempt, last=attempt == ask.attempts)
        raise AssertionError("the last attempt raises")

    def get_as(self, read: Callable[[bytes], A], ask: Ask) -> A:
        """The body as `read` understands it; its `DecodeError` becomes `BadAnswer`."""
        body = self.get(ask)
        try:
            return read(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise not_json(self._peer, ask, body) from error

    def stream(self, ask: Ask) -> Iterator[bytes]:
        """The body in pieces, at most `ask.max_bytes` of it (then it just ends). Retried only before the first piece."""
        for attempt in range(1, ask.attempts + 1):
            begun = False
            try:
                with self._answer(ask) as response:
                    for chunk in self._chunks(response, ask, cut=True):
                        begun = True
                        yield chunk
                return
            except _Passing as passing:
                self._wait(passing, attempt, last=begun or attempt == ask.attempts)

    def close(self) -> None:
        self._pool.clear()

    def _wait(self, passing: _Passing, attempt: int, *, last: bool) -> None:
        if last:
            raise passing.error from passing.__cause__
        seconds = max(passing.seconds, _FIRST_PAUSE * 2 ** (attempt - 1))
        _log.debug("%s; trying again in %.2g s", passing.error.message, seconds)
        self.pause(seconds)

    @contextmanager
    def _answer(self, ask: Ask) -> Iterator[Any]:
        """The response of a success. Raises `_Passing` for what may be better in a moment, else the error itself."""
        import urllib3

        headers = self._request_headers(ask)
        url = f"{self._url}{ask.path}" + (f"?{urlencode(ask.query)}" if ask.query else "")
        timeout = urllib3.Timeout(connect=min(self._timeout, _CONNECT_TIMEOUT), read=self._timeout)
        options: dict[str, Any] = {"retries": False, "redirect": False, "preload_content": False, "timeout": timeout}
        response = None
        began = time.monotonic()
        try:
            verb = ask.verb or ("GET" if ask.body is None else "POST")
            response = self._pool.urlopen(verb, url, body=ask.body, headers=headers, **options)
            # The path and the selectors, never the headers.
            path, ms = url.removeprefix(self._url), (time.monotonic() - began) * 1000
            _log.debug("%s %s: %s in %.0f ms", verb, path, response.status, ms)
            if response.status not in (_DONE if ask.verb else _DONE[:1]):
                self._refuse(ask, response, headers)
            yield response
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            self._broken(error)
        finally:
            if response is not None:
                # Read to its end, the connection is back in the pool by now. Else it must not be used again.
                response.close()

    def _request_headers(self, ask: Ask) -> dict[str, str]:
        # On loopback the server would spend more time on packing than the wire on carrying.
        packing = "identity" if urlsplit(self._url).hostname in ("127.0.0.1", "localhost", "::1") else "gzip"
        fixed = {"Accept": "application/json, */*", "Accept-Encoding": packing, "User-Agent": "kfpops"}
        if ask.body is not None:
            fixed |= {"Content-Type": ask.body_type} | ({} if ask.verb else {"Accept": ask.body_type})
        return {**fixed, **self._headers()}

    def _refuse(self, ask: Ask, response: Any, headers: Mapping[str, str]) -> None:
        body = response.read(64 << 10)
        secrets = [part for value in self._secrets(headers) for part in (value, value.partition(" ")[2])]
        error = refusal(self._peer, ask, response.status, body, secrets)
        passing = response.status == 429 or response.status >= 500
        # Service without a running pod: k8s.io/apiserver answers so at once, and will go on answering so.
        hopeless = is_status(body) and b"no endpoints available" in body
        if passing and not hopeless and not isinstance(error, Forbidden):
            raise _Passing(error, _retry_after(response.headers.get("Retry-After", "")))
        raise error

    def _secrets(self, headers: Mapping[str, str]) -> list[str]:
        return [value for name, value in headers.items() if name.lower() not in _PUBLIC]

    def _broken(self, error: Exception) -> None:
        connecting = type(error).__name__ == "ConnectTimeoutError"
        waited = min(self._timeout, _CONNECT_TIMEOUT) if connecting else self._timeout
        translated = network_error(self._peer, error, waited)
        reset = type(error).__name__ in ("ProtocolError", "ConnectionResetError", "BrokenPipeError", "IncompleteRead")
        if reset:
            raise _Passing(translated, 0.0) from error
        # A ValueError about a header quotes the header: it must not travel along.
        raise translated from (None if isinstance(error, ValueError) else error)

    def _chunks(self, response: Any, ask: Ask, *, cut: bool = False) -> Iterator[bytes]:
        end = time.monotonic() + _BODY_TIMEOUTS * self._timeout
        total = 0
        while chunk := response.read(_CHUNK):
            total += len(chunk)
            yield chunk
            if total > ask.max_bytes and cut:
                return
            if total > ask.max_bytes:
                raise BadAnswer(f"{self._peer.subject} answered with more than {ask.max_bytes >> 20} MiB for {ask.about}.")
            if time.monotonic() > end:
                raise Unreachable(f"{self._peer.subject} sends its answer too slowly.", hint=self._peer.down_hint)


class _Passing(Exception):
    """A failure that may pass. `seconds` is how long the server asked to wait; 0 when it did not say."""

    def __init__(self, error: KfpopsError, seconds: float) -> None:
        super().__init__(error.message)
        self.error = error
        self.seconds = seconds


def _retry_after(text: str) -> float:
    """Seconds of a Retry-After header (a number, or a date), 0 without one."""
    if not text:
        return 0.0
    from email.utils import parsedate_to_datetime

    try:
        seconds = float(text) if text.isdigit() else parsedate_to_datetime(text).timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_PAUSE)
