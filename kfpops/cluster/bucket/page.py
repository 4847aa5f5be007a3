"""A page of a listing (ListObjectsV2) as the store sent it → rows: fast where it looks as usual, else through an XML parser.

Nothing is taken from a page that is cut off, or whose rows are not as many as it counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from kfpops.errors import BadAnswer
from kfpops.model.object_rows import ObjectRows, in_columns


class Page(NamedTuple):
    """`token` continues the listing; "" when this was the last page."""

    objects: ObjectRows
    folders: tuple[str, ...] = ()
    token: str = ""


class Unusual(Exception):
    """The page is not as stores usually write them; that need not mean that it is wrong."""


DISTRUST: Final = "The store's listing cannot be trusted with a plan."

_END: Final = "</ListBucketResult>"
_ROW, _ROW_END = "<Contents>", "</Contents>"
_MORE: Final = r"(?:<(?:StorageClass|ChecksumAlgorithm|ChecksumType)>[^<]*</\w+>)*"
# `[^<]` is searched for twice as fast as `[^<&]`: that no entity is left is seen afterwards, for all rows at once.
_KEY: Final = r"<Contents><Key>([^<]+)</Key>"
_TIME: Final = r"<LastModified>([^<]*)</LastModified>"
_ETAG: Final = r"<ETag>(?:\"|&quot;|&#34;)?([^<&\"]*)(?:\"|&quot;|&#34;)?</ETag>"
_SIZE: Final = r"<Size>([^<]*)</Size>"
_OWNER: Final = r"(?:<Owner>(?:<\w+>[^<]*</\w+>)*</Owner>)?"
_STANDARD: Final = r"<StorageClass>STANDARD</StorageClass>"

_AS_AWS: Final = tuple(
    re.compile(row + "</Contents>")
    for row in (
        _KEY + _TIME + r"<ETag>&quot;([^&]*)&quot;</ETag>" + _SIZE + _STANDARD,
        _KEY + _TIME + _ETAG + _MORE + _SIZE + _OWNER + _MORE,
    )
)
"""Rows of AWS, MinIO, Ceph and Swift: as they mostly are, and with all that may stand in them.

The first form of each has nothing of any length but its four groups: so a look at lengths proves that no row was missed.
"""

_AS_SEAWEEDFS: Final = tuple(
    re.compile(row + "</Contents>")
    for row in (
        _KEY + r"<ETag>&#34;([^&]*)&#34;</ETag>" + _SIZE + _STANDARD + _TIME,
        _KEY + _ETAG + _SIZE + _OWNER + _MORE + _TIME + _OWNER,
    )
)

_MINUTE: Final = 17
"""Letters of `2026-11-21T09:52:`."""


def read_page(body: bytes) -> Page:
    """Raises `BadAnswer` for a page that is cut off, miscounted, contradictory or no listing at all."""
    try:
        return _usual(body)
    except Unusual:
        from kfpops.cluster.bucket.page_xml import read_any_page

        return read_any_page(body)


def _usual(body: bytes) -> Page:
    text = body.decode("ascii" if body.isascii() else "utf-8", "surrogateescape")
    first, end = text.find(_ROW), text.rfind(_ROW_END) + len(_ROW_END)
    rest = text[:first] + text[end:] if first >= 0 else text
    if not rest.rstrip().endswith(_END) or "<!" in rest or "<CommonPrefixes>" in rest or "&" in rest:
        raise Unusual
    quoted = "<EncodingType>url</EncodingType>" in rest
    objects = _rows(text, first, end, quoted=quoted) if first >= 0 else in_columns(())
    counted, cut = _one(rest, "KeyCount"), _one(rest, "IsTruncated")
    return checked(Page(objects, (), _one(rest, "NextContinuationToken")), counted, cut)


def _rows(text: str, first: int, end: int, *, quoted: bool) -> ObjectRows:
    after_key = text.find("</Key>", first) + len("</Key>")
    if text.startswith("<LastModified>", after_key):
        keys, times, etags, sizes = _columns(_AS_AWS, text, first, end)
    else:
        keys, etags, sizes, times = _columns(_AS_SEAWEEDFS, text, first, end)
    names, digits = "".join(keys), "".join(sizes)
    if "&" in names or not (digits.isascii() and digits.isdigit() and all(sizes)):
        raise Unusual
    if quoted and ("%" in names or "+" in names):
        keys = [unquoted(key) for key in keys]
    try:
        moments = {time: _moment(time) for time in set(times)}
    except ValueError:
        raise Unusual from None
    return ObjectRows(keys, list(map(int, sizes)), etags, [moments[time] for time in times])


def _columns(forms: Sequence[re.Pattern[str]], text: str, first: int, end: int) -> list[Sequence[str]]:
    """The four columns of a page that has rows, all of one form."""
    for form in forms:
        begun = form.match(text, first)
        columns: list[Sequence[str]] = list(zip(*form.findall(text, first))) if begun else []
        if begun and (_fills(columns, begun, end - first) if form is forms[0] else _counts(columns, text)):
            return columns
    raise Unusual


def _fills(columns: Sequence[Sequence[str]], begun: re.Match[str], length: int) -> bool:
    """Whether the rows are all there is, each with as much around its groups as the one that was begun with."""
    around = len(begun[0]) - sum(map(len, begun.groups()))
    return length == around * len(columns[0]) + sum(sum(map(len, column)) for column in columns)


def _counts(columns: Sequence[Sequence[str]], text: str) -> bool:
    return len(columns[0]) == text.count(_ROW) and "<CommonPrefixes>" not in text


def unquoted(key: str) -> str:
    """A key as `encoding-type=url` writes it; a space is `+` or `%20`, depending on the store."""
    return unquote_plus(key, errors="surrogateescape") if "%" in key or "+" in key else key


@lru_cache(8192)
def _moment(time: str) -> float:
    seconds = float(time[_MINUTE:-1])
    # Also false for "nan", which is younger than nothing.
    if time[-1:] != "Z" or not 0 <= seconds < 61:
        raise ValueError(time)
    return _minute(time[:_MINUTE]) + seconds


@lru_cache(4096)
def _minute(text: str) -> float:
    """The objects of a page were written in few different minutes. Raises `ValueError` for another form of time."""
    if len(text) != _MINUTE or text[-1] != ":":
        raise ValueError(text)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:").replace(tzinfo=timezone.utc).timestamp()


def _one(rest: str, tag: str) -> str:
    """The text of an element that stands at most once; "" when it is not there."""
    _, begun, after = rest.partition(f"<{tag}>")
    value, ended, further = after.partition(f"</{tag}>")
    if f"<{tag}>" in further or (begun and not ended):
        raise Unusual
    return value


def checked(page: Page, counted: str, cut: str) -> Page:
    """The page, if it holds what it says. Raises `BadAnswer`."""
    rows = len(page.objects) + len(page.folders)
    if counted.strip() != str(rows):
        says = f"counts {counted.strip()}" if counted.strip() else "does not say how many (no KeyCount)"
        raise BadAnswer(f"A page of the listing holds {rows} keys and {says}.", hint=DISTRUST)
    if cut not in ("true", "false"):
        raise BadAnswer("A page of the listing does not say whether more follows (no IsTruncated).", hint=DISTRUST)
    if (cut == "true") != bool(page.token):
        more = "that more follows, and not where" if cut == "true" else "that it is the last, and where the next begins"
        raise BadAnswer(f"A page of the listing says {more}.", hint=DISTRUST)
    return page
