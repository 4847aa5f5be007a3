"""What the lineage store holds of a run, and whether the objects are still there that it took from the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from kfpops.diagnose.facts import RunCase, Surroundings
from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.lineage_signs import by_need, cached_uris, lineage_wanted, took_from_cache
from kfpops.knowledge.execution_place import ancestors_of, place_of
from kfpops.knowledge.overwritten import shared_outputs
from kfpops.model.run_lineage import RunLineage
from kfpops.ports import Lineage

# So many objects of one run are asked about: a request each, or two.
_OBJECTS = 12
_GAP = "lineage"


def with_lineage(reading: Reading, case: RunCase) -> RunCase:
    """The case with its lineage, when its workflow gives a reason to ask for it."""
    if not lineage_wanted(case):
        return case
    lineage = reading.cluster.lineage
    if lineage is None:
        reading.gap(_GAP, "there is none in this capture")
        return case
    return replace(case, lineage=reading.optional(_GAP, lambda: _read(lineage, case)))


def _read(lineage: Lineage, case: RunCase) -> RunLineage:
    executions = tuple(lineage.executions_of_run(case.run_id))
    events = tuple(lineage.events_of_executions([e.id for e in executions if e.kind == "container"]))
    ids = tuple(dict.fromkeys(e.artifact_id for e in events if e.kind == "output"))
    artifacts = tuple(lineage.artifacts(ids))
    origins = _origins(lineage, tuple(dict.fromkeys(e.cached_from for e in executions if e.cached_from)))
    return RunLineage(executions, events, artifacts, origins)


def _origins(lineage: Lineage, ids: tuple[str, ...]) -> Mapping[str, str]:
    """Executions → the ids of their runs, which stand at the root of the executions around them."""
    origins = {e.id: e for e in lineage.executions(ids)} if ids else {}
    above = origins | ancestors_of(origins.values(), origins, lineage.executions)
    return {id: run_id for id, e in origins.items() if (run_id := place_of(e, above).run_id)}


def ask_about_cache(reading: Reading, case: RunCase, known: Surroundings) -> Surroundings:
    """`known` with what the object store says of outputs that were taken from the cache."""
    store = reading.cluster.store
    if case.lineage is None or store is None or not took_from_cache(case):
        return known
    uris = [u for u in by_need(cached_uris(case.lineage), case) if u not in known.objects_missing][:_OBJECTS]
    begun = {uri: reading.begin(partial(reading.optional, "object store", partial(store.exists, uri))) for uri in uris}
    there = {uri: future.result() for uri, future in begun.items()}
    missing = {uri: not found for uri, found in there.items() if found is not None}
    return replace(known, objects_missing={**known.objects_missing, **missing})


def with_release(reading: Reading, case: RunCase, known: Surroundings) -> Surroundings:
    """`known` with KFP's release, where the finding depends on it."""
    pipelines = reading.cluster.pipelines
    if case.lineage is None or pipelines is None or not shared_outputs(case.lineage):
        return known
    health = reading.optional("KFP API", pipelines.health)
    return replace(known, kfp_release=health.tag if health else "")
