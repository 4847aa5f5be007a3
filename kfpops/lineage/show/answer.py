"""The answer in a sentence or two: made by whom, from what; used where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kfpops.lineage.graph import ARTIFACT, StartRun, id_of
from kfpops.lineage.links import Links
from kfpops.lineage.show.fold_rows import LOGS
from kfpops.lineage.show.naming import Naming, short_type
from kfpops.lineage.show.run_tree import elsewhere, logs_of, made_by_run, steps_of
from kfpops.lineage.show.tree import again, made_by
from kfpops.model.diagnosis import State
from kfpops.model.lineage import CACHED, FAILED, Artifact
from kfpops.render.words import count, some

_FATES: Mapping[State, str] = {
    "succeeded": " succeeded",
    "failed": " failed",
    "cancelled": " was cancelled",
    "running": " is still running",
    "waiting": " is paused",
    "unknown": "",
}
_PARTICIPLES = ("used", "taken", "imported", "put out again")


def answer(naming: Naming, links: Links, run_id: str, *, up: bool, down: bool) -> str:
    """`run_id` "": of the graph's start. Of a direction that was not walked nothing is said."""
    start = naming.graph.start
    if run_id:
        return _of_run(naming, links, run_id, up=up, down=down)
    if not start:
        return "Nothing was found."
    if len({links.object_of.get(n, n) for n in start}) > 1:
        return _of_many(naming, links, up=up)
    parts = [_origin(start, naming, links)] if up else []
    if down:
        uses = _uses(start, naming, links)
        parts.append(uses if parts or not uses.startswith(_PARTICIPLES) else f"is {uses}")
    name = naming.artifact(id_of(start[0])) if start[0].startswith(ARTIFACT) else naming.execution(id_of(start[0]))
    return f"{name} {'; '.join(parts)}." if parts else f"{name}."


def _of_many(naming: Naming, links: Links, *, up: bool) -> str:
    graph = naming.graph
    kinds = Counter(naming.plain_artifact(a) if a.name else short_type(a.type) for a in _artifacts(graph.start, naming))
    told = some([f"{number:,} {kind}" for kind, number in kinds.most_common()], 4)
    makers = list(dict.fromkeys(id_of(m) for n in graph.start if (m := links.makers.get(n)) and graph.execution(id_of(m))))
    made = f", made {naming.where(makers)}" if up and makers else ""
    return f"{count(len(graph.start), 'artifact')}: {told}{made}."


def _artifacts(nodes: Iterable[str], naming: Naming) -> list[Artifact]:
    return [a for n in nodes if n.startswith(ARTIFACT) and (a := naming.graph.artifacts.get(id_of(n)))]


def _origin(start: Sequence[str], naming: Naming, links: Links) -> str:
    node = start[0]
    if not node.startswith(ARTIFACT):
        sources = _plain(links.inputs.get(node, ()), naming)
        return f"ran {naming.about([id_of(node)])}" + (f", on {sources}" if sources else "")
    told = _made(node, naming, links)
    members = links.objects.get(links.object_of.get(node, ""), ())
    if told is None or not _is_made(links.makers[node], naming):
        real = next((m for m in members if m != node and m in links.makers and _is_made(links.makers[m], naming)), None)
        if real is not None:
            parts = [f"was {told}"] if told else []
            parts.append(f"is the same object as artifact {id_of(real)}, {_made(real, naming, links)}")
            return "; ".join(parts)
    return f"was {told}" if told else "has no execution recorded that made it"


def _made(node: str, naming: Naming, links: Links) -> str | None:
    maker = links.makers.get(node)
    if maker is None:
        return None
    sources = _plain(links.inputs.get(maker, ()), naming)
    return made_by([id_of(maker)], naming) + (f", from {sources}" if sources else "")


def _is_made(maker: str, naming: Naming) -> bool:
    execution = naming.graph.execution(id_of(maker))
    return execution is not None and execution.kind != "importer"


def _plain(ends: Sequence[tuple[str, str]], naming: Naming) -> str:
    return some(list(dict.fromkeys(naming.plain_artifact(a) for a in _artifacts((n for n, _ in ends), naming))))


def _uses(start: Sequence[str], naming: Naming, links: Links) -> str:
    if not start[0].startswith(ARTIFACT):
        made = _plain([e for n in start for e in links.outputs.get(n, ()) if e[1] != LOGS], naming)
        return f"put out {made}" if made else "put out no artifacts"
    members = {m for node in start for m in links.objects.get(links.object_of.get(node, ""), (node,))}
    users = [id_of(e) for m in sorted(members) for e, _ in links.users.get(m, ())]
    parts = [f"used by {_who(users, naming)}"] if users else []
    takers = [id_of(e) for m in sorted(members) for e, _ in links.takers.get(m, ())]
    ways: dict[str, list[str]] = {}
    for id in dict.fromkeys(takers):
        ways.setdefault(again([e] if (e := naming.graph.execution(id)) else []), []).append(id)
    parts += [f"{way} {_who(ids, naming)}" for way, ids in ways.items()]
    if parts:
        return ", ".join(parts)
    return "no use of it was read before the limit" if naming.graph.truncated else "nothing uses it"


def _who(ids: Sequence[str], naming: Naming) -> str:
    return f"{naming.tasks(ids)} {_runs(ids, naming)}"


def _runs(ids: Sequence[str], naming: Naming) -> str:
    return naming.where(list(dict.fromkeys(ids)))


def _of_run(naming: Naming, links: Links, run_id: str, *, up: bool, down: bool) -> str:
    graph = naming.graph
    steps = steps_of(graph, run_id)
    known = [graph.executions[i] for ids in steps for i in naming.last(ids)]
    made = made_by_run(graph, links, steps)
    whole = not graph.truncated
    counted = f"{count(len(steps), 'task')}, {count(len(made - logs_of(links, steps)), 'artifact')} made"
    parts = [counted if whole else f"at least {counted}"]
    cached = sum(1 for e in known if e.state == CACHED)
    parts += [f"{count(cached, 'step')} from the cache"] if cached else []
    failed = _failed(naming, [e.id for e in known if e.state == FAILED])
    parts += [f"failed: {failed}"] if failed else []
    inputs, outputs = elsewhere(graph, links, steps)
    if up:
        parts.append(_taken(naming, links, inputs))
    if down:
        others = len(_runs_with(outputs, naming, links) - {run_id})
        had = f"{count(others, 'other run has', 'other runs have')} its artifacts"
        read = whole and not graph.unread.intersection(made)
        none = "nothing of it is used elsewhere" if read else "who uses it elsewhere was not read: beyond --depth or --limit"
        parts.append(had if others else none)
    name = naming.run(run_id)
    return f"{name[:1].upper()}{name[1:]}{_fate(graph.run)}: {'; '.join(parts)}."


def _taken(naming: Naming, links: Links, inputs: Sequence[str]) -> str:
    """Where nobody looked for what made an input, the run itself may have."""
    unread = [a for a in inputs if a in naming.graph.unread and a not in links.makers]
    if unread:
        return f"what made {count(len(unread), 'input')} was not read: beyond --depth or --limit"
    if inputs:
        return f"{count(len(inputs), 'input')} from elsewhere"
    return "no input from elsewhere was read before the limit" if naming.graph.truncated else "nothing from elsewhere"


def _failed(naming: Naming, ids: Sequence[str]) -> str:
    """`extract, for-loop-2[2]/train, score ×3`."""
    by_task: dict[str, list[str]] = {}
    for id in ids:
        by_task.setdefault(naming.task(id), []).append(naming.path(id))
    return some([paths[0] if len(paths) == 1 else f"{task} ×{len(paths):,}" for task, paths in by_task.items()])


def _fate(run: StartRun | None) -> str:
    """What KFP tells of the run; what it does not tell goes without a word."""
    if run is None or (run.state == "unknown" and not run.deleted):
        return ""
    return " was deleted from KFP" if run.deleted else _FATES[run.state]


def _runs_with(artifacts: Iterable[str], naming: Naming, links: Links) -> set[str]:
    """The runs that used these, or have them again under whatever id."""
    members = {m for a in artifacts for m in links.objects.get(links.object_of.get(a, ""), (a,))}
    executions = {e for m in members for e, _ in (*links.users.get(m, ()), *links.takers.get(m, ()))}
    executions |= {links.makers[m] for m in members if m in links.makers}
    return {naming.run_of(id_of(e)) for e in executions}
