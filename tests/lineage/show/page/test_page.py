"""The page needs nothing from elsewhere, and no text of a lineage store becomes markup of it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any

import pytest

from kfpops.lineage.show.page import to_page


def a_report(**properties: object) -> dict[str, Any]:
    node = {"id": "artifact:1", "kind": "artifact", "type": "system.Model", "name": "model", "properties": properties}
    return {"schema": "kfpops/lineage/v1", "nodes": [node], "edges": [], "start": ["artifact:1"], "truncated": False}


def data_of(page: str) -> dict[str, Any]:
    """The embedded report, as a browser would cut it out."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script', page, re.DOTALL)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "@SCRIPT@", "a & b", "\u2028", "Ünï ☃"]
)
def test_a_text_stays_what_it_is(text: str) -> None:
    page = to_page(a_report(note=text), text)
    assert data_of(page)["nodes"][0]["properties"] == {"note": text}
    assert page.count("<script") == 2
    assert page.count("</script") == 2


def test_a_title_is_escaped() -> None:
    page = to_page(a_report(), "run <img src=x onerror=alert(1)>")
    assert "<img" not in page
    assert "<title>run &lt;img src=x onerror=alert(1)&gt;</title>" in page


def test_nothing_is_fetched() -> None:
    page = to_page(a_report(), "model")
    own = page.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|//[a-z]|@import|url\(|src=|fetch\(|XMLHttp|<link", own) == []
    assert "default-src 'none'" in page


def test_times_are_written_as_reports_write_them() -> None:
    report = a_report() | {"generated_at": datetime(2026, 11, 21, 12, tzinfo=timezone.utc)}
    assert data_of(to_page(report, "model"))["generated_at"] == "2026-11-21T12:00:00Z"
