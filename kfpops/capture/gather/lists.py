"""Lists of Kubernetes objects as the API server answers them: page by page, and namespace by namespace where it must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Item, Json, items, text
from kfpops.capture.gather.live import gap_of
from kfpops.capture.scope import trimmed
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable
from kfpops.model.kinds import KINDS, list_path
from kfpops.model.meta import KubernetesStruct
from kfpops.ports import Raw

_PAGE = 500
_RESTARTS = 2


@dataclass(frozen=True, slots=True)
class Listing:
    """`namespaces`: the only ones that could be read; empty means all. `found` None: none could."""

    kind: type[KubernetesStruct]
    found: tuple[Item, ...] | None
    namespaces: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


def read_list(raw: Raw, kind: type[KubernetesStruct], places: Sequence[str], **query: str) -> Listing:
    """All objects of a kind in all namespaces; where that is forbidden, in `places`."""
    everywhere = list_path(kind, None)
    try:
        return Listing(kind, read_pages(raw, everywhere, **query))
    except Forbidden as error:
        gap = gap_of(everywhere, error)
        if not KINDS[kind].namespaced:
            return Listing(kind, None, gaps=(gap,))
        part = read_in(raw, kind, places, **query)
        return Listing(kind, part.found, part.namespaces, (gap, *part.gaps))
    except KfpopsError as error:
        return Listing(kind, None, gaps=(gap_of(everywhere, error),))


def read_in(raw: Raw, kind: type[KubernetesStruct], places: Sequence[str], **query: str) -> Listing:
    """All objects of a kind in these namespaces."""
    found: list[Item] = []
    read, gaps = [], []
    for place in dict.fromkeys(places):
        try:
            found += read_pages(raw, list_path(kind, place), **query)
            read.append(place)
        except KfpopsError as error:
            gaps.append(gap_of(list_path(kind, place), error))
    return Listing(kind, tuple(found) if read else None, tuple(read), tuple(gaps))


def read_pages(raw: Raw, path: str, **query: str) -> tuple[Item, ...]:
    """The objects of all pages. A list that the server forgot half-way (410 Gone) is begun again."""
    for restart in range(_RESTARTS + 1):
        found: list[Item] = []
        token = ""
        while True:
            asked = {"limit": str(_PAGE), **query, **({"continue": token} if token else {})}
            try:
                page = decoded(raw.raw(f"{path}?{urlencode(asked)}"), path)
            except (Forbidden, NotFound, BadAnswer):
                raise
            except Unreachable:
                if not token or restart == _RESTARTS:
                    raise
                break
            found += [trimmed(item) for item in items(page, "items")]
            token = text(page, "metadata", "continue")
            if not token:
                return tuple(found)
    raise AssertionError("the last round returns or raises")


def decoded(body: bytes, path: str) -> Json:
    """A JSON answer. Raises `BadAnswer`."""
    try:
        return msgspec.json.decode(body)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswer(f"The answer for {path} is truncated or no JSON.") from error


def entry_of(listing: Listing, kept: Sequence[Item] | None = None) -> Entry | None:
    """The listing as a file of the bundle; None when nothing could be read."""
    found = listing.found if kept is None else kept
    if listing.found is None or found is None:
        return None
    place = KINDS[listing.kind]
    body = {"kind": f"{place.name}List", "apiVersion": place.api_version, "metadata": {}, "items": list(found)}
    path = f"kubernetes/{place.api_version}/{place.plural}.json"
    source = f"list {place.api_version} {place.plural}"
    return Entry(path, msgspec.json.encode(body), source, len(found), namespaces=listing.namespaces)
