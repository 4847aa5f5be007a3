"""A Fold's rows → the branches of a tree, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kfpops.lineage.graph import ARTIFACT, id_of
from kfpops.lineage.show.fold_rows import Direction, Fold, Row
from kfpops.lineage.show.naming import Naming
from kfpops.model.lineage import CACHED, FAILED, Execution
from kfpops.render.document import Branch, Tone, Tree
from kfpops.render.words import count, some


def tree(fold: Fold, naming: Naming, direction: Direction) -> Tree:
    """One branch for each row; the runs of the row above go without saying."""
    branches: list[Branch] = []
    above: list[_Above] = []
    for row in fold.rows:
        del above[row.depth :]
        around = above[-1] if above else _Above()
        branches.append(_branch(row, naming, direction, around))
        above.append(_Above(_runs(row, naming) or around.runs, _names(row, naming)))
    return Tree(tuple(branches))


@dataclass(frozen=True, slots=True)
class _Above:
    """What the rows above have told already."""

    runs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def _branch(row: Row, naming: Naming, direction: Direction, around: _Above) -> Branch:
    if row.more:
        return Branch(row.depth, f"and {count(row.more, 'more node')} like these above", "-o wide or -o json shows them")
    if row.again:
        return _reference(row, naming)
    if row.nodes[0].startswith(ARTIFACT):
        return _artifact_branch(row, naming, direction, around.runs)
    return _execution_branch(row, naming, around)


def _reference(row: Row, naming: Naming) -> Branch:
    mark = {"above": "↑", "below": "↓", "": "…"}[row.where]
    detail = row.where or "not shown here"
    return Branch(row.depth, f"{mark} {_called(row, naming)}", detail)


def _called(row: Row, naming: Naming) -> str:
    ids = [id_of(n) for n in row.nodes]
    return naming.artifacts(ids) if row.nodes[0].startswith(ARTIFACT) else naming.executions(ids)


def _artifact_branch(row: Row, naming: Naming, direction: Direction, around: Collection[str]) -> Branch:
    label = _called(row, naming)
    if row.relation == "same":
        label = f"the same object as {naming.same_object([id_of(n) for n in row.nodes])}"
    known = [id_of(m) for m in row.makers if naming.graph.execution(id_of(m))]
    makers = known if direction == "down" or known else [id_of(m) for m in row.makers]
    if direction == "down" and not makers:
        return Branch(row.depth, label)
    if not makers:
        return Branch(row.depth, label, naming.without_maker(row.nodes))
    return Branch(row.depth, label, made_by(makers, naming, around), _tone(makers, naming))


def made_by(makers: Sequence[str], naming: Naming, around: Collection[str] = ()) -> str:
    """`made by extract in run 264684d1 (churn-training), 3 d ago`. `around`: runs that go without saying."""
    if naming.graph.execution(makers[0]) is None:
        return f"made by {some([f'execution {m}' for m in makers])}, which was not read"
    task = naming.path(makers[0]) if len(makers) == 1 else naming.executions(makers)
    return f"{_verb(makers, naming)} {task} {naming.about(makers, around)}"


def _verb(makers: Sequence[str], naming: Naming) -> str:
    known = [e for m in makers if (e := naming.graph.execution(m))]
    if known and all(e.kind == "importer" for e in known):
        return "imported by"
    # The row of the step that really made it is gone.
    return "taken from the cache by" if known and all(e.state == CACHED for e in known) else "made by"


def _execution_branch(row: Row, naming: Naming, around: _Above) -> Branch:
    ids = [id_of(n) for n in row.nodes]
    # That it was taken from the cache stands in the label.
    about = naming.about(ids, around.runs, how=row.relation != "taken")
    told = row.relation != "used" or around.names.issuperset(row.ports)
    port = "" if told else f"as {', '.join(row.ports[:3])}"
    known = [e for i in ids if (e := naming.graph.execution(i))]
    label = f"{again(known)} {naming.executions(ids)}" if row.relation == "taken" else naming.executions(ids)
    return Branch(row.depth, label, ", ".join(p for p in (port, about) if p), _tone(ids, naming))


def again(executions: Sequence[Execution]) -> str:
    """How executions had an artifact as output that another one made."""
    if executions and all(e.state == CACHED for e in executions):
        return "taken from the cache by"
    return "imported again by" if executions and all(e.kind == "importer" for e in executions) else "put out again by"


def _tone(ids: Sequence[str], naming: Naming) -> Tone:
    return "bad" if any((e := naming.graph.execution(i)) and e.state == FAILED for i in naming.last(ids)) else "plain"


def _runs(row: Row, naming: Naming) -> frozenset[str]:
    executions = row.makers or (() if not row.nodes or row.nodes[0].startswith(ARTIFACT) else row.nodes)
    return frozenset(naming.run_of(id_of(e)) for e in executions)


def _names(row: Row, naming: Naming) -> frozenset[str]:
    known = (naming.graph.artifacts.get(id_of(n)) for n in row.nodes if n.startswith(ARTIFACT))
    return frozenset(a.name for a in known if a)
