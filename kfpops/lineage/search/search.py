"""Artifacts by type, name, URI, property, pipeline and time: what is asked, and what fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, get_args

from kfpops.errors import UsageError
from kfpops.knowledge.lineage_query import artifact_fits, property_fits
from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, ArtifactQuery, JsonValue, Place, PropertyTest, RunContext

Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]

# What KFP v2 calls its artifact types (sdk/python/kfp/dsl/types/artifact_types.py).
TYPES: Final = (
    *("system.Artifact", "system.Dataset", "system.Model", "system.Metrics", "system.ClassificationMetrics"),
    *("system.SlicedClassificationMetrics", "system.HTML", "system.Markdown"),
)
_TEST = re.compile(r"""\s*(?:"(?P<quoted>[^"]+)"|(?P<name>[^<>=!"]+?))\s*(?P<operator>[<>=!]+)(?P<value>.*)""", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FORM = "Write it as 'accuracy>0.9', 'framework=torch' or 'stage!=\"test 2\"'."


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """`pipeline`: the name of the producing run's; "" any. `limit`: how many at most."""

    artifacts: ArtifactQuery = field(default_factory=ArtifactQuery)
    pipeline: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """`place` and `run` are those of the execution that made it; empty and None where no execution did. `matched`: the
    properties that were asked for."""

    artifact: Artifact
    place: Place = NOWHERE
    run: RunContext | None = None
    matched: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`rows` newest first. `broke_off`: the store did, so that nobody knows whether there are more.

    When nothing was found, what there is, of what was asked for, the nearest names first: `types`; `pipelines` of artifacts
    that fit but for their pipeline; `properties` of the newest artifacts, when these lack one that was asked for.
    """

    source: Source
    query: SearchQuery
    rows: tuple[Found, ...] = ()
    truncated: bool = False
    types: tuple[str, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    pipelines: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    broke_off: bool = False


def parse_test(text: str) -> PropertyTest:
    """`name operator value`. A name may hold dots, spaces and dashes, in quotes all else; a value in quotes is a text.

    Raises `UsageError` that names the bad part.
    """
    found = _TEST.fullmatch(text)
    if found is None:
        raise UsageError(_what_lacks(text), _FORM)
    name = (found["quoted"] or found["name"]).strip()
    value = _value(found["value"].strip(), text)
    return PropertyTest(name, _operator(found["operator"], value, text), value)


def _what_lacks(text: str) -> str:
    if re.match(r"\s*[<>=!]", text):
        return f'"{text}" has no name before its operator.'
    if not any(sign in text for sign in "<>="):
        return f'"{text}" has no operator (=, !=, <, <=, > or >=).'
    return f'The name in "{text}" cannot be read.'


def _operator(sign: str, value: float | str, text: str) -> Operator:
    operator = "=" if sign == "==" else sign
    for known in get_args(Operator):
        if operator == known:
            if isinstance(value, str) and known not in ("=", "!="):
                raise UsageError(f'"{text}" compares with a text, which only = and != can do.', _FORM)
            found: Operator = known
            return found
    raise UsageError(f'"{sign}" in "{text}" is no operator: there are =, !=, <, <=, > and >=.', _FORM)


def _value(value: str, text: str) -> float | str:
    """true and false stay texts: that is how a truth value is compared."""
    if not value:
        raise UsageError(f'"{text}" has no value after its operator.', _FORM)
    if value[0] in "\"'":
        if len(value) < 2 or value[-1] != value[0]:
            raise UsageError(f'The quote in "{text}" is not closed.', _FORM)
        return value[1:-1]
    if not _NUMBER.fullmatch(value):
        return value.lower() if value.lower() in ("true", "false") else value
    number = float(value)
    return int(value) if number.is_integer() and re.fullmatch(r"[+-]?\d{1,18}", value) else number


def canonical_type(text: str) -> str:
    """`model` → `system.Model`, whatever the case; types that are not KFP's own as they are."""
    for known in TYPES:
        if text.lower() in (known.lower(), known.removeprefix("system.").lower()):
            return known
    return text


def for_the_store(query: ArtifactQuery) -> ArtifactQuery:
    """What may be left to the store without losing an artifact that fits: a store compares values of one kind, and knows no
    paths into a value."""
    return replace(query, properties=tuple(t for t in query.properties if _is_plain(t)))


def _is_plain(test: PropertyTest) -> bool:
    if "." in test.name or "[" in test.name:
        return False
    if isinstance(test.value, str):
        return test.operator == "=" and test.value not in ("true", "false", "NaN", "Infinity", "-Infinity")
    return test.operator != "!="


def fits(artifact: Artifact, query: ArtifactQuery) -> bool:
    """All that is asked of the artifact itself."""
    rest = replace(query, properties=())
    return artifact_fits(artifact, rest) and all(_holds(artifact, test) for test in query.properties)


def matched(artifact: Artifact, query: ArtifactQuery) -> dict[str, JsonValue]:
    """The values of the properties that were asked for."""
    return {test.name: value_at(artifact.properties, test.name) for test in query.properties}


def value_at(properties: Mapping[str, JsonValue], name: str) -> JsonValue:
    """The property of this name, else what a dotted path leads to (`confusion.rows.0`); None when there is nothing."""
    if name in properties:
        return properties[name]
    head, dot, rest = name.partition(".")
    while dot:
        if head in properties:
            return _inside(properties[head], rest)
        more, dot, rest = rest.partition(".")
        head = f"{head}.{more}"
    return None


def _inside(value: JsonValue, path: str) -> JsonValue:
    if isinstance(value, dict):
        return value_at(value, path)
    if isinstance(value, list):
        place, dot, rest = path.partition(".")
        if place.isascii() and place.isdecimal() and len(place) < 10 and int(place) < len(value):
            found = value[int(place)]
            return _inside(found, rest) if dot else found
    return None


def _holds(artifact: Artifact, test: PropertyTest) -> bool:
    return property_fits({test.name: value_at(artifact.properties, test.name)}, test)
