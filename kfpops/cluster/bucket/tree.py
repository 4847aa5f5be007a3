"""A small XML document of S3 as a tree: names without namespaces, no DTD, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from kfpops.errors import BadAnswer


@dataclass(slots=True)
class Node:
    """An element. `words`: its own text, without that of what it holds."""

    name: str
    words: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Node]:
        return (child for child in self.children if child.name == name)

    def text(self, name: str) -> str:
        """The text of the one child of this name; "" when there is none. Raises `BadAnswer` when there are several."""
        found = [child.words for child in self.all(name)]
        if len(found) > 1:
            raise BadAnswer(f"The store's answer says {name} twice.")
        return found[0] if found else ""


def read_xml(body: bytes, root: str, what: str) -> Node:
    """The tree of a document whose outermost element is `root`. Raises `BadAnswer`; `what` was asked for."""
    try:
        found = _parse(body)
    except expat.ExpatError as error:
        text = f"The store sent {what} that is cut off or no XML (line {error.lineno}, {len(body)} bytes)."
        raise BadAnswer(text, hint="Try again; if it stays, look at the store's log.") from None
    if found.name != root:
        raise BadAnswer(f"The store sent {found.name[:60]} where {what} was asked for.")
    return found


def _parse(body: bytes) -> Node:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    stack = [Node("")]

    def start(name: str, _: dict[str, str]) -> None:
        node = Node(name.rpartition(" ")[2])
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def words(text: str) -> None:
        stack[-1].words += text

    def refuse(*_: object) -> None:
        raise BadAnswer("The store's answer brings a document type of its own, which no S3 store does.")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, words
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(body, True)
    return stack[0].children[0]
