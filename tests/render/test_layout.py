from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.render.layout import columns, cut, elide, encodable, safe, wrap, wrap_lines


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("plain text", "plain text", id="plain text stays"),
        pytest.param("two\nlines", "two\nlines", id="line ends stay"),
        pytest.param("über 東京 ✓", "über 東京 ✓", id="letters of every script stay"),
        pytest.param("a\x1b[31mred\x1b[0m b", "ared b", id="colours of a log are dropped"),
        pytest.param("a\x1b]0;title\x07b", "ab", id="a log cannot set the window's title"),
        pytest.param("a\x1b]8;;http://x\x1b\\b", "ab", id="a log cannot make links"),
        pytest.param("10%\r20%\r\ndone", "10%20%\ndone", id="carriage returns cannot overwrite"),
        pytest.param("a\tb", "a   b", id="tabs become spaces"),
        pytest.param("x\u202egnp.exe", "xgnp.exe", id="the writing direction cannot be turned"),
        pytest.param("bell\x07 nul\x00 c1\x9b31m", "bell nul c131m", id="other control characters are dropped"),
    ],
)
def test_safe(text: str, expected: str) -> None:
    assert safe(text) == expected


def test_cut_keeps_what_fits_and_counts_wide_characters() -> None:
    assert cut("short", 5) == "short"
    assert cut("longer", 5) == "long…"
    assert cut("東京タワー", 5) == "東京…"
    assert columns("東京") == 4


@pytest.mark.parametrize(
    "text, width, expected",
    [
        pytest.param("short", 5, "short", id="what fits stays"),
        pytest.param("minio://bucket/a/b/model", 13, "mini…/b/model", id="the end tells more than the beginning"),
        pytest.param("東京タワー東京タワー", 9, "東…ワー", id="wide characters are counted"),
        pytest.param("abcdef", 1, "a…f", id="never without both ends"),
    ],
)
def test_elide(text: str, width: int, expected: str) -> None:
    assert elide(text, width) == expected


@pytest.mark.parametrize(
    "encoding, expected",
    [
        pytest.param("utf-8", "├─ x ×2 … ü", id="UTF-8 has all"),
        pytest.param("UTF8", "├─ x ×2 … ü", id="however it is written"),
        pytest.param("ascii", "|- x x2 ~ ü", id="ASCII has none; what is not ours stays"),
        pytest.param("latin-1", "|- x ×2 ~ ü", id="Latin-1 has some"),
        pytest.param("cp437", "├─ x x2 ~ ü", id="an old console has lines"),
        pytest.param("nonsense", "|- x x2 ~ ü", id="an encoding that nobody knows"),
    ],
)
def test_encodable(encoding: str, expected: str) -> None:
    assert encodable("├─ x ×2 … ü", encoding) == expected


def test_wrap_breaks_at_spaces_and_hangs() -> None:
    assert wrap("one two three four", 10, "- ") == ["- one two", "  three", "  four"]


def test_wrap_breaks_a_path_behind_a_slash() -> None:
    assert wrap("pod/train/status/containerStatuses", 20) == ["pod/train/status/", "containerStatuses"]


def test_wrap_lines_keeps_short_lines_with_their_indentation() -> None:
    text = "  File x, line 3\n    boom()\nValueError: " + "far " * 6
    assert wrap_lines(text, 24, "| ") == [
        "|   File x, line 3",
        "|     boom()",
        "| ValueError: far far",
        "|   far far far far",
    ]


@given(st.text(), st.integers(min_value=20, max_value=100))
def test_no_wrapped_line_is_too_wide(text: str, width: int) -> None:
    assert all(columns(line) <= width for line in wrap(safe(text), width, "  - "))
    assert all(columns(line) <= width for line in wrap_lines(safe(text), width, "| "))


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=300))
def test_wrapping_loses_no_character(text: str) -> None:
    assert "".join("".join(wrap(text, 30)).split()) == "".join(text.split())
