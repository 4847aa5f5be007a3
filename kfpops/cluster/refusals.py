"""What a server or a network says when it does not answer as asked → an error with what to do about it.

No text made here holds a header, a token or a query string: bodies are cut short, and known secrets are struck out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable

_CANNOT = re.compile(
    r'cannot (?P<verb>[\w*]+) resource "(?P<resource>[^"]+)"(?: in API group "(?P<group>[^"]*)")?'
    r'(?: in the namespace "(?P<namespace>[^"]+)")?'
)
"""The API server's RBAC refusal: k8s.io/apiserver, endpoints/handlers/responsewriters/errors.go."""


class Rejected(BadAnswer):
    """The server understood and declined (400, 405, 422 …): asking again is of no use. `said` is its own text."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class Conflict(Rejected):
    """409: what was to be changed has changed since it was read, or is there already."""


class NoSuchPath(BadAnswer):
    """The server does not know the path (a 404 that says nothing else), or has nothing behind it (501)."""


class Expired(Unreachable):
    """410 Gone: the continue token of a list is too old."""


class ServiceMissing(Unreachable):
    """There is no such Service: whatever it serves cannot be asked."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom we ask. `name` as in a sentence ("the KFP API at …"). The hints: what to do when it is down,
    wants a login, or (if it always speaks JSON) answers 404 with something else: then it is another server.
    """

    name: str
    down_hint: str = ""
    login_hint: str = ""
    lost_hint: str = ""

    @property
    def subject(self) -> str:
        """The name at the beginning of a sentence."""
        return self.name[:1].upper() + self.name[1:]


@dataclass(frozen=True, slots=True)
class Ask:
    """One GET, or a POST that only reads: then it has a `body` of the type `body_type`. `verb`: of what changes something.

    `needs`: the right it takes, as RBAC writes it ("list pods in kubeflow"). `about`: what is read ("run x").
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    needs: str = ""
    about: str = ""
    attempts: int = 4
    max_bytes: int = 256 << 20
    body: bytes | None = None
    body_type: str = ""
    verb: str = ""


def refusal(peer: Peer, ask: Ask, status: int, body: bytes, secrets: Iterable[str] = ()) -> KfpopsError:
    """The error for an HTTP status that is no success."""
    said = _strike_out(_message(body), secrets).rstrip(".")
    name = peer.subject
    tail = f": {said}" if said else ""
    if status == 401:
        return Unreachable(f"{name} refused the credentials (401){tail}.", hint=peer.login_hint)
    if status == 403:
        needs = _missing_right(said, ask.needs)
        text = f"Not allowed to {needs}." if needs else f"{name} refused access (403){tail}."
        return Forbidden(text, hint=_can_i(needs) or peer.login_hint, needs=needs)
    if status == 404:
        return _not_found(peer, ask, body, said)
    if status == 410:
        return Expired(f"{name} forgot the list while it was read (410 Gone){tail}.", hint="Try again.")
    if 300 <= status < 400:
        return Unreachable(f"{name} answered with a redirect ({status}), probably to a login page.", hint=peer.login_hint)
    if status in (429, 503):
        return Unreachable(f"{name} is not ready or overloaded ({status}){tail}.", hint=peer.down_hint)
    if status == 501:
        return NoSuchPath(f"{name} does not offer {ask.path} (501){tail}.", hint=peer.lost_hint)
    if status >= 500:
        return Unreachable(f"{name} failed ({status}){tail}.", hint=peer.down_hint)
    if status == 409:
        return Conflict(f"{name} says that {ask.about or ask.path} has changed meanwhile (409){tail}.", said)
    return Rejected(f"{name} did not accept the request for {ask.about or ask.path} ({status}){tail}.", said)


def _not_found(peer: Peer, ask: Ask, body: bytes, said: str) -> KfpopsError:
    details = _object(body).get("details")
    if isinstance(details, dict) and details.get("kind") == "services" and is_status(body):
        return ServiceMissing(
            f"There is no Service {details.get('name')}: {peer.name} cannot be asked.", hint=peer.down_hint
        )
    if peer.lost_hint and not _object(body):
        return NoSuchPath(f"{peer.subject} does not know {ask.path}.", hint=peer.lost_hint)
    return NotFound(
        f"There is no {(ask.about or ask.path).removeprefix('the ')}.", hint=f"{peer.subject} said: {said}" if said else ""
    )


def network_error(peer: Peer, error: Exception, seconds: float) -> KfpopsError:
    """The error for a connection that failed or broke. `seconds` is the time-out that was set."""
    name = peer.subject
    kind = type(error).__name__
    text = f"{error} {error.__cause__ or ''} {error.__context__ or ''}"
    if kind == "ProxyError":
        return Unreachable(
            f"{name} cannot be reached: the proxy refused.", hint="Check HTTPS_PROXY, NO_PROXY and proxy-url."
        )
    if kind in ("SSLError", "SSLCertVerificationError"):
        return _tls_error(name, text)
    if kind == "NameResolutionError" or "Name or service not known" in text or "nodename nor servname" in text:
        return Unreachable(f"{name} cannot be found: its host name does not resolve.", hint=peer.down_hint)
    if "imeout" in kind or "timed out" in text:
        hint = peer.down_hint or "Is it overloaded, or is a firewall in between?"
        return Unreachable(f"{name} did not answer within {seconds:g} s.", hint=hint)
    if "refused" in text:
        return Unreachable(f"{name} refused the connection.", hint=peer.down_hint)
    if "IncompleteRead" in text or "InvalidChunk" in text or "Decode" in kind:
        return BadAnswer(f"{name} broke off in the middle of its answer.", hint="Try again; if it stays, look at its log.")
    return Unreachable(f"{name} closed or lost the connection ({kind}).", hint=peer.down_hint)


def not_json(peer: Peer, ask: Ask, body: bytes) -> BadAnswer:
    """The error for a 200 whose body is no JSON of the expected shape."""
    name = peer.subject
    head = body[:200].lstrip().lower()
    what = ask.about or ask.path
    if head.startswith((b"<!doctype", b"<html", b"<head")):
        return BadAnswer(
            f"{name} answered with a web page instead of {what}.", hint=peer.login_hint or "Is the address right?"
        )
    return BadAnswer(f"{name} answered for {what} with a body that is truncated or no JSON ({len(body)} bytes).")


def shown(url: str) -> str:
    """A URL for people: without user, password and query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def is_status(body: bytes) -> bool:
    """Whether Kubernetes itself speaks (a `Status` object), not the service behind its proxy."""
    document = _object(body)
    return document.get("kind") == "Status" and "apiVersion" in document


def _tls_error(name: str, text: str) -> KfpopsError:
    found = re.search(r"certificate verify failed: ([^(\]]+)", text)
    if found:
        hint = "Check certificate-authority and tls-server-name in the kubeconfig, or pass --insecure-skip-tls-verify."
        return Unreachable(f"{name} shows a certificate that is not trusted: {found.group(1).strip()}.", hint=hint)
    if "WRONG_VERSION_NUMBER" in text or "record layer" in text:
        return Unreachable(f"{name} does not speak TLS.", hint="Does the address start with http:// rather than https://?")
    if "alert" in text.lower() and "certificate" in text.lower():
        return Unreachable(f"{name} does not accept the client certificate.", hint="It may have expired: log in again.")
    return Unreachable(f"The TLS connection to {name[:1].lower() + name[1:]} failed.")


def _missing_right(said: str, asked: str) -> str:
    """The right that the server names, in the asker's words if it is the same: RBAC tells no nodes from all pods."""
    found = _CANNOT.search(said)
    if not found:
        return asked
    resource = found["resource"] + (f".{found['group']}" if found["group"] else "")
    right = f"{found['verb']} {resource}"
    if f"{asked} ".startswith(f"{right} "):
        return asked
    return f"{right} in {found['namespace'] or 'all namespaces'}"


def _can_i(needs: str) -> str:
    found = re.fullmatch(r"(\w+) ([\w.-]+)(?:/([\w-]+))?([\w.-]*)(?: in (.+))?", needs)
    if not found:
        return ""
    verb, resource, subresource, group, place = found.groups(default="")
    scope = "" if not place else " --all-namespaces" if place == "all namespaces" else f" -n {place}"
    sub = f" --subresource={subresource}" if subresource else ""
    return f"Ask your cluster's administrator for this right. Check: kubectl auth can-i {verb} {resource}{group}{sub}{scope}"


def _message(body: bytes) -> str:
    """The text inside Kubernetes' Status, gRPC gateway's error, or a short plain answer. "" for web pages."""
    document = _object(body)
    for key in ("message", "error_message", "error"):
        value = document.get(key)
        if isinstance(value, str) and value:
            return _short(value)
    text = body[:400].decode("utf-8", "replace").strip()
    return "" if document or text.startswith("<") else _short(text)


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 300 else text[:299] + "…"


def _strike_out(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, "…")
    return text
