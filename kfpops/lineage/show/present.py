"""Graph → Document: first the answer, then where it comes from and what uses it as trees, then what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kfpops.lineage.filters import Filtered
from kfpops.lineage.graph import ARTIFACT, Graph, id_of
from kfpops.lineage.links import Links, links_of
from kfpops.lineage.show.answer import answer
from kfpops.lineage.show.cut import wider
from kfpops.lineage.show.fold import fold, root_rows
from kfpops.lineage.show.fold_rows import EVERYTHING, Direction, Fold, Limits, Roots, Row
from kfpops.lineage.show.naming import Naming
from kfpops.lineage.show.run_tree import Shown, elsewhere, logs_of, run_tree, steps_of
from kfpops.lineage.show.tree import tree
from kfpops.render.document import Block, Bullets, Document, Heading, KeyValues, Paragraph
from kfpops.render.words import count, moment


@dataclass(frozen=True, slots=True)
class View:
    """What was asked for. `up`, `down`: the directions that were walked. `run_id`: the question is about this whole run.

    `wide`: whole ids, logs, and no row left out.
    """

    up: bool = True
    down: bool = True
    run_id: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class _Told:
    """What the blocks are made of, and the folds made so far."""

    graph: Graph
    links: Links
    naming: Naming
    view: View
    folds: list[Fold]

    @property
    def limits(self) -> Limits:
        return EVERYTHING if self.view.wide else Limits()

    def roots(self, nodes: Sequence[str]) -> Roots:
        """Logs are told of with their tasks."""
        return root_rows(self.graph, self.links, nodes, self.limits)[0] if nodes else ()

    def tree(self, title: str, roots: Roots, direction: Direction, without: Sequence[str] = ()) -> list[Block]:
        """Nothing where a tree would say no more than the answer does; downwards no roots that lead nowhere."""
        folded = fold(self.graph, self.links, roots, direction, self.limits, without)
        rows = folded.rows if direction == "up" or len(roots) == 1 else _leading(folded.rows)
        many = direction == "up" and len(roots) > 1
        leads = many or any(row.depth and (direction == "up" or row.relation != "same") for row in rows)
        if leads or folded.logs:
            self.folds.append(folded)
        return [Heading(title), tree(replace(folded, rows=rows), self.naming, direction)] if leads else []


def _leading(rows: Sequence[Row]) -> tuple[Row, ...]:
    following = (*rows[1:], None)
    return tuple(row for row, after in zip(rows, following) if row.depth or (after is not None and after.depth))


WHOLE = View()


def present(graph: Graph, now: datetime, view: View = WHOLE, kept: Filtered | None = None) -> Document:
    """`now` is the moment that ages are counted to. `kept`: what is drawn of the graph; the answer is of all of it."""
    drawn = kept.graph if kept else graph
    told = _Told(drawn, links_of(drawn), Naming(drawn, now, view.wide), view, [])
    blocks = _run_blocks(told) if view.run_id else _start_blocks(told)
    blocks += [Paragraph(note) for note in (*_filtered(graph, kept), *_left_out(told))]
    if graph.not_checked:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in graph.not_checked))]
    title = f"Run {view.run_id}" if view.run_id else _title(graph)
    links = told.links if drawn is graph else links_of(graph)
    whole = answer(Naming(graph, now, view.wide), links, view.run_id, up=view.up, down=view.down)
    return Document(title, whole, "plain", tuple(blocks))


def _title(graph: Graph) -> str:
    if len(graph.start) != 1:
        return f"Lineage of {count(len(graph.start), 'node')}"
    kind, _, id = graph.start[0].partition(":")
    return f"{kind.capitalize()} {id}"


def _start_blocks(told: _Told) -> list[Block]:
    roots, logs = root_rows(told.graph, told.links, told.graph.start, told.limits)
    told.folds.append(Fold((), logs))
    blocks: list[Block] = [b for b in (_about(told),) if b.rows]
    if told.view.up:
        blocks += told.tree("Where it comes from", roots, "up")
    if told.view.down:
        blocks += told.tree("What uses it", roots, "down")
    return blocks


def _about(told: _Told) -> KeyValues:
    """Of a single artifact: where it lies, since when, and what was recorded of it."""
    nodes = [n for n in told.graph.start if n.startswith(ARTIFACT)]
    artifact = told.graph.artifacts.get(id_of(nodes[0])) if len(nodes) == 1 else None
    if artifact is None:
        return KeyValues(())
    whole = Naming(told.graph, told.naming.now, whole=True)
    rows = [("URI", whole.uri(artifact.uri))] if artifact.uri else []
    rows += [("Recorded", moment(artifact.created_at))] if artifact.created_at else []
    rows += [("Properties", text)] if (text := told.naming.properties(artifact)) else []
    return KeyValues(tuple(rows))


def _run_blocks(told: _Told) -> list[Block]:
    run_id, view = told.view.run_id, told.view
    steps = steps_of(told.graph, run_id)
    own = [f"execution:{i}" for ids in steps for i in ids]
    inputs, outputs = elsewhere(told.graph, told.links, steps)
    blocks: list[Block] = []
    if steps:
        blocks += [Heading("Tasks"), run_tree(told.naming, told.links, steps, run_id, Shown(view.wide, view.down))]
    if view.up:
        blocks += told.tree("Where its inputs come from", told.roots(inputs), "up", own)
    if view.down:
        blocks += told.tree("What uses it elsewhere", told.roots(outputs), "down", own)
    return blocks


def _filtered(graph: Graph, kept: Filtered | None) -> list[str]:
    if kept is None or kept.fits is None:
        return []
    of = f"{len(graph.artifacts) + len(graph.executions):,}"
    if not kept.fits:
        return [f"None of {of} nodes fits the filters."]
    return [f"{len(kept.fits):,} of {of} nodes fit the filters; others are shown where they lead to them."]


def _left_out(told: _Told) -> list[str]:
    notes: list[str] = []
    logs = set[str]().union(*(f.logs for f in told.folds))
    if told.view.run_id and not told.view.wide:
        logs |= logs_of(told.links, steps_of(told.graph, told.view.run_id))
    if logs:
        notes.append(f"{count(len(logs), 'log')} hidden; -o wide shows them.")
    if beyond := sum(f.beyond for f in told.folds):
        notes.append(f"{count(beyond, 'node')} further away are not shown; -o wide or -o json shows them.")
    if told.graph.truncated:
        left = f"{count(told.graph.left, 'node')} were known but not followed" if told.graph.left else "there is more"
        read = len(told.graph.artifacts) + len(told.graph.executions)
        on = f"`{wider(read, told.graph.left)}` goes further; --up, --down or `--depth 2` asks for less"
        notes.append(f"Stopped at the limit of {count(read, 'node')}: {left}. {on}.")
    return notes
