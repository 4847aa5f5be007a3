"""Lines of a log as a person would see them."""

from __future__ import annotations

import pytest

from kfpops.knowledge.log_lines import clean_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", [], id="an empty log has no lines"),
        pytest.param("a\nb\n", ["a", "b"], id="plain lines stay"),
        pytest.param("  a  \n\nb", ["  a  ", "", "b"], id="blanks and spaces stay"),
        pytest.param("\u2028in\x0bone line\n", ["\u2028in\x0bone line"], id="only newlines end lines"),
        pytest.param(" 1%\r 50%\r100%\nend\n", ["100%", "end"], id="of a progress bar its last state stays"),
        pytest.param("windows\r\nlines\r\n", ["windows", "lines"], id="carriage returns at the end go"),
        pytest.param("\x1b[31mred\x1b[0m \x1b]0;title\x07x\n", ["red x"], id="colours and titles go"),
    ],
)
def test_what_is_seen(text: str, lines: list[str]) -> None:
    assert clean_lines(text) == (lines, False)


def test_an_endless_line_keeps_both_ends() -> None:
    (line,), _ = clean_lines("begin" + "x" * 5_000_000 + "end")
    assert line.startswith("begin")
    assert line.endswith("end")
    assert len(line) < 10_000


def test_an_endless_log_loses_its_beginning_and_says_so() -> None:
    lines, cut = clean_lines("a line of text\n" * 1_000_000)
    assert cut
    assert set(lines) == {"a line of text"}
