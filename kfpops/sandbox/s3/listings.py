"""ListObjectsV2, ListObjects and ListObjectVersions, faults and all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote_plus

from kfpops.sandbox.s3.asked import Answer, Request, Xml, answer, iso
from kfpops.sandbox.s3.faults import Faults
from kfpops.sandbox.s3.kept import Entry, KeptBucket, place_in


class _Cut(NamedTuple):
    """A page's names: keys, or folders (which end in the delimiter). `next` is where to go on, "" at the end."""

    keys: list[str]
    folders: list[str]
    next: str


def list_objects(bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    """Version 2 of the listing, or version 1 without `list-type=2`."""
    query = request.query
    second = query.get("list-type") == "2"
    pages, after = _page_number(query.get("continuation-token", ""))
    after = after or query.get("start-after" if second else "marker", "")
    if faults.same_page or (faults.circle and pages >= faults.circle):
        pages, after = 0, ""
    cut = _page(bucket, query.get("prefix", ""), query.get("delimiter", ""), after, _most(query), faults)
    _grow(bucket, cut, faults)
    written = _writer(query, faults)
    rows: list[tuple[str, str | Xml]] = [("Contents", _row(bucket, key, written, faults)) for key in cut.keys]
    count = len(cut.keys) + len(cut.folders) + (1 if faults.miscount else 0)
    if faults.twice and rows:
        rows.append(rows[-1])
        count += 1
    rows += [("CommonPrefixes", [("Prefix", written(folder))]) for folder in cut.folders]
    token = f"{pages + 1}:{cut.next}" if cut.next and not faults.same_page else cut.next
    head = _head(request, written, cut, token, count) if second else _first_head(request, written, cut)
    found = answer("ListBucketResult", [*head, *rows])
    return replace(found, body=found.body[: len(found.body) * 2 // 3]) if faults.cut else found


def _head(request: Request, written: Callable[[str], str], cut: _Cut, token: str, count: int) -> list[tuple[str, str | Xml]]:
    query = request.query
    head: list[tuple[str, str | Xml]] = [
        ("Name", request.bucket),
        ("Prefix", written(query.get("prefix", ""))),
        ("KeyCount", str(count)),
        ("MaxKeys", str(_most(query))),
        ("IsTruncated", "true" if cut.next else "false"),
    ]
    head += [("EncodingType", "url")] if written is not str else []
    return head + ([("NextContinuationToken", token)] if cut.next else [])


def _first_head(request: Request, written: Callable[[str], str], cut: _Cut) -> list[tuple[str, str | Xml]]:
    head: list[tuple[str, str | Xml]] = [
        ("Name", request.bucket),
        ("Prefix", written(request.query.get("prefix", ""))),
        ("Marker", written(request.query.get("marker", ""))),
        ("MaxKeys", str(_most(request.query))),
        ("IsTruncated", "true" if cut.next else "false"),
    ]
    head += [("EncodingType", "url")] if written is not str else []
    return head + ([("NextMarker", written(cut.next))] if cut.next and request.query.get("delimiter") else [])


def _page(bucket: KeptBucket, prefix: str, delimiter: str, after: str, most: int, faults: Faults) -> _Cut:
    """Names after `after` in the store's order; it may have been deleted meanwhile."""
    names: dict[str, bool] = {}
    for key in _following(bucket, prefix, after, faults):
        head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else ("", "", "")
        name = f"{prefix}{head}{delimiter}" if found else key
        # A page that ended with a folder goes on behind all that is in it.
        if name in names or (found and after.startswith(name)):
            continue
        if len(names) == most:
            return _cut(names, list(names)[-1])
        names[name] = bool(found)
    return _cut(names, "")


def _following(bucket: KeptBucket, prefix: str, after: str, faults: Faults) -> Iterator[str]:
    ordered, place = bucket.keys(faults.order), place_in(faults.order)
    start = bisect_right(ordered, place(after), key=place) if after else 0
    if faults.order == "bytes":
        start = max(start, bisect_left(ordered, prefix))
    for number in range(start, len(ordered)):
        if ordered[number].startswith(prefix):
            if not faults.drop_every or (number + 1) % faults.drop_every:
                yield ordered[number]
        elif faults.order == "bytes":
            return


def _cut(names: dict[str, bool], following: str) -> _Cut:
    return _Cut([n for n, folder in names.items() if not folder], [n for n, folder in names.items() if folder], following)


def list_versions(bucket: KeptBucket, request: Request, faults: Faults) -> Answer:
    """In one page: whoever has more than a sandbox holds needs another store."""
    written = _writer(request.query, faults)
    rows: list[tuple[str, str | Xml]] = []
    for entry, latest in bucket.versions():
        if entry.key.startswith(request.query.get("prefix", "")):
            rows.append(("DeleteMarker" if entry.is_marker else "Version", _version(entry, latest, written, faults)))
    encoding: list[tuple[str, str | Xml]] = [("EncodingType", "url")] if written is not str else []
    return answer("ListVersionsResult", [("Name", request.bucket), ("IsTruncated", "false"), *encoding, *rows])


def _version(entry: Entry, latest: bool, written: Callable[[str], str], faults: Faults) -> Xml:
    head = [("Key", written(entry.key)), ("VersionId", entry.version_id), ("IsLatest", "true" if latest else "false")]
    time = [("LastModified", iso(entry.modified_at + faults.skew))]
    return [*head, *time] + ([] if entry.is_marker else [("ETag", f'"{entry.etag}"'), ("Size", str(len(entry.body)))])


def _row(bucket: KeptBucket, key: str, written: Callable[[str], str], faults: Faults) -> Xml:
    entry = bucket.current(key)
    assert entry is not None
    return [
        ("Key", written(key)),
        ("LastModified", iso(entry.modified_at + faults.skew)),
        ("ETag", f'"{entry.etag}"'),
        ("Size", str(len(entry.body))),
        ("StorageClass", "STANDARD"),
    ]


def _grow(bucket: KeptBucket, cut: _Cut, faults: Faults) -> None:
    for number in range(faults.grows if cut.keys else 0):
        bucket.put(f"{cut.keys[0]}-grown-{len(bucket.keys('bytes'))}-{number}", b"new")


def _writer(query: Mapping[str, str], faults: Faults) -> Callable[[str], str]:
    return _quoted if query.get("encoding-type") == "url" and not faults.raw_keys else str


def _quoted(key: str) -> str:
    return quote_plus(key.encode("utf-8", "surrogateescape"), safe="/*-._")


def _page_number(after: str) -> tuple[int, str]:
    number, colon, rest = after.partition(":")
    return (int(number), rest) if colon and number.isdigit() else (0, after)


def _most(query: Mapping[str, str]) -> int:
    text = query.get("max-keys", "1000")
    return max(1, min(1000, int(text))) if text.isdigit() else 1000
