"""A page of a listing (ListObjectsV2) as the store sent it → rows: fast where it looks as usual, else through an XML parser.

Nothing is taken from a page that is cut off, or whose rows are not as many as it counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import lru_cache
from itertools import repeat
from typing import Final, NamedTuple
from urllib.parse import unquote_plus

from kfpops.errors import BadAnswer
from kfpops.model.bucket import BucketObject


class Page(NamedTuple):
    """`token` continues the listing; "" when this was the last page."""

    objects: Sequence[BucketObject]
    folders: tuple[str, ...] = ()
    token: str = ""


class Unusual(Exception):
    """The page is not as stores usually write them; that need not mean that it is wrong."""


DISTRUST: Final = "The store's listing cannot be trusted with a plan."

_END: Final = "</ListBucketResult>"
_MORE: Final = r"(?:<(?:StorageClass|ChecksumAlgorithm|ChecksumType)>[^<]*</\w+>)*"
_KEY: Final = r"<Contents><Key>([^<&]+)</Key>"
_TIME: Final = r"<LastModified>([^<&]*)</LastModified>"
_ETAG: Final = r"<ETag>(?:\"|&quot;|&#34;)?([^<&\"]*)(?:\"|&quot;|&#34;)?</ETag>"
_SIZE: Final = r"<Size>([0-9]+)</Size>"
_OWNER: Final = r"(?:<Owner>(?:<\w+>[^<]*</\w+>)*</Owner>)?"
_CLASS: Final = r"<StorageClass>[^<]*</StorageClass>"

_AS_AWS: Final = tuple(
    re.compile(row + "</Contents>")
    for row in (
        _KEY + _TIME + r"<ETag>&quot;([^<&\"]*)&quot;</ETag>" + _SIZE + _CLASS,
        _KEY + _TIME + _ETAG + _MORE + _SIZE + _OWNER + _MORE,
    )
)
"""Rows of AWS, MinIO, Ceph and Swift: as they mostly are (a quarter faster), and with all that may stand in them."""

_AS_SEAWEEDFS: Final = tuple(
    re.compile(row + "</Contents>")
    for row in (
        _KEY + r"<ETag>&#34;([^<&\"]*)&#34;</ETag>" + _SIZE + _CLASS + _TIME,
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
    first, last = text.find("<Contents>"), text.rfind("</Contents>")
    rest = text[:first] + text[last + len("</Contents>") :] if first >= 0 else text
    if not rest.rstrip().endswith(_END) or "<!" in rest or "<CommonPrefixes>" in text or "&" in rest:
        raise Unusual
    objects = _rows(text, first, quoted="<EncodingType>url</EncodingType>" in rest) if first >= 0 else []
    counted, cut = _one(rest, "KeyCount"), _one(rest, "IsTruncated")
    return checked(Page(objects, (), _one(rest, "NextContinuationToken")), counted, cut)


def _rows(text: str, first: int, *, quoted: bool) -> list[BucketObject]:
    after_key = text.find("</Key>", first) + len("</Key>")
    if text.startswith("<LastModified>", after_key):
        keys, times, etags, sizes = zip(*_found(_AS_AWS, text, first))
    else:
        keys, etags, sizes, times = zip(*_found(_AS_SEAWEEDFS, text, first))
    if quoted and ("%" in text or "+" in text):
        keys = tuple(unquoted(key) for key in keys)
    try:
        moments = [_moment(time) for time in times]
    except ValueError:
        raise Unusual from None
    # What NamedTuple's own constructor does, without its Python frame: this runs for every object of the bucket.
    new = tuple.__new__
    return [new(BucketObject, row) for row in zip(keys, map(int, sizes), etags, moments, repeat(""))]


def _found(forms: Sequence[re.Pattern[str]], text: str, first: int) -> list[tuple[str, str, str, str]]:
    """The rows of a page that has some, all of one form."""
    for form in forms:
        rows: list[tuple[str, str, str, str]] = form.findall(text, first) if form.match(text, first) else []
        if rows and len(rows) == text.count("<Contents>"):
            return rows
    raise Unusual


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
