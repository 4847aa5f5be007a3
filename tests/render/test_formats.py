from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from kfpops.render.document import Document, Paragraph, Table
from kfpops.render.html import to_html
from kfpops.render.json import json_chunks, to_json
from kfpops.render.layout import columns
from kfpops.render.markdown import to_markdown
from kfpops.render.text import to_text
from kfpops.render.yaml import to_yaml
from tests.golden import matches_golden
from tests.render.sample import LONG_LINE, SAMPLE

GOLDEN = Path(__file__).parent / "golden"


def test_text_is_as_the_golden_file() -> None:
    matches_golden(to_text(SAMPLE), GOLDEN / "sample.txt")


def test_narrow_text_is_as_the_golden_file() -> None:
    matches_golden(to_text(SAMPLE, 50), GOLDEN / "sample-narrow.txt")


def test_markdown_is_as_the_golden_file() -> None:
    matches_golden(to_markdown(SAMPLE), GOLDEN / "sample.md")


def test_html_is_as_the_golden_file() -> None:
    matches_golden(to_html(SAMPLE), GOLDEN / "sample.html")


@pytest.mark.parametrize("width", [30, 50, 80, 120])
def test_only_code_is_wider_than_the_page(width: int) -> None:
    wide = [line for line in to_text(SAMPLE, width).splitlines() if columns(line) > width]
    assert all(line.strip() in (LONG_LINE, "train_task.set_memory_limit('600Mi')") for line in wide)


def test_code_is_never_broken() -> None:
    assert LONG_LINE in to_text(SAMPLE, 40)
    assert LONG_LINE in to_markdown(SAMPLE)


def test_text_has_no_escape_sequences_unless_colours_are_asked_for() -> None:
    assert "\x1b" not in to_text(SAMPLE)
    colored = to_text(SAMPLE, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == to_text(SAMPLE)
    assert colored.startswith("\x1b[1;31mRun nightly failed.")


def test_a_document_of_a_verdict_alone_is_one_line() -> None:
    assert to_text(Document("Run x", "Run x succeeded.")) == "Run x succeeded.\n"


def test_table_cells_in_the_middle_are_cut_only_when_nothing_else_helps() -> None:
    table = Table(("A", "B", "C"), (("x" * 20, "y" * 20, "many words that can be wrapped well"),))
    text = to_text(Document("t", "v", "plain", (table,)), 70)
    assert "y" * 20 in text
    text = to_text(Document("t", "v", "plain", (table,)), 40)
    assert "…" in text
    assert max(len(line) for line in text.splitlines()) <= 40


def test_markdown_does_not_turn_a_sentence_into_a_list() -> None:
    assert to_markdown(Document("t", "v", "plain", (Paragraph("1. no list"),))).endswith("\n\n\\1. no list\n")


class _Checker(HTMLParser):
    """Counts tags, and remembers which may load something."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loading: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        if tag in ("script", "img", "link", "iframe") or any(name in ("src", "href") for name, _ in attrs):
            self.loading.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_well_formed_self_contained_and_escaped() -> None:
    page = to_html(SAMPLE)
    checker = _Checker()
    checker.feed(page)
    assert checker.open == []
    assert checker.loading == []
    assert "<b>ValueError</b>" not in page
    assert "<title>Run &lt;nightly&gt; | 2</title>" in page


def test_json_and_yaml_hold_the_same() -> None:
    report = {"b": "ü", "a": [1, None, "2026-11-21T12:00:00Z", "on", "1e3"], "n": {"x": 1.5}}
    assert json.loads(to_json(report)) == report
    assert yaml.safe_load(to_yaml(report)) == report
    assert to_json(report).startswith('{\n  "b": "ü",\n')
    assert to_yaml(report).startswith("b: ü\n")


@pytest.mark.parametrize(
    "report",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"a": [], "b": {}, "c": None, "d": "ü"}, id="empty lists and mappings"),
        pytest.param(
            {"n": [{"x": [1, {"y": "two\nlines"}], "z": {}}, 3.0], "t": (1,), "m": {"k": [{}]}}, id="lists in lists"
        ),
    ],
)
def test_json_in_pieces_is_the_same_text(report: dict[str, object]) -> None:
    assert "".join(json_chunks(report)) == to_json(report)


def test_json_refuses_what_json_cannot_hold() -> None:
    with pytest.raises(ValueError):
        to_json({"x": float("nan")})
