"""An S3 server on loopback that is made for load: lists and deletes a million objects, as slowly as it is told to answer.

It answers honestly: what is deleted is not listed any more, an ETag that differs is refused, and it counts both.
`python -m benchmarks.cleanup_store OBJECTS LIST_SECONDS DELETE_SECONDS`: prints its URL, serves until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from email.utils import formatdate
from hashlib import md5
from time import time
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

from benchmarks.cleanup_keys import BUCKET, WRITTEN, etag, keys, size

_PAGE = 1000
_OBJECT = re.compile(r"<Object><Key>([^<]*)</Key>(?:<ETag>([^<]*)</ETag>)?</Object>")
_ENTITIES = {"&quot;": '"', "&apos;": "'", "&#34;": '"', "&#39;": "'"}
_NAMESPACE = b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


class Objects:
    """Keys in order, which of them are still there, and what was written since. Rows are XML, made once."""

    def __init__(self, number: int) -> None:
        self.keys = keys(number)
        self.etags = [etag(key) for key in self.keys]
        self.rows = [_row(key, self.etags[i], size(i), WRITTEN).encode() for i, key in enumerate(self.keys)]
        self.index = {key: i for i, key in enumerate(self.keys)}
        self.alive = bytearray(b"\x01" * number)
        self.written: dict[str, tuple[str, int, float]] = {}
        self.counts = {"lists": 0, "deletes": 0, "deleted": 0, "refused": 0, "without_condition": 0, "other": 0}

    def find(self, key: str) -> tuple[str, int, float] | None:
        at = self.index.get(key)
        if at is not None and self.alive[at]:
            return self.etags[at], size(at), WRITTEN
        return self.written.get(key)

    def remove(self, key: str, wanted: str | None) -> str:
        """`gone`, `absent`, or `changed` when the ETag is another one."""
        found = self.find(key)
        if found is None:
            return "absent"
        if wanted is not None and wanted.strip('"') != found[0]:
            self.counts["refused"] += 1
            return "changed"
        at = self.index.get(key)
        self.counts["without_condition"] += wanted is None and at is not None
        self.counts["deleted"] += 1
        if at is not None and self.alive[at]:
            self.alive[at] = 0
        else:
            del self.written[key]
        return "gone"

    def remove_all(self, asked: Sequence[tuple[str, str]]) -> bool:
        """Removes these (key and condition, as XML has them) when each is there and as it is wanted; else none of them.

        What nearly every request comes to, in a third of the time that one by one takes.
        """
        places = [self.index.get(key, -1) for key, _ in asked]
        wanted = [condition.replace("&quot;", "") for _, condition in asked]
        if min(places) < 0 or len(set(places)) < len(places) or not all(map(self.alive.__getitem__, places)):
            return False
        if any(wanted) and wanted != [self.etags[at] for at in places]:
            return False
        for at in places:
            self.alive[at] = 0
        self.counts["deleted"] += len(places)
        self.counts["without_condition"] += 0 if any(wanted) else len(places)
        return True

    def page(self, prefix: str, after: str) -> tuple[bytes, int, str]:
        """Rows of the first thousand keys beyond `after`, their number, and the last of them ("" when none follows)."""
        begin = max(bisect_left(self.keys, prefix), bisect_right(self.keys, after))
        end = bisect_left(self.keys, prefix[:-1] + chr(ord(prefix[-1]) + 1)) if prefix else len(self.keys)
        found, at = [], begin
        while at < end and len(found) < _PAGE:
            upto = min(end, at + _PAGE - len(found))
            if self.alive.find(0, at, upto) < 0:
                found += self.rows[at:upto]
            else:
                found += [self.rows[i] for i in range(at, upto) if self.alive[i]]
            at = upto
        if self.written:
            return self._mixed(prefix, after, begin, end)
        more = at < end and self.alive.find(1, at, end) >= 0
        return b"".join(found), len(found), self.keys[at - 1] if more else ""

    def _mixed(self, prefix: str, after: str, begin: int, end: int) -> tuple[bytes, int, str]:
        """The same beside a few objects that were written since."""
        chosen = {k: _row(k, *v).encode() for k, v in self.written.items() if k.startswith(prefix) and k > after}
        at = begin
        while at < end and len(chosen) <= _PAGE + len(self.written):
            if self.alive[at]:
                chosen[self.keys[at]] = self.rows[at]
            at += 1
        ordered = sorted(chosen)
        page = ordered[:_PAGE]
        return b"".join(chosen[k] for k in page), len(page), page[-1] if len(ordered) > _PAGE else ""

    def folders(self, prefix: str, after: str) -> list[str]:
        """What stands between the prefix and the next `/`, by jumps."""
        found: list[str] = []
        at = max(bisect_left(self.keys, prefix), bisect_right(self.keys, after))
        while at < len(self.keys) and self.keys[at].startswith(prefix):
            folder = prefix + self.keys[at][len(prefix) :].partition("/")[0] + "/"
            upto = bisect_left(self.keys, folder[:-1] + "0")
            if self.alive.find(1, at, upto) >= 0:
                found.append(folder)
            at = upto
        return found


def _row(key: str, tag: str, length: int, modified: float) -> str:
    at = datetime.fromtimestamp(modified, timezone.utc)
    return (
        f"<Contents><Key>{escape(key)}</Key><LastModified>{at:%Y-%m-%dT%H:%M:%S}.000Z</LastModified>"
        f"<ETag>&quot;{tag}&quot;</ETag><Size>{length}</Size><StorageClass>STANDARD</StorageClass></Contents>"
    )


class Connection(asyncio.Protocol):
    """HTTP/1.1 of one connection, one request after the other."""

    def __init__(self, objects: Objects, list_seconds: float, delete_seconds: float) -> None:
        self._objects, self._slow = objects, {"list": list_seconds, "delete": delete_seconds}
        self._data = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._data[:end]).decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:])}
        length = int(headers.get("content-length", "0"))
        assert self._transport is not None
        if headers.get("expect") == "100-continue" and len(self._data) == end + 4:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(self._data) < end + 4 + length:
            return
        body = bytes(self._data[end + 4 : end + 4 + length])
        del self._data[: end + 4 + length]
        verb, target, _ = head[0].split(" ")
        kind, answer = _answer(self._objects, verb, target, headers, body)
        # The latency of a store, not of this process: others are served meanwhile.
        asyncio.get_running_loop().call_later(self._slow.get(kind, 0.0), self._write, answer)

    def _write(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


def _answer(objects: Objects, verb: str, target: str, headers: Mapping[str, str], body: bytes) -> tuple[str, bytes]:
    """What kind of request it was, and the whole answer."""
    place = urlsplit(target)
    query = {k: v[-1] for k, v in parse_qs(place.query, keep_blank_values=True).items()}
    key = unquote(place.path).lstrip("/").partition("/")[2]
    if place.path == "/counts":
        return "other", _http(
            200, json.dumps(objects.counts | {"left": objects.alive.count(1)}).encode(), "application/json"
        )
    if verb == "POST" and "delete" in query:
        objects.counts["deletes"] += 1
        return "delete", _http(200, _delete(objects, body))
    if verb == "GET" and not key and not (query.keys() & _SETTINGS.keys()):
        objects.counts["lists"] += 1
        return "list", _http(200, _list(objects, query))
    objects.counts["other"] += 1
    for setting, document in _SETTINGS.items():
        if setting in query and not key:
            return "other", _http(404 if b"<Error>" in document else 200, document)
    return "other", _one(objects, verb, key, headers, body)


_SETTINGS = {
    "location": b"<LocationConstraint " + _NAMESPACE + b"/>",
    "versioning": b"<VersioningConfiguration " + _NAMESPACE + b"/>",
    "lifecycle": b"<Error><Code>NoSuchLifecycleConfiguration</Code></Error>",
    "uploads": b"<ListMultipartUploadsResult "
    + _NAMESPACE
    + b"><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>",
    "object-lock": b"<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>",
}


def _list(objects: Objects, query: Mapping[str, str]) -> bytes:
    prefix = query.get("prefix", "")
    after = max(query.get("start-after", ""), query.get("continuation-token", ""), query.get("marker", ""))
    if query.get("delimiter"):
        folders = objects.folders(prefix, after)
        rows = "".join(f"<CommonPrefixes><Prefix>{escape(f)}</Prefix></CommonPrefixes>" for f in folders).encode()
        number, last = len(folders), ""
    else:
        rows, number, last = objects.page(prefix, after)
    encoded = quote(prefix) if query.get("encoding-type") == "url" else escape(prefix)
    encoding = "<EncodingType>url</EncodingType>" if query.get("encoding-type") == "url" else ""
    follows = f"<NextContinuationToken>{escape(last)}</NextContinuationToken>" if last else ""
    head = (
        f"<Name>{BUCKET}</Name><Prefix>{encoded}</Prefix><KeyCount>{number}</KeyCount><MaxKeys>{_PAGE}</MaxKeys>{encoding}"
        f"<IsTruncated>{'true' if last else 'false'}</IsTruncated>{follows}"
    )
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult '
        + _NAMESPACE
        + b">"
        + head.encode()
        + rows
        + b"</ListBucketResult>"
    )


def _delete(objects: Objects, body: bytes) -> bytes:
    quiet = b"<Quiet>true</Quiet>" in body
    said = []
    asked = _OBJECT.findall(body.decode())
    assert len(asked) == body.count(b"<Object>")
    if asked and objects.remove_all(asked):
        keys = "</Key></Deleted><Deleted><Key>".join([key for key, _ in asked])
        rows = b"" if quiet else f"<Deleted><Key>{keys}</Key></Deleted>".encode()
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult ' + _NAMESPACE + b">" + rows + b"</DeleteResult>"
    for text, condition in asked:
        key = unescape(text, _ENTITIES) if "&" in text else text
        wanted = condition.replace("&quot;", "") or None
        if objects.remove(key, wanted) == "changed":
            said.append(f"<Error><Key>{text}</Key><Code>PreconditionFailed</Code><Message>ETag</Message></Error>")
        elif not quiet:
            said.append(f"<Deleted><Key>{text}</Key></Deleted>")
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult '
        + _NAMESPACE
        + b">"
        + "".join(said).encode()
        + b"</DeleteResult>"
    )


def _one(objects: Objects, verb: str, key: str, headers: Mapping[str, str], body: bytes) -> bytes:
    if verb == "PUT":
        tag = md5(body, usedforsecurity=False).hexdigest()
        objects.written[key] = (tag, len(body), time())
        return _http(200, b"", extra=f'ETag: "{tag}"\r\n')
    found = objects.find(key) if key else ("", 0, 0.0)
    if verb == "DELETE":
        if objects.remove(key, headers.get("if-match")) == "changed":
            return _http(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        return _http(204, b"")
    if found is None:
        return _http(404, b"" if verb == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>")
    tag, length, modified = found
    extra = f'ETag: "{tag}"\r\nLast-Modified: {formatdate(modified, usegmt=True)}\r\n'
    return _http(200, b"", extra=extra, length=length) if verb == "HEAD" else _http(200, b"x" * length, extra=extra)


_REASONS = {200: "OK", 204: "No Content", 404: "Not Found", 412: "Precondition Failed"}


def _http(status: int, body: bytes, kind: str = "application/xml", extra: str = "", length: int | None = None) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nServer: kfpops-load\r\nDate: {formatdate(usegmt=True)}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body) if length is None else length}\r\n{extra}\r\n"
    )
    return head.encode() + body


async def _serve(objects: Objects, list_seconds: float, delete_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(objects, list_seconds, delete_seconds), "127.0.0.1", 0, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    ended = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve(Objects(int(sys.argv[1])), float(sys.argv[2]), float(sys.argv[3])))
