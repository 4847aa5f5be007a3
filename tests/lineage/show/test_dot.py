from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from kfpops.lineage.show.dot import to_dot
from kfpops.model.lineage import Artifact, Execution
from tests.golden import matches_golden
from tests.lineage.shown import TABLE, around, shown
from tests.lineage.worlds import Recorder, a_graph, input_of, output_of, same_uri

GOLDEN = Path(__file__).parent.parent / "golden"
_TOKEN = re.compile(r'\s+|//[^\n]*|(?P<token>"(?:[^"\\\n]|\\.)*"|[A-Za-z_][A-Za-z_0-9]*|[0-9]+|->|[{}\[\]=,;])')


def statements(text: str) -> list[list[str]]:
    """A small reading of DOT: tokens, statements ended by `;` or a brace, braces that match. Raises for anything else."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found, f"no token at {text[at : at + 30]!r}"
        tokens += [found["token"]] if found["token"] else []
        at = found.end()
    assert tokens[:3] == ["digraph", "lineage", "{"]
    depth, parts, part = 0, [], list[str]()
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token in (";", "{", "}"):
            parts.append(part)
            part = []
        else:
            part.append(token)
    assert depth == 0
    assert part == []
    return [p for p in parts if p]


def nodes_and_edges(text: str) -> tuple[set[str], list[tuple[str, str]]]:
    nodes, edges = set(), []
    for part in statements(text):
        if len(part) > 2 and part[1] == "->":
            edges.append((part[0], part[2]))
        elif part[0].startswith('"'):
            nodes.add(part[0])
    return nodes, edges


def test_golden() -> None:
    matches_golden(to_dot(around(shown(runs=1), TABLE)), GOLDEN / "lineage.dot")


def test_every_edge_joins_nodes_that_are_there() -> None:
    nodes, edges = nodes_and_edges(to_dot(around(shown(), TABLE)))
    assert {end for edge in edges for end in edge} <= nodes
    assert ('"artifact:13"', '"artifact:14"') in edges


def test_an_empty_graph_is_a_graph() -> None:
    assert nodes_and_edges(to_dot(a_graph([], [], [], start=("artifact:1",)))) == (set(), [])


@pytest.mark.parametrize(
    "name",
    [
        '"quoted"',
        "back\\slash",
        "ends in \\",
        "new\nline",
        "<b>html</b>",
        "über 東京",
        "a -> b; c [x=1]",
        "// no comment",
        "{}",
        "",
    ],
)
def test_names_are_only_text(name: str) -> None:
    artifacts = [Artifact("1", "t", name=name), Artifact("2", "t", name=name)]
    edges = [input_of("1", "3", name), output_of("3", "2", name), same_uri("1", "2")]
    graph = a_graph(artifacts, [Execution("3", "t", task=name)], edges)
    nodes, found = nodes_and_edges(to_dot(graph))
    assert nodes == {'"artifact:1"', '"artifact:2"', '"execution:3"'}
    assert len(found) == 3


def test_ten_thousand_nodes_are_quick() -> None:
    made = Recorder()
    base, root = made.artifact(), made.run("r-1")
    for _ in range(5_000):
        made.task(root, "use", {"x": base}, {"y": made.artifact()})
    graph = around(made, base)
    began = time.process_time()
    nodes, edges = nodes_and_edges(to_dot(graph))
    assert time.process_time() - began < 5
    assert (len(nodes), len(edges)) == (10_001, 10_000)
