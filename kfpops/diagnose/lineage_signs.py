"""Which runs are worth a look into the lineage store: a request more, made only when the workflow gives a reason. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kfpops.diagnose.facts import RunCase
from kfpops.knowledge.executor_input import input_artifacts
from kfpops.knowledge.overwritten import LOGS, NOT_STORED
from kfpops.model.lineage import CACHED
from kfpops.model.run_lineage import RunLineage

# An output parameter of KFP's container driver: "true" when the step was taken from the cache (compiler/argocompiler).
_DECISION = "cached-decision"


def lineage_wanted(case: RunCase) -> bool:
    """A step came from the cache, and its objects may be gone; or a task ran several times, and may overwrite itself."""
    return took_from_cache(case) or _ran_repeatedly(case)


def took_from_cache(case: RunCase) -> bool:
    """Whether a driver of the run decided so."""
    nodes = case.workflow.status.nodes.values() if case.workflow else ()
    parameters = (p for n in nodes if n.outputs for p in n.outputs.parameters)
    return any(p.name == _DECISION and p.value == "true" for p in parameters)


def _ran_repeatedly(case: RunCase) -> bool:
    """Iterations of a loop, or a task of the same name in two sub-pipelines: KFP < 2.4 gave them one place to write to."""
    ended = [s for s in case.steps if s.role == "executor" and s.task and s.state in ("succeeded", "failed")]
    places = {(s.task, s.iterations) for s in ended}
    return len({(task or "").rpartition(".")[2] for task, _ in places}) < len(places)


def cached_uris(lineage: RunLineage) -> tuple[str, ...]:
    """Where the outputs lie that the run took from the cache. Metrics have no object, and logs are nobody's input."""
    cached = {e.id for e in lineage.executions if e.state == CACHED}
    ids = {e.artifact_id for e in lineage.events if e.kind == "output" and e.execution_id in cached and e.port != LOGS}
    return tuple(dict.fromkeys(a.uri for a in lineage.artifacts if a.id in ids and a.uri and a.type not in NOT_STORED))


def by_need(uris: Sequence[str], case: RunCase) -> tuple[str, ...]:
    """What failed steps took as inputs first: only so many are asked about."""
    taken = {a.uri for s in case.steps if s.state == "failed" and s.main_spec for a in input_artifacts(s.main_spec.command)}
    return tuple(sorted(uris, key=lambda uri: uri not in taken))
