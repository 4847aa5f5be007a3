"""What the nodes of a Graph are called: "Dataset table (artifact 7)", "score ×12 in run 264684d1 (churn-training)"."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kfpops.knowledge.redacted_values import redacted
from kfpops.knowledge.redaction import redact
from kfpops.lineage.graph import Graph, by_id
from kfpops.model.lineage import CACHED, COMPLETE, FAILED, Artifact, Execution, JsonValue, Place, RunContext
from kfpops.render.layout import elide
from kfpops.render.plain import plain
from kfpops.render.words import age, count, some

# MLMD's RUNNING is also what an executor leaves behind that was killed; its CANCELED is a condition that was false.
_WORDS = {FAILED: "failed", "RUNNING": "not finished", "CANCELED": "not triggered", "": "state unknown"}
_ITERATION = re.compile(r"\[(\d+)\]")
_URI_WIDTH = 44
_RUN_DIGITS = 8
_VALUE_WIDTH = 60
_PROPERTIES = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """`now` is the moment that ages are counted to. `whole`: ids and URIs are not shortened."""

    graph: Graph
    now: datetime
    whole: bool = False

    def artifact(self, id: str) -> str:
        """`Dataset table (artifact 7)`; an artifact without a name is called by the end of its URI."""
        found = self.graph.artifacts.get(id)
        return f"artifact {id} (not read)" if found is None else f"{self.plain_artifact(found)} (artifact {id})"

    def plain_artifact(self, artifact: Artifact) -> str:
        kind = short_type(artifact.type)
        return f"{kind} {(artifact.name or self.uri(artifact.uri)).strip()}".rstrip()

    def without_maker(self, nodes: Sequence[str]) -> str:
        """Why no maker is told of these artifacts: nobody recorded one, or nobody looked."""
        looked = not self.graph.unread.intersection(nodes)
        return "nothing is recorded that made it" if looked else "what made it was not read: beyond --depth or --limit"

    def same_object(self, ids: Sequence[str]) -> str:
        """`Dataset (artifact 9)`: its URI was told already."""
        known = [replace(a, name=a.name or " ") for i in ids if (a := self.graph.artifacts.get(i))]
        graph = replace(self.graph, artifacts={a.id: a for a in known})
        return replace(self, graph=graph).artifacts(ids)

    def artifacts(self, ids: Sequence[str]) -> str:
        """`Dataset table ×5 (artifacts 7, 9, 11 and 2 more)`: they are alike, so the first names them all."""
        if len(ids) == 1:
            return self.artifact(ids[0])
        known = [a for i in ids if (a := self.graph.artifacts.get(i))]
        names = {self.plain_artifact(a) for a in known}
        called = names.pop() if len(names) == 1 else short_type(known[0].type) if known else "artifact"
        return f"{called} ×{len(ids):,} (artifacts {some(sorted(ids, key=by_id), len(ids) if self.whole else 3)})"

    def properties(self, artifact: Artifact) -> str:
        """`accuracy 0.93, rows 100`: what users recorded, without credentials, long values shortened."""
        told = [f"{name} {elide(_value(name, value), _VALUE_WIDTH)}" for name, value in artifact.properties.items()]
        return some(told, len(told) if self.whole else _PROPERTIES)

    def uri(self, uri: str) -> str:
        """Without credentials, and shortened in its middle."""
        text = redact(uri)
        return text if self.whole else elide(text, _URI_WIDTH)

    def execution(self, id: str) -> str:
        """`for-loop-2[3]/train (execution 31)`."""
        found = self.graph.execution(id)
        return f"execution {id} (not read)" if found is None else f"{self.path(id)} (execution {id})"

    def path(self, id: str) -> str:
        """A task's path; a root DAG has none and is called by its run."""
        found = self.graph.execution(id)
        place = self.graph.places.get(id, Place())
        task = place.path or (found.task or found.name if found else "")
        return task or (f"run {self.short(place.run_id)}" if place.run_id else f"execution {id}")

    def task(self, id: str) -> str:
        """The path without iterations: what equal steps have in common."""
        return self.graph.places.get(id, Place()).task_path or self.path(id)

    def executions(self, ids: Sequence[str]) -> str:
        """`score ×12`: equal steps of one task. Attempts of one step are called by the last."""
        last = self.last(ids)
        if len(last) == 1:
            return self.execution(last[0])
        return f"{self.tasks(ids)} ×{len(last):,}"

    def last(self, ids: Sequence[str]) -> list[str]:
        """Without the attempts that were followed by another: those of one place (path and iteration) in one run."""
        by_place: dict[object, str] = {}
        for id in sorted(ids, key=self._age):
            place = self.graph.places.get(id, Place())
            by_place[(place.run_id, place.path) if place.run_id and place.path else id] = id
        kept = set(by_place.values())
        return [i for i in dict.fromkeys(ids) if i in kept]

    def _age(self, id: str) -> tuple[float, tuple[int, int, str]]:
        found = self.graph.execution(id)
        return (found.created_at.timestamp() if found and found.created_at else 0.0, by_id(id))

    def attempts(self, ids: Sequence[str]) -> str:
        """`3 attempts`, where a step was tried again; "" else."""
        tried = len(set(ids))
        return count(tried, "attempt") if len(self.last(ids)) < tried else ""

    def tasks(self, ids: Sequence[str]) -> str:
        """Their paths without iterations, each once."""
        return some(list(dict.fromkeys(self.task(i) for i in ids)))

    def run(self, run_id: str) -> str:
        """`run 264684d1 (churn-training)`."""
        context = self.graph.runs.get(run_id)
        pipeline = f" ({context.pipeline})" if context and context.pipeline else ""
        return f"run {self.short(run_id)}{pipeline}" if run_id else "an unknown run"

    def short(self, run_id: str) -> str:
        return run_id if self.whole else run_id[:_RUN_DIGITS]

    def where(self, ids: Sequence[str], around: Collection[str] = ()) -> str:
        """`in run 264684d1 (churn-training)`, `in 5 runs of fraud-scoring (newest 264684d1)`; `around`: the runs that go
        without saying."""
        runs = dict.fromkeys(self.run_of(i) for i in ids)
        if "" not in runs and runs.keys() == set(around):
            return f"in the same run{'s' if len(runs) > 1 else ''}"
        if len(runs) == 1:
            return f"in {self.run(next(iter(runs)))}"
        contexts = [c for r in runs if (c := self.graph.runs.get(r))]
        pipelines = {c.pipeline for c in contexts if c.pipeline}
        of = f" of {pipelines.pop()}" if len(pipelines) == 1 else f" of {len(pipelines)} pipelines" if pipelines else ""
        newest = f" (newest {self.short(_newest(contexts))})" if contexts else ""
        return f"in {count(len(runs), 'run')}{of}{newest}"

    def run_of(self, id: str) -> str:
        """The run's id, "" when it is not known."""
        place = self.graph.places.get(id)
        return place.run_id if place else ""

    def how(self, ids: Sequence[str]) -> str:
        """What is not as usual: `failed`, `from the cache of run …`; of many, how many are what, and a failed one's name.

        Of several attempts the last one counts.
        """
        # KFP leaves nearly every DAG in RUNNING: that says nothing.
        known = [e for i in self.last(ids) if (e := self.graph.execution(i)) and (e.kind, e.state) != ("dag", "RUNNING")]
        if len(known) == 1:
            return self._state(known[0])
        states = Counter(e.state for e in known)
        if set(states) <= {COMPLETE}:
            return ""
        words = [f"{states[COMPLETE]:,} complete"] if states[COMPLETE] else []
        others = [
            (s, "all" if n == len(known) else f"{n:,}") for s, n in states.most_common() if s not in (COMPLETE, FAILED)
        ]
        words += [f"{number} {self._word(s)}" for s, number in others]
        if states[FAILED] == len(known):
            return "all failed"
        if states[FAILED]:
            one_run = len({self.run_of(e.id) for e in known}) == 1
            named = self._named([e for e in known if e.state == FAILED], one_run=one_run)
            words.append(f"{states[FAILED]:,} failed ({named})")
        return ", ".join(words)

    def _state(self, execution: Execution) -> str:
        if execution.state == COMPLETE:
            return ""
        if execution.state == CACHED and execution.cached_from:
            return f"from the cache of {self.origin(execution.cached_from)}"
        return self._word(execution.state)

    def _word(self, state: str) -> str:
        return "from the cache" if state == CACHED else _WORDS.get(state, state.lower())

    def origin(self, id: str) -> str:
        """The run whose execution was taken from the cache."""
        run_id = self.run_of(id)
        return self.run(run_id) if run_id else f"execution {id}, whose run is not known"

    def _named(self, failed: Sequence[Execution], *, one_run: bool) -> str:
        runs = tuple(dict.fromkeys(self.run_of(e.id) for e in failed))
        indices = [i for e in failed if (i := self._iteration(e.id)) is not None]
        if len(runs) == 1 and len(indices) == len(failed):
            iterations = f"iteration{'s' if len(indices) > 1 else ''} {spans(sorted(indices))}"
            return iterations if one_run else f"run {self.short(runs[0])}, {iterations}"
        return f"run{'s' if len(runs) > 1 else ''} {some([self.short(r) or 'unknown' for r in runs])}"

    def iterations(self, ids: Sequence[str]) -> str:
        """`iterations 0–11`; "" where they are of several runs, or of loops in loops."""
        found = [i for id in ids if (i := self._iteration(id)) is not None]
        if len(ids) < 2 or len(found) < len(ids) or len({self.run_of(i) for i in ids}) > 1:
            return ""
        return f"iterations {spans(sorted(set(found)))}"

    def _iteration(self, id: str) -> int | None:
        """None outside of loops, and in a loop in a loop: one number would not name it."""
        found = _ITERATION.findall(self.graph.places.get(id, Place()).path)
        return int(found[0]) if len(found) == 1 else None

    def ago(self, ids: Sequence[str]) -> str:
        """The age of the newest."""
        times = [at for i in ids if (e := self.graph.execution(i)) and (at := e.created_at)]
        return f"{age((self.now - max(times)).total_seconds())} ago" if times else ""

    def about(self, ids: Sequence[str], around: Collection[str] = (), *, how: bool = True) -> str:
        """All of it: where, which iterations, how it went, how long ago."""
        went = self.how(ids) if how else ""
        parts = (self.where(ids, around), self.iterations(ids), self.attempts(ids), went, self.ago(ids))
        return ", ".join(p for p in parts if p)


def short_type(type: str) -> str:
    """`system.Dataset` → `Dataset`."""
    return type.removeprefix("system.") or "Artifact"


def _value(name: str, value: JsonValue) -> str:
    clean = redacted(name, value)
    return clean if isinstance(clean, str) else json.dumps(plain(clean), ensure_ascii=False)


def spans(numbers: Sequence[int]) -> str:
    """`0–11`, `0, 2, 5–7`; numbers ascend."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return some([str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts], 4)


def _newest(runs: Sequence[RunContext]) -> str:
    return max(runs, key=lambda r: (r.created_at.timestamp() if r.created_at else 0.0, r.run_id)).run_id
