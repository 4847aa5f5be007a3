from __future__ import annotations

from kfpops.cleanup.policy.fields import Fields, fields_of
from kfpops.cleanup.policy.lines import Entries, read_lines
from kfpops.cleanup.policy.problems import Problem, Problems


def fields(text: str, *known: str) -> Fields:
    problems = Problems("p.yaml")
    tree = read_lines(text, problems)
    assert isinstance(tree, Entries)
    return fields_of(tree, "a test", known, problems)


def test_an_absent_key_is_no_problem() -> None:
    found = fields("a: 1\n", "a", "b")
    assert found.text("b") is None
    assert found.number("b") is None
    assert found.texts("b") == found.list("b") == ()
    assert found.block("b", ("c",)) is None
    assert found.problems.found == []


def test_an_unknown_key_is_noted_and_left_out() -> None:
    found = fields("a: 1\nbee: 2\n", "a", "beer")
    assert "bee" not in found
    assert found.problems.found == [Problem(2, '"bee" is no key of a test.', 'Did you mean "beer"?')]


def test_a_key_that_stands_elsewhere() -> None:
    problems = Problems("p.yaml")
    tree = read_lines("last: 3\n", problems)
    assert isinstance(tree, Entries)
    fields_of(tree, "a rule", ("keep",), problems, elsewhere={"last": "keep"})
    assert problems.found[0].hint == 'It stands under "keep".'


def test_lines_of_keys_and_of_what_is_below_them() -> None:
    found = fields("a:\n  b:\n    c.d: 1\ne.f: 2\n", "a", "e.f")
    assert [found.line_of(path) for path in ("a", "a.b", "a.x", "a.b.c.d", "e.f", "", "nowhere")] == [1, 2, 1, 2, 4, 1, 1]


def test_one_text_or_many() -> None:
    found = fields("a: x\nb: [x, y]\nc: [x, 3]\n", "a", "b", "c")
    assert (found.texts("a"), found.texts("b")) == (("x",), ("x", "y"))
    found.texts("c")
    assert [(p.line, p.hint) for p in found.problems.found] == [(3, 'Write it in quotes: "3".')]


def test_control_characters_are_no_text() -> None:
    found = fields('a: "x\\ny"\nb: "\\ud800"\n', "a", "b")
    assert found.text("a") is found.text("b") is None
    assert [p.line for p in found.problems.found] == [1, 2]


def test_a_list_where_one_value_is_wanted() -> None:
    found = fields("a: [1]\nb: {}\n", "a", "b")
    assert found.number("a") is found.size("b") is None
    assert [p.text for p in found.problems.found] == [
        'A list is not what "a" of a test takes: a whole number from 1.',
        'An empty mapping is not what "b" of a test takes: a size.',
    ]
