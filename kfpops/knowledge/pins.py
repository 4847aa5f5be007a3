"""A pins file: the artifacts that somebody says are in use, as YAML, TOML or plain lines.

Plain lines: `TARGET`, or `TARGET NAME`; `#` begins a comment. YAML and TOML: a list of targets, or of
`{uri|artifact|output: TARGET, name: NAME}`, at the top or under `pins`; or names with targets. A TARGET is a URI, an
artifact's id, or RUN/TASK/OUTPUT.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kfpops.errors import UsageError

if TYPE_CHECKING:
    from yaml.nodes import Node

KEYS = ("uri", "artifact", "output", "target")
_ID = re.compile(r"(?:artifact:)?(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s]\S*")
# A run's name may hold spaces, a task's path slashes; an output has neither.
_OUTPUT = re.compile(r"[^/\s][^/]*(?:/[^/\s]+){2,}")


@dataclass(frozen=True, slots=True)
class Pin:
    """`line` counts from 1; 0 when the format does not tell."""

    target: str
    name: str
    line: int = 0


def read_pins(path: str) -> tuple[Pin, ...]:
    """The pins of a file, in its order. Raises `UsageError` for a file that cannot be read and for every bad line."""
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The pins file {path} cannot be read: {error}.") from None
    return parse_pins(text, path)


def parse_pins(text: str, path: str) -> tuple[Pin, ...]:
    """The pins in a text; the name's ending tells the format."""
    if path.lower().endswith((".yaml", ".yml", ".json")):
        found = _of_yaml(text, path)
    elif path.lower().endswith(".toml"):
        found = _of_toml(text, path)
    else:
        found = _of_lines(text)
    return tuple(_checked(pin, path) for pin in found)


def is_target(text: str) -> bool:
    """Whether this can name an artifact at all."""
    return any(form.fullmatch(text) for form in (_ID, _URI, _OUTPUT))


def _checked(pin: Pin, path: str) -> Pin:
    if is_target(pin.target):
        return pin
    raise _bad(path, pin.line, f'"{pin.target}" is no artifact')


def _bad(path: str, line: int, why: str) -> UsageError:
    where = f", line {line}" if line else ""
    return UsageError(
        f"The pins file {path}{where}: {why}.",
        "Each pin is a URI (s3://models/churn), an artifact's id (42) or RUN/TASK/OUTPUT, with an optional name.",
    )


def _of_lines(text: str) -> Iterator[Pin]:
    for number, line in enumerate(text.splitlines(), 1):
        words = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not words:
            continue
        # A run's name may hold spaces: without a name behind it, the whole line is the target.
        target, _, name = words.partition(" ")
        whole = is_target(words) and not is_target(target)
        yield Pin(words, "", number) if whole else Pin(target, name.strip(), number)


def _of_toml(text: str, path: str) -> Iterator[Pin]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        content: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The parser's own text ends with the line and column.
        raise UsageError(f"The pins file {path} is not valid TOML: {error}.") from None
    yield from _of_value(content.get("pins", content), path, text.splitlines())


def _of_value(value: object, path: str, lines: Sequence[str]) -> Iterator[Pin]:
    """The pins in a decoded document: its lines are searched for, since the parser does not tell them."""
    if isinstance(value, Mapping):
        for name, target in value.items():
            yield Pin(_shown(target), str(name), _line_of(lines, target))
        return
    headers = [number for number, line in enumerate(lines, 1) if line.lstrip().startswith("[[")]
    for index, one in enumerate(value if isinstance(value, list) else (value,)):
        if isinstance(one, Mapping):
            line = headers[index] if index < len(headers) else 0
            yield Pin(*_of_mapping({str(k): _shown(v) for k, v in one.items()}, path, line), line)
        else:
            yield Pin(_shown(one), "", _line_of(lines, one))


def _line_of(lines: Sequence[str], target: object) -> int:
    """The first line that holds this text in quotes (or this number); 0 when none does."""
    forms = (f'"{target}"', f"'{target}'") if isinstance(target, str) else (_shown(target),)
    return next((n for n, line in enumerate(lines, 1) if any(form in line for form in forms)), 0)


def _shown(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else repr(value)


def _of_mapping(found: Mapping[str, str], path: str, line: int) -> tuple[str, str]:
    """Target and name of `{uri: …, name: …}`."""
    unknown = sorted(set(found) - {*KEYS, "name"})
    targets = [found[k] for k in KEYS if found.get(k)]
    if unknown:
        raise _bad(path, line, f'"{unknown[0]}" is no key of a pin (they are {", ".join((*KEYS, "name"))})')
    if len(targets) != 1:
        raise _bad(path, line, f"a pin needs exactly one of {', '.join(KEYS)}")
    return targets[0], found.get("name", "")


def _of_yaml(text: str, path: str) -> Iterator[Pin]:
    """By the composed nodes, not the loaded values: only they know their lines."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        # Its text holds the line and column.
        raise UsageError(f"The pins file {path} is not valid YAML: {' '.join(str(error).split())}.") from None
    if isinstance(root, yaml.MappingNode) and [k.value for k, _ in root.value] == ["pins"]:
        root = root.value[0][1]
    if root is not None:
        yield from _of_node(root, path)


def _of_node(root: Node, path: str) -> Iterator[Pin]:
    from yaml.nodes import MappingNode, SequenceNode

    if isinstance(root, MappingNode):
        for name, target in root.value:
            yield Pin(_scalar(target, path), _scalar(name, path), target.start_mark.line + 1)
        return
    for one in root.value if isinstance(root, SequenceNode) else (root,):
        line = one.start_mark.line + 1
        if isinstance(one, MappingNode):
            fields = {_scalar(k, path): _scalar(v, path) for k, v in one.value}
            yield Pin(*_of_mapping(fields, path, line), line)
        else:
            yield Pin(_scalar(one, path), "", line)


def _scalar(node: Node, path: str) -> str:
    from yaml.nodes import ScalarNode

    if isinstance(node, ScalarNode):
        return str(node.value)
    raise _bad(path, node.start_mark.line + 1, "here a text is expected, not a list or a mapping")
