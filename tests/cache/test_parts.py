"""The parts of a fingerprint, and what differs between two."""

from __future__ import annotations

import pytest

from kfpops.cache.parts import Values, code_and_command, differences, parts_of, values_of
from kfpops.knowledge.fingerprint import CUSTOM_KEY, RELEASES, CacheKey
from kfpops.model.lineage import JsonValue

KEY = CacheKey(
    input_artifacts={"data": ("7", "8")},
    input_parameters={"rows": 100.0, "table": {"b": 1.5}},
    output_parameters={"Output": "NUMBER_DOUBLE"},
    image="python:3.11",
    command=("sh", "-c", "\nimport kfp\ndef f(): pass\n", "--name", "a b"),
    claims=("models",),
)


def test_code_is_the_last_argument_of_many_lines() -> None:
    assert code_and_command(("sh", "-c", "a\nimport b\n", "x")) == ("a\nimport b\n", ("sh", "-c", "x"))
    assert code_and_command(("sh", "-c", "one\ntwo\n")) == ("", ("sh", "-c", "one\ntwo\n"))
    assert code_and_command(()) == ("", ())


def test_every_part_once_with_a_digest() -> None:
    found = {(p.kind, p.name): p.text for p in parts_of(KEY, RELEASES[0])}
    assert found == {
        ("image", ""): "python:3.11",
        ("code", ""): None,
        ("command", ""): None,
        ("parameter", "rows"): "100",
        ("parameter", "table"): '{"b": 1.5}',
        ("artifact", "data"): "7, 8",
        ("output-artifact", "executor-logs"): '{"name": "executor-logs", "type": {"schemaTitle": "system.Artifact"}}',
        ("output-parameter", "Output"): "NUMBER_DOUBLE",
        ("claims", ""): "models",
    }
    assert all(p.digest and len(p.digest) == 64 for p in parts_of(KEY, RELEASES[0]))


def test_what_a_release_does_not_see_is_no_part() -> None:
    assert ("claims", "") not in values_of(KEY, RELEASES[2])


def test_a_key_of_the_author_is_the_only_part() -> None:
    key = CacheKey(image="a", custom="nightly", component="comp-train")
    assert [(p.kind, p.text) for p in parts_of(key, CUSTOM_KEY)] == [("cache-key", "comp-train: nightly")]


def test_equal_parts_do_not_differ() -> None:
    values = values_of(KEY, RELEASES[0])
    assert list(differences(values, dict(values))) == []


@pytest.mark.parametrize(
    "before, after, shown",
    [
        pytest.param("a", "b", ("a", "b", ""), id="short texts as they are"),
        pytest.param(1.0, True, ("1", "true", ""), id="values as JSON"),
        pytest.param("x" * 400, "y", (None, None, "-"), id="a long text as a diff"),
        pytest.param("a\nb", "a\nc", (None, None, "-b"), id="lines as a diff"),
    ],
)
def test_how_a_difference_is_shown(before: JsonValue, after: JsonValue, shown: tuple[str | None, str | None, str]) -> None:
    old: Values = {("parameter", "p"): before}
    (found,) = differences(old, {("parameter", "p"): after})
    assert (found.before, found.after) == shown[:2]
    assert shown[2] in found.diff


def test_a_diff_has_no_credentials_and_an_end() -> None:
    old: Values = {("code", ""): "a\n" * 1000 + "password = 'hunter2secret'"}
    new: Values = {("code", ""): "b\n" * 1000 + "password = 'hunter3secret'"}
    (found,) = differences(old, new)
    assert "hunter" not in found.diff
    assert found.diff.splitlines()[-1] == "… 1604 more lines"


@pytest.mark.parametrize("name", ["password", "private_key"])
def test_a_long_credential_is_no_diff_whose_lines_stand_alone(name: str) -> None:
    """A line of a PEM, or the middle of a long token, does not look like a credential any more."""
    key = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----"
    old: Values = {("parameter", name): key.format("MIIhunter2\n" * 40)}
    new: Values = {("parameter", name): key.format("MIIhunter3\n" * 40)}
    (found,) = differences(old, new)
    assert "hunter" not in f"{found}"
    assert found.note == "the two differ where they are not shown"
