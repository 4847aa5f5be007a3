"""YAML text → plain values that know their lines. Nothing is constructed: no tag, anchor or alias has any effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from kfpops.cleanup.policy.problems import Problems, quoted

if TYPE_CHECKING:
    from yaml.events import Event
    from yaml.nodes import Node

LONGEST: Final = 262_144
DEEPEST: Final = 12
_STAR: Final = "Write the value out; a pattern that begins with * stands in quotes."
Kind: TypeAlias = Literal["text", "integer", "number", "truth", "nothing", "other"]

# The tags that YAML 1.1 finds by itself. Of its many spellings (`yes`, `0x10`, `1:30`, `.5`) only the plain ones count.
_PLAIN: Final[Mapping[str, tuple[Kind, re.Pattern[str]]]] = {
    "int": ("integer", re.compile(r"-?(?:0|[1-9][0-9]{0,17})")),
    "float": ("number", re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}(?:e[-+][0-9]{1,2})?")),
    "bool": ("truth", re.compile(r"true|false")),
    "null": ("nothing", re.compile(r"|~|null")),
    "str": ("text", re.compile(r".*", re.DOTALL)),
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """`kind`: what YAML takes it for; other: a date, or a number or truth in an unusual spelling."""

    line: int
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    values: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    line: int
    key: str
    value: Tree


@dataclass(frozen=True, slots=True)
class Entries:
    """In the order of the file, each key once."""

    line: int
    entries: tuple[Entry, ...]


Tree: TypeAlias = Scalar | Items | Entries


def read_lines(text: str, problems: Problems) -> Tree | None:
    """The file's one document; None for a file that holds nothing, and for one with problems that is not read further."""
    import yaml

    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST:
        problems.add(1, f"The file has {len(text):,} characters; a policy has at most {LONGEST:,}.", "Is it the right file?")
        return None
    try:
        text.encode()
        if not _is_plain(yaml.parse(text, Loader=yaml.SafeLoader), problems):
            return None
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeEncodeError as error:
        problems.add(text.count("\n", 0, error.start) + 1, "Here stands a byte that is no UTF-8.", "Save the file as UTF-8.")
        return None
    except yaml.YAMLError as error:
        _not_yaml(error, text, problems)
        return None
    return None if root is None else _tree(root, problems)


def _is_plain(events: Iterator[Event], problems: Problems) -> bool:
    """Whether it may be composed: one document, not deep, without what makes YAML more than text, lists and mappings."""
    from yaml import events as kinds

    documents = depth = 0
    before = len(problems.found)
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        documents += isinstance(event, kinds.DocumentStartEvent)
        depth += isinstance(event, kinds.CollectionStartEvent) - isinstance(event, kinds.CollectionEndEvent)
        if documents > 1:
            problems.add(line, "A second document begins here; a policy is one.", "Take the line `---` away.")
            break
        if depth > DEEPEST:
            problems.add(line, f"The file is nested more than {DEEPEST} levels deep.", "No key of a policy is that deep.")
            break
        if isinstance(event, kinds.NodeEvent) and event.anchor is not None:
            sign = "*" if isinstance(event, kinds.AliasEvent) else "&"
            problems.add(line, f"{quoted(sign + event.anchor)}: anchors and aliases are not read here.", _STAR)
        elif (tag := getattr(event, "tag", None)) is not None:
            problems.add(
                line, f"{quoted(str(tag))}: tags are not read here.", "Take the tag away, or put the text in quotes."
            )
    return len(problems.found) == before


def _not_yaml(error: Exception, text: str, problems: Problems) -> None:
    mark = getattr(error, "problem_mark", None)
    position = getattr(error, "position", None)
    line = mark.line if mark is not None else text.count("\n", 0, position) if isinstance(position, int) else 0
    lines = text.split("\n")
    shown = lines[line] if line < len(lines) else ""
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    hint = "YAML is indented with spaces, never with tabs." if "\t" in shown else "Look at this line and the one above it."
    hint = _STAR if "alias" in (getattr(error, "context", None) or "") else hint
    problems.add(line + 1, f"This is no YAML: {' '.join(str(why).split())}.", hint)


def _tree(node: Node, problems: Problems) -> Tree:
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    line = node.start_mark.line + 1
    if isinstance(node, SequenceNode):
        return Items(line, tuple(_tree(one, problems) for one in node.value))
    if isinstance(node, MappingNode):
        return Entries(line, tuple(_entries(node.value, problems)))
    assert isinstance(node, ScalarNode)
    return Scalar(line, node.value, _kind(node.tag, node.value))


def _entries(pairs: list[tuple[Node, Node]], problems: Problems) -> Iterator[Entry]:
    seen: dict[str, int] = {}
    for key_node, value in pairs:
        key = _tree(key_node, problems)
        if not isinstance(key, Scalar) or key.kind != "text" or not key.text:
            shown = quoted(key.text) if isinstance(key, Scalar) else "A list or mapping"
            problems.add(
                key.line, f"{shown} stands as a key, where a name is expected.", "Put it in quotes if it is a name."
            )
        elif key.text in seen:
            first = seen[key.text]
            problems.add(
                key.line, f"The key {quoted(key.text)} stands here twice; first in line {first}.", "Keep one of them."
            )
        else:
            seen[key.text] = key.line
            yield Entry(key.line, key.text, _tree(value, problems))


def _kind(tag: str, text: str) -> Kind:
    name = tag.rpartition(":")[2]
    # `=` and `<<` have tags of their own; both are text to us.
    kind, form = _PLAIN.get("str" if name in ("value", "merge") else name, ("other", _PLAIN["str"][1]))
    return kind if form.fullmatch(text) else "other"
