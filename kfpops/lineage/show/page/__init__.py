"""A lineage report as one HTML page: the graph drawn, with search, folding and details; it fetches nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files

from kfpops.render.layout import safe
from kfpops.render.plain import plain

# Values are put in where the page is split, so a value that looks like a placeholder stays what it is.
_PLACES = re.compile(r"(@[A-Z]+@)")


def to_page(report: Mapping[str, object], title: str) -> str:
    """The page, with a newline at its end. `report` is `kfpops/lineage/v1`; whatever texts it holds, none becomes markup."""
    parts = {
        "@TITLE@": escape(safe(title)),
        "@STYLE@": _read("page.css"),
        "@SCRIPT@": _read("page.js"),
        # A script element ends at the first `</script`, and `<!--` changes how it is read: no `<` stays one.
        "@DATA@": json.dumps(plain(report), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"),
    }
    return "".join(parts.get(piece, piece) for piece in _PLACES.split(_read("page.html")))


def _read(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
