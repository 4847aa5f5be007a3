from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.render.document import Branch
from kfpops.render.layout import columns
from kfpops.render.text_tree import tree_lines


def drawn(*branches: tuple[int, str, str], width: int = 80) -> list[str]:
    return [line.lead + line.label + line.detail for line in tree_lines([Branch(*b) for b in branches], width)]


def test_no_branches_no_lines() -> None:
    assert drawn() == []


def test_guides_join_what_belongs_together() -> None:
    assert drawn((0, "a", ""), (1, "b", ""), (2, "c", ""), (1, "d", ""), (2, "e", ""), (0, "f", ""), (1, "g", "")) == [
        "a",
        "├─ b",
        "│  └─ c",
        "└─ d",
        "   └─ e",
        "f",
        "└─ g",
    ]


def test_a_detail_stands_behind_its_label_or_below_it() -> None:
    assert drawn((0, "root", ""), (1, "b", "short"), (1, "c", "words " * 12), width=50) == [
        "root",
        "├─ b, short",
        "└─ c",
        "     words words words words words words words",
        "     words words words words words",
    ]


def test_guides_run_on_beside_a_wrapped_detail() -> None:
    lines = drawn((0, "root", ""), (1, "b", "words " * 12), (1, "c", ""), width=50)
    assert [line[0] for line in lines[2:4]] == ["│", "│"]


def test_a_label_that_is_too_long_loses_its_middle() -> None:
    assert drawn((0, "x" * 60 + "end", ""), width=30) == ["x" * 10 + "…" + "x" * 16 + "end"]


def test_deep_levels_are_numbered_not_indented() -> None:
    lines = drawn(*((n, f"level {n}", "") for n in range(40)), width=80)
    assert lines[12] == " " * 33 + "└─ level 12"
    assert lines[13].strip() == "└─ (13) level 13"
    assert lines[39].strip() == "└─ (39) level 39"
    assert max(map(len, lines)) <= 80


def test_line_ends_and_escapes_in_names_do_no_harm() -> None:
    assert drawn((0, "two\nlines", "\x1b[31mred\nx")) == ["two lines, red x"]


@st.composite
def trees(draw: st.DrawFn) -> list[Branch]:
    branches: list[Branch] = []
    depth = -1
    for _ in range(draw(st.integers(0, 20))):
        depth = draw(st.integers(0, depth + 1))
        branches.append(Branch(depth, draw(st.text(max_size=100)), draw(st.text(max_size=200))))
    return branches


@given(trees(), st.integers(min_value=30, max_value=160))
def test_no_line_is_too_wide(branches: list[Branch], width: int) -> None:
    lines = tree_lines(branches, width)
    assert all(columns(line.lead + line.label + line.detail) <= width for line in lines)
    assert len(lines) >= len(branches)


@pytest.mark.parametrize("deep", [20_000])
def test_a_very_deep_tree_is_drawn(deep: int) -> None:
    assert len(drawn(*((n, "x", "") for n in range(deep)))) == deep
