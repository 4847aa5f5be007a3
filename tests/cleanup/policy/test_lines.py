from __future__ import annotations

import pytest

from kfpops.cleanup.policy.lines import LONGEST, Entries, Entry, Items, Scalar, read_lines
from kfpops.cleanup.policy.problems import Problem, Problems


def read(text: str) -> tuple[object, list[Problem]]:
    problems = Problems("p.yaml")
    return read_lines(text, problems), problems.found


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "\ufeff", "\ufeff# nothing\n", "---\n...\n"])
def test_nothing(text: str) -> None:
    tree, problems = read(text)
    assert problems == []
    assert tree is None or (isinstance(tree, Scalar) and tree.kind == "nothing")


@pytest.mark.parametrize(
    "text, line, says",
    [
        pytest.param("a:\n  b: 1\n\tc: 2\n", 3, "This is no YAML", id="a tab"),
        pytest.param("a: 1\nb: [1,\n", 3, "This is no YAML", id="an open list"),
        pytest.param("a: 1\nb: @x\n", 2, "cannot start any token", id="a reserved sign"),
        pytest.param("a: 1\nb: \x07\n", 2, "special characters", id="a control character"),
        pytest.param("a: 1\nb: \udcff\n", 2, "no UTF-8", id="a byte that was no UTF-8"),
        pytest.param("%YAML 3.0\n---\na: 1\n", 1, "incompatible", id="another YAML"),
        pytest.param("---\na: 1\n---\nb: 1\n", 3, "A second document", id="two documents"),
        pytest.param("a: &x [1]\n", 1, '"&x"', id="an anchor"),
        pytest.param("a: 1\nb: *x\n", 2, '"*x"', id="an alias"),
        pytest.param("a: 1\nb: !!python/object:os.system x\n", 2, "tags are not read", id="a tag that makes objects"),
        pytest.param("a: ! x\n", 1, "tags are not read", id="a tag without a name"),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, 'The key "a" stands here twice; first in line 1', id="a key twice"),
        pytest.param("a:\n  b: 1\n  'b': 2\n", 3, 'The key "b"', id="a key twice, once in quotes"),
        pytest.param("? [1]\n: 2\n", 1, "A list or mapping stands as a key", id="a list as a key"),
        pytest.param("a: 1\n3: 2\n", 2, '"3" stands as a key', id="a number as a key"),
        pytest.param("[" * 50_000, 1, "more than 12 levels", id="deeper than any policy"),
        pytest.param("{a: " * 50_000, 1, "more than 12 levels", id="mappings deeper than any policy"),
        pytest.param("a" * (LONGEST + 1), 1, "a policy has at most", id="a very long file"),
    ],
)
def test_what_is_refused(text: str, line: int, says: str) -> None:
    _, problems = read(text)
    assert [p.line for p in problems] == [line]
    assert says in problems[0].text
    assert problems[0].hint


def test_aliases_are_never_expanded() -> None:
    bomb = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60))
    tree, problems = read(bomb)
    assert tree is None
    assert problems[0].line == 1


def test_a_pattern_that_looks_like_an_alias_is_explained() -> None:
    for text in ("a: *-train\n", "a: *\n"):
        assert "stands in quotes" in read(text)[1][0].hint


def test_a_tab_is_explained() -> None:
    assert "never with tabs" in read("a:\n\tb: 1\n")[1][0].hint


def test_values_know_their_lines() -> None:
    tree, problems = read("# a policy\na:\n  - x\n  - y: 1\nb: 2\n")
    assert problems == []
    y = Entries(4, (Entry(4, "y", Scalar(4, "1", "integer")),))
    assert tree == Entries(
        2, (Entry(2, "a", Items(3, (Scalar(3, "x", "text"), y))), Entry(5, "b", Scalar(5, "2", "integer")))
    )


@pytest.mark.parametrize(
    "text, kind",
    [
        *(("x", "text"), ("24h", "text"), ('"3"', "text"), ("'true'", "text"), ("1e3", "text"), ("=", "text")),
        *(("3", "integer"), ("-3", "integer"), ("0", "integer"), ("0.5", "number"), ("1.0e-05", "number")),
        *(("true", "truth"), ("false", "truth"), ("null", "nothing"), ("~", "nothing"), ("", "nothing")),
        *(("yes", "other"), ("on", "other"), ("True", "other"), ("0x10", "other"), ("010", "other"), ("1:30", "other")),
        *((".5", "other"), (".nan", "other"), ("1_000", "other"), ("2026-11-21", "other"), ("9" * 5_000, "other")),
    ],
)
def test_only_plain_spellings_are_numbers_and_truths(text: str, kind: str) -> None:
    tree, _ = read(f"a: {text}\n")
    assert isinstance(tree, Entries)
    assert tree.entries[0].value == Scalar(1, text.strip("\"'"), kind)  # type: ignore[arg-type]
