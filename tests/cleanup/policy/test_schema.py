"""docs/schemas/cleanup-policy.json and the reader accept the same files, as far as a schema can tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.cleanup.places import SAME
from kfpops.cleanup.policy import durations, fields, read, read_kinds, read_rule, sizes
from kfpops.errors import UsageError
from tests.cleanup.policy.test_read import EVERYTHING

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "cleanup-policy.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PROPERTIES = SCHEMA["properties"]
DEFINITIONS = SCHEMA["$defs"]

# What only the reader knows: names that must differ, numbers that contradict each other, types of KFP's that do not exist.
BEYOND_A_SCHEMA = re.compile(
    r"A second rule is named|Nothing is larger than|never keeps a run|reaches no further back|both keeps and gives up"
    r"|no type of KFP's"
)


def refusals(document: object) -> list[str]:
    # JSON is YAML, and written faster.
    text = json.dumps(document, ensure_ascii=False)
    try:
        read.read_policy(text, "p")
    except UsageError as error:
        return error.message.splitlines()
    return []


def agree(document: object) -> None:
    valid, said = VALIDATOR.is_valid(document), refusals(document)
    if valid:
        assert [line for line in said if not BEYOND_A_SCHEMA.search(line)] == []
    else:
        assert said != [], next(VALIDATOR.iter_errors(document)).message


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == read.SCHEMA


def test_a_file_of_every_key_is_valid() -> None:
    document = yaml.safe_load(EVERYTHING)
    VALIDATOR.validate(document)
    assert set(document) == set(PROPERTIES)


@pytest.mark.parametrize(
    "properties, keys",
    [
        (PROPERTIES, read.POLICY),
        (DEFINITIONS["rule"]["properties"], read_rule.RULE),
        (DEFINITIONS["select"]["properties"], read_rule.SELECT),
        (DEFINITIONS["keep"]["properties"], read_rule.KEEP),
        (DEFINITIONS["keep"]["properties"]["best"]["properties"], read_rule.BEST),
        (DEFINITIONS["rule"]["properties"]["types"]["properties"], read_rule.TYPES),
        (PROPERTIES["orphans"]["oneOf"][1]["properties"], read_kinds.ORPHANS),
        (DEFINITIONS["age"]["oneOf"][1]["properties"], read_kinds.AGE),
        (PROPERTIES["versions"]["properties"], read_kinds.VERSIONS),
        (PROPERTIES["limits"]["properties"], read_kinds.LIMITS),
        (PROPERTIES["pins"]["properties"], read.PINS),
    ],
)
def test_the_keys_are_the_same(properties: dict[str, object], keys: tuple[str, ...]) -> None:
    assert sorted(properties) == sorted(keys)


def test_the_words_and_patterns_are_the_same() -> None:
    assert DEFINITIONS["duration"]["pattern"] == DEFINITIONS["positive_duration"]["pattern"] == durations.PATTERN
    assert DEFINITIONS["size"]["oneOf"][1]["pattern"] == DEFINITIONS["positive_size"]["oneOf"][1]["pattern"] == sizes.PATTERN
    assert DEFINITIONS["text"]["pattern"] == fields.NO_CONTROLS
    assert DEFINITIONS["select"]["properties"]["state"]["oneOf"][0]["enum"] == list(read_rule.STATES)
    assert DEFINITIONS["rule"]["properties"]["name"]["pattern"] == read_rule.NAME
    assert PROPERTIES["roots"]["items"]["pattern"] == read.ROOT
    assert PROPERTIES["cache"]["enum"] == list(read.CACHE)
    assert PROPERTIES["budget"]["propertyNames"]["pattern"] == read.NAMESPACE
    assert PROPERTIES["external_schemes"]["items"] == {
        "type": "string",
        "pattern": read.SCHEME,
        "not": {"enum": sorted(SAME)},
    }


LEAVES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        3,
        -1,
        10**13,
        0.5,
        1.5,
        -0.5,
        "",
        "x",
        "3",
        "24h",
        "0s",
        "7d",
        "1M",
        "-1d",
        "500Gi",
        "500GB",
        "0Gi",
    ),
    *("500m", "a b", "a\nb", "*", "*-train", "true", "ä", "SUCCEEDED", "RUNNING", "respect", "evict", "s3", "ipfs", "HDFS"),
    *(
        "namespace",
        "system.Model",
        "minio://mlpipeline/v2",
        "s3://ab",
        "minio://mlpipeline?x=1",
        read.SCHEMA,
        "&x",
        "!t",
        "# c",
    ),
    *(
        [],
        {},
        ["x"],
        ["x", "x"],
        [3],
        [[]],
        ["SUCCEEDED"],
        ["pipeline"],
        ["s3"],
        {"x": "x"},
        {"older_than": "7d"},
        {"x": ["y"]},
    ),
    *(
        {"older_than": "1y"},
        {"file": "p"},
        {"keep": ["x"]},
        {"drop": "x"},
        {"keep": 1},
        {"metric": "a", "top": 1},
        {"team-a": "1Gi"},
    ),
    *(
        {"team-a": "1Gi"},
        {"Team": 1},
        {"metric": "a"},
        [{"name": "r", "keep": {"last": 1}}],
        [{"name": "r"}],
        [{"keep": {"last": 1}}],
    ),
)


def everywhere(document: Any) -> Iterator[Any]:
    """The document with every value, at every depth, replaced by every leaf, or away; and with an unknown key beside it."""
    yield from LEAVES
    if isinstance(document, dict):
        yield {**document, "unknown": 1}
        for key, value in document.items():
            yield {other: kept for other, kept in document.items() if other != key}
            yield from ({**document, key: changed} for changed in everywhere(value))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from ([*document[:index], changed, *document[index + 1 :]] for changed in everywhere(value))


def changes(document: dict[str, Any]) -> Iterator[Any]:
    """Every change of every key alone; of a rule, of each key of `select`, `keep` and `types` alone."""
    for key, value in document.items():
        if key != "rules":
            yield pytest.param([{key: changed} for changed in everywhere(value)], id=key)
    rule = document["rules"][0]
    small = {"rules": [{"name": "a", "group_by": rule["group_by"], "keep": {"last": 1}}]}
    yield pytest.param(list(everywhere(small)), id="rules")
    for block in ("select", "keep", "types"):
        for key, value in rule[block].items():
            changed = [{"rules": [{"name": "a", block: {key: other}}]} for other in everywhere(value)]
            yield pytest.param(changed, id=f"{block} {key}")


@pytest.mark.parametrize("documents", list(changes(yaml.safe_load(EVERYTHING))))
def test_they_agree_on_every_small_change(documents: list[object]) -> None:
    for document in documents:
        agree(document)
    assert {VALIDATOR.is_valid(document) for document in documents} == {True, False}


rules = st.fixed_dictionaries(
    {"name": st.sampled_from(["a", "b"])},
    optional={
        "select": st.dictionaries(st.sampled_from(read_rule.SELECT), st.sampled_from(LEAVES), max_size=3),
        "keep": st.dictionaries(st.sampled_from(read_rule.KEEP), st.sampled_from(LEAVES), max_size=3),
        "types": st.dictionaries(st.sampled_from(read_rule.TYPES), st.sampled_from(LEAVES), max_size=2),
        "group_by": st.lists(st.sampled_from(["namespace", "pipeline", "x"]), max_size=2),
    },
)
policies = st.fixed_dictionaries(
    {},
    optional={key: st.lists(rules, max_size=2) if key == "rules" else st.sampled_from(LEAVES) for key in read.POLICY},
)


@settings(max_examples=60, deadline=None)
@given(policies)
def test_they_agree_on_anything(document: dict[str, object]) -> None:
    agree(document)
