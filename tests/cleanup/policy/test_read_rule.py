from __future__ import annotations

import pytest

from kfpops.cleanup.policy.policy import Rule
from kfpops.cleanup.policy.read import read_policy
from kfpops.errors import UsageError


def rule(text: str) -> Rule:
    """The only rule of a policy: `text` are its keys below its name."""
    return read_policy(f"rules:\n- name: a\n  {text}\n", "p.yaml").rules[0]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("keep: {last: 1}", id="a keep alone"),
        pytest.param('select: {pipeline: "*"}', id="every run, on purpose"),
        pytest.param("types: {drop: system.Dataset}", id="types alone"),
        pytest.param("types: {keep: system.Model}", id="all but some types"),
        pytest.param("keep: {within: 30d, daily: 7}", id="days that reach further than within where runs are rare"),
        pytest.param("keep: {daily: 6, weekly: 1}", id="a week that may hold a seventh day"),
        pytest.param("keep: {last: 100, daily: 7}", id="many runs of one day"),
        pytest.param("select: {older_than: 7d}\n  keep: {within: 8d}", id="within beyond older_than"),
        pytest.param('types: {drop: "*", keep: system.Model}', id="all but one"),
        pytest.param("select: {type: google.VertexModel}", id="a type of others"),
        pytest.param("select: {larger_than: 1, smaller_than: 3}", id="just one size"),
        pytest.param("group_by: []\n  keep: {last: 1}", id="one group of all"),
    ],
)
def test_what_is_meant(text: str) -> None:
    assert rule(text).name == "a"


@pytest.mark.parametrize(
    "text, line, says",
    [
        pytest.param("select:\n  keep: {last: 1}", 3, '"select" of a rule has no value', id="a select that was taken out"),
        pytest.param("select: {state: FAILED}\n  keep:", 4, '"keep" of a rule has no value', id="a keep that was taken out"),
        pytest.param("select: {}", 3, "An empty mapping", id="an empty select"),
        pytest.param("keep: {}", 3, "An empty mapping", id="an empty keep"),
        pytest.param("keep: 3", 3, '"3" is not what "keep"', id="a number to keep"),
        pytest.param("last: 3", 3, 'It stands under "keep".', id="a key of keep beside it"),
        pytest.param("keep:\n    last: 0", 4, '"0" is not what "last" of "keep" takes: a whole', id="the last 0"),
        pytest.param("keep: {last: -1}", 3, '"-1"', id="the last -1"),
        pytest.param("keep: {last: '3'}", 3, '"3"', id="a number in quotes"),
        pytest.param("keep: {last: 1_000}", 3, '"1_000"', id="a number in an unusual spelling"),
        pytest.param("keep: {last: 3d}", 3, '"3d"', id="a duration for a number"),
        pytest.param("keep: {within: 3}", 3, "a duration", id="a number for a duration"),
        pytest.param("keep: {within: 0d}", 3, "means nothing here", id="within nothing"),
        pytest.param("keep: {best: accuracy}", 3, "metric, top, lowest", id="best without its keys"),
        pytest.param("keep: {best: {metric: accuracy}}", 3, '"best" lacks "top"', id="best of how many?"),
        pytest.param("keep: {best: {top: 3}}", 3, '"best" lacks "metric"', id="best by what?"),
        pytest.param("keep: {best: {metric: a, top: 3, lowest: yes}}", 3, "true or false", id="a truth of YAML 1.1"),
        pytest.param("keep: {tagged: false}", 3, "keeps nothing", id="tagged: false"),
        pytest.param("keep: {tagged: []}", 3, "An empty list", id="no tags"),
        pytest.param("keep: {tagged: 3}", 3, 'Write it in quotes: "3"', id="a number as a tag"),
        pytest.param("select: {namespace: []}", 3, "An empty list", id="no namespaces"),
        pytest.param("select: {namespace: ''}", 3, "not empty", id="a name of nothing"),
        pytest.param("select: {namespace: [[a]]}", 3, "A list is not what", id="a list in a list"),
        pytest.param("select: {experiment: 2026}", 3, 'Write it in quotes: "2026"', id="a number as a name"),
        pytest.param("select: {state: succeeded}", 3, 'Did you mean "SUCCEEDED"?', id="a state in small letters"),
        pytest.param("select: {state: CANCELLED}", 3, 'Did you mean "CANCELED"?', id="a state as others spell it"),
        pytest.param("select: {state: [FAILED, RUNNING]}", 3, "RUNNING are never given up", id="runs that have not ended"),
        pytest.param("select: {older_than: 0s}", 3, "means nothing here", id="older than nothing"),
        pytest.param("select: {type: Model}", 3, 'Did you mean "system.Model"?', id="a type without its schema"),
        pytest.param("select: {smaller_than: 0}", 3, '"0"', id="smaller than nothing"),
        pytest.param("select: {larger_than: -1}", 3, '"-1"', id="larger than less than nothing"),
        pytest.param("select: {label: vision}", 3, "names and values", id="a label without its name"),
        pytest.param("select: {label: {version: 3}}", 3, 'Write it in quotes: "3"', id="a number as a label"),
        pytest.param("types: {keep: [system.Modle]}", 3, 'Did you mean "system.Model"?', id="a type that does not exist"),
        pytest.param("types: [system.Model]", 3, "keep, drop", id="types without what becomes of them"),
        pytest.param("group_by: pipeline\n  keep: {last: 1}", 3, "a list", id="one group key without a list"),
        pytest.param("group_by: [pipline]\n  keep: {last: 1}", 3, 'Did you mean "pipeline"?', id="a misspelled group key"),
        pytest.param("group_by: [pipeline, pipeline]\n  keep: {last: 1}", 3, "twice", id="a group key twice"),
    ],
)
def test_what_is_refused(text: str, line: int, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        rule(text)
    assert refused.value.message.startswith(f"p.yaml:{line}: ")
    assert says in f"{refused.value.message} {refused.value.hint}"
    assert refused.value.hint


@pytest.mark.parametrize("name", ["", "-a", "a b", "ä", "a/b", "x" * 64, "3", "yes"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(UsageError, match=r"^p\.yaml:2: "):
        read_policy(f"rules:\n- name: {name}\n  keep: {{last: 1}}\n", "p.yaml")


def test_a_rule_without_a_name() -> None:
    with pytest.raises(UsageError, match=r"^p\.yaml:2: This rule has no name\.$"):
        read_policy("rules:\n- keep: {last: 1}\n", "p.yaml")


def test_types_that_go_are_selected() -> None:
    assert rule("types: {drop: [system.Dataset]}").select == rule("select: {type: system.Dataset}").select


def test_groups_are_in_one_order_however_they_are_written() -> None:
    assert rule("group_by: [pipeline, namespace]\n  keep: {last: 1}").group_by == ("namespace", "pipeline")


def test_runs_are_grouped_by_namespace_and_pipeline_unless_said() -> None:
    assert rule("keep: {last: 1}").group_by == ("namespace", "pipeline")
