from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from kfpops.lineage.show.mermaid import to_mermaid
from kfpops.model.lineage import Artifact, Execution
from tests.golden import matches_golden
from tests.lineage.shown import TABLE, around, shown
from tests.lineage.worlds import Recorder, a_graph, input_of, output_of, same_uri

GOLDEN = Path(__file__).parent.parent / "golden"
_LABEL = r'"(?P<label>[^"`<>\\%&]*(?:<br/>[^"`<>\\%&]*)?)"'
_LINES = {
    "note": r"%% .*",
    "begin": r"flowchart LR",
    "subgraph": rf" +subgraph r\d+\[{_LABEL}\]",
    "end": r" +end",
    "node": rf" +(?P<name>n\d+)(?:\(\[{_LABEL}\]\)|\[{_LABEL.replace('label', 'other')}\])",
    "edge": rf" +(?P<start>n\d+) (?:-->|-->\|{_LABEL}\||-\. \"same URI\" \.-) (?P<finish>n\d+)",
    "style": r" +class(?:Def)? \w+ [\w#,:. -]+",
}


def read(text: str) -> dict[str, list[re.Match[str]]]:
    """Each line is one of those that kfpops writes; subgraphs are closed."""
    found: dict[str, list[re.Match[str]]] = {kind: [] for kind in _LINES}
    for line in text.splitlines():
        kind, match = next(((k, m) for k, p in _LINES.items() if (m := re.fullmatch(p, line))), ("", None))
        assert match is not None, line
        found[kind].append(match)
    assert len(found["subgraph"]) == len(found["end"])
    assert len(found["begin"]) == 1
    return found


def told(label: str) -> str:
    """A label as the page shows it."""
    return html.unescape(re.sub(r"#(\d+);", r"&#\1;", label))


def test_golden() -> None:
    matches_golden(to_mermaid(around(shown(runs=1), TABLE)), GOLDEN / "lineage.mermaid")


def test_every_edge_joins_nodes_that_are_there() -> None:
    found = read(to_mermaid(around(shown(), TABLE)))
    names = {m["name"] for m in found["node"]}
    assert {e[end] for e in found["edge"] for end in ("start", "finish")} <= names


@pytest.mark.parametrize(
    "name",
    [
        *(
            '"quoted"',
            "back\\slash",
            "new\nline",
            "<b>html</b>",
            "&amp; #35; &lt;",
            "`**md**`",
            "über 東京",
            "end",
            "subgraph x",
        ),
        *("%%{init: {'theme': 'x'}}%%", "a]b)c}d|e;f", '--> "', "click n1 call x()", "style n0 fill:red", "graph", ""),
    ],
)
def test_names_are_only_text(name: str) -> None:
    artifacts = [Artifact("1", "t", name=name), Artifact("2", "t", name=name)]
    edges = [input_of("1", "3", name), output_of("3", "2", name), same_uri("1", "2")]
    found = read(to_mermaid(a_graph(artifacts, [Execution("3", "t", task=name)], edges)))
    assert (len(found["node"]), len(found["edge"])) == (3, 3)
    shown_as = told((found["node"][0]["label"] or "").partition("<br/>")[0])
    assert shown_as == " ".join(f"t {name}".split())


def test_what_pages_would_not_draw_is_said_first() -> None:
    made = Recorder()
    base, root = made.artifact(), made.run("r-1")
    for _ in range(600):
        made.task(root, "use", {"x": base})
    text = to_mermaid(around(made, base))
    assert text.startswith("%% 600 edges, ")
    assert "maxEdges" in text.splitlines()[0]
    read(text)


def test_small_charts_have_no_such_note() -> None:
    assert "maxEdges" not in to_mermaid(around(shown(), TABLE))
