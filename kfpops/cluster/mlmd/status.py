"""A gRPC status → the error with what to do about it, the same for gRPC and grpc-web."""

from __future__ import annotations

from typing import Final

from kfpops.cluster.refusals import Peer, Rejected
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable

OK: Final = 0
# grpc/grpc, doc/statuscodes.md.
UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND, PERMISSION_DENIED = 2, 3, 4, 5, 7
RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, UNAUTHENTICATED = 8, 12, 13, 14, 16

_NO_LIMIT: Final = "The database itself has no such limit: --metadata-db mysql://…"


class TooLarge(BadAnswer):
    """An answer is over a message limit, the server's or ours: ask for less at once. `said` is the limit's own text."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message, _NO_LIMIT)
        self.said = said


class ChangedMeanwhile(BadAnswer):
    """A row is not as it was read (FAILED_PRECONDITION, ABORTED): nothing of the request was done."""


def failure(peer: Peer, method: str, code: int, said: str, seconds: float) -> KfpopsError:
    """The error for a status that is not OK. `said`: the server's text, or the library's; `seconds`: the deadline."""
    name, text = peer.subject, _short(said)
    tail = f": {text}" if text else ""
    match code:
        case 5:  # NOT_FOUND
            return NotFound(f"{name} has no such thing{tail}.")
        case 8:  # RESOURCE_EXHAUSTED
            return TooLarge(f"{name} cannot answer {method}{tail}.", text)
        case 3:  # INVALID_ARGUMENT
            return Rejected(f"{name} did not accept the request {method}{tail}.", text)
        case 9 | 10:  # FAILED_PRECONDITION, ABORTED
            return ChangedMeanwhile(f"{name} did not do {method}: something has changed meanwhile{tail}.")
        case 16:  # UNAUTHENTICATED
            return Unreachable(f"{name} refused the credentials{tail}.", hint=peer.login_hint)
        case 7:  # PERMISSION_DENIED
            return Forbidden(f"{name} refused access{tail}.", hint=peer.login_hint)
        case 12:  # UNIMPLEMENTED
            return BadAnswer(f"{name} is no ML Metadata: it does not know {method}.", hint=peer.lost_hint)
        case 4:  # DEADLINE_EXCEEDED
            hint = peer.down_hint or "Is it overloaded, or is a firewall in between?"
            return Unreachable(f"{name} did not answer within {seconds:g} s.", hint=f"{hint} More time: --request-timeout.")
        case 14:  # UNAVAILABLE
            return _unavailable(peer, said)
    return Unreachable(f"{name} failed at {method}{tail}.", hint=peer.down_hint)


def no_message(peer: Peer, method: str, size: int) -> BadAnswer:
    """The error for an answer that is no message of ML Metadata. `size` in bytes."""
    what = f"{peer.subject} answered {method} with {size} bytes that are no message of ML Metadata."
    return BadAnswer(what, hint=peer.lost_hint)


def _unavailable(peer: Peer, said: str) -> KfpopsError:
    """`said` is grpc's own text of why a connection failed; it holds addresses, never headers."""
    name, low = peer.subject, said.lower()
    if "certificate_verify_failed" in low or "verify failed" in low:
        return Unreachable(f"{name} shows a certificate that is not trusted.", hint=_TRUST)
    if "hostname verification" in low:
        return Unreachable(f"{name} shows a certificate of another name.", hint="Is the host in --metadata-url right?")
    if "wrong_version_number" in low or "handshake failed" in low:
        return Unreachable(f"The TLS connection to {peer.name} failed.", hint="Does it speak TLS? Else: grpc://")
    if "refused" in low:
        return Unreachable(f"{name} refused the connection.", hint=peer.down_hint)
    if "dns" in low or "errors resolving" in low or "name resolution" in low:
        return Unreachable(f"{name} cannot be found: its host name does not resolve.", hint=peer.down_hint)
    if "timed out" in low or "timeout" in low or "deadline" in low:
        return Unreachable(f"{name} did not answer in time.", hint=peer.down_hint)
    if "parsing http/2" in low or "http1" in low:
        return BadAnswer(f"{name} does not speak gRPC.", hint=peer.lost_hint)
    if "failed to connect" in low:
        hint = f"Does it want TLS? Then: grpcs://. {peer.down_hint}".strip()
        return Unreachable(f"{name} closed the connection at once.", hint=hint)
    return Unreachable(f"{name} closed or lost the connection.", hint=peer.down_hint)


_TRUST: Final = (
    "Name the file with its authority in SSL_CERT_FILE. gRPC cannot skip the check: --insecure-skip-tls-verify has no effect"
    " on grpcs://, but on https:// (grpc-web) it has."
)


def _short(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= 300 else text[:299] + "…"
