"""The part of the suite for lineage that searches: what every back end must find in the world of `lineage_world`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kfpops.knowledge.lineage_query import artifact_fits
from kfpops.model.lineage import Artifact, ArtifactQuery, Execution, ExecutionQuery, PropertyTest
from kfpops.ports import Lineage
from tests.ports.lineage_world import CONSUMERS, FIRST, INPUTS, Known


def finds_artifacts(port: Lineage, known: Known) -> None:
    everything = list(port.find_artifacts(ArtifactQuery()))
    assert len(everything) == len({a.id for a in everything}) == INPUTS + 14
    assert _newest_first(everything)
    queries = {
        ArtifactQuery(type="Model"): ["a.model"],
        ArtifactQuery(type="system.Model"): ["a.model"],
        ArtifactQuery(type="Nothing"): [],
        ArtifactQuery(name="ORDER"): ["a.raw", "a.reimported"],
        ArtifactQuery(uri_prefix="gs://warehouse/"): ["a.raw", "a.reimported"],
        ArtifactQuery(uri_prefix="gs://WAREHOUSE/"): [],
        ArtifactQuery(uri_prefix="%"): [],
        ArtifactQuery(uri_prefix="\\"): [],
        ArtifactQuery(uri_prefix="'"): [],
        ArtifactQuery(properties=(PropertyTest("accuracy", ">", 0.9),)): ["a.metrics"],
        ArtifactQuery(properties=(PropertyTest("accuracy", "<", 0.9),)): [],
        ArtifactQuery(properties=(PropertyTest("rows", ">=", 7.0),)): ["a.raw", "a.data"],
        ArtifactQuery(properties=(PropertyTest("rows", "=", 7.0),)): ["a.raw"],
        ArtifactQuery(properties=(PropertyTest("rows", "!=", 7.0),)): ["a.data"],
        ArtifactQuery(properties=(PropertyTest("source", "=", "bank"), PropertyTest("rows", ">", 1.0))): ["a.raw"],
        ArtifactQuery(properties=(PropertyTest("source", "=", "b%"),)): [],
        ArtifactQuery(properties=(PropertyTest("source' OR 1=1", "=", "bank"),)): [],
        ArtifactQuery(properties=(PropertyTest("verified", "=", "true"),)): ["a.raw"],
        ArtifactQuery(properties=(PropertyTest("top", "=", "Infinity"),)): ["a.endless"],
        ArtifactQuery(properties=(PropertyTest("note", "=", ""),)): ["a.endless"],
    }
    for query, names in queries.items():
        found = [a for a in port.find_artifacts(query) if artifact_fits(a, query)]
        assert {a.id for a in found} == set(known.all(*names)), query
        assert _newest_first(found)


def finds_artifacts_of_a_span(port: Lineage, known: Known) -> None:
    (model,) = port.artifacts([known["a.model"]])
    assert model.created_at is not None
    for query in (
        ArtifactQuery(type="Model", since=model.created_at),
        ArtifactQuery(type="Model", until=model.created_at),
        ArtifactQuery(type="Model", since=model.created_at, until=model.created_at),
    ):
        assert [a.id for a in port.find_artifacts(query) if artifact_fits(a, query)] == [model.id], query
    second = timedelta(seconds=1)
    for query in (
        ArtifactQuery(type="Model", since=model.created_at + second),
        ArtifactQuery(type="Model", until=model.created_at - second),
    ):
        assert [a.id for a in port.find_artifacts(query) if artifact_fits(a, query)] == [], query


def finds_executions(port: Lineage, known: Known) -> None:
    everything = list(port.find_executions(ExecutionQuery()))
    assert {e.kind for e in everything} == {"container"}
    assert len(everything) == len({e.id for e in everything}) == CONSUMERS + 11
    queries = {
        ExecutionQuery(fingerprint="f" * 64): ["e.load", "e.cached", "e.twice"],
        ExecutionQuery(fingerprint="d" * 64): [],
        ExecutionQuery(fingerprint="F" * 64): [],
        ExecutionQuery(task="train"): ["e.failed", "e.train"],
        ExecutionQuery(task="tr%"): [],
        ExecutionQuery(task="'"): [],
        ExecutionQuery(task="load", pipeline="train-daily"): ["e.load", "e.cached"],
        ExecutionQuery(pipeline="score-weekly"): ["e.twice", "e.skipped"],
        ExecutionQuery(pipeline="nobody's"): [],
        ExecutionQuery(pipeline=FIRST): [],
    }
    for query, names in queries.items():
        found = list(port.find_executions(query))
        assert sorted(e.id for e in found) == sorted(known.all(*names)), query
        assert known.exact is False or _newest_first(found)


def finds_executions_before_a_time(port: Lineage, known: Known) -> None:
    load, twice = port.executions(known.all("e.load", "e.twice"))
    for before, names in ((twice.created_at, ["e.cached", "e.load"]), (load.created_at, [])):
        found = port.find_executions(ExecutionQuery(fingerprint=load.fingerprint, before=before))
        assert [e.id for e in found] == known.all(*names)
    assert (
        len(list(port.find_executions(ExecutionQuery(task="load", before=datetime(2037, 1, 1, tzinfo=timezone.utc))))) == 3
    )


SEARCHES = (finds_artifacts, finds_artifacts_of_a_span, finds_executions, finds_executions_before_a_time)


def _newest_first(found: list[Artifact] | list[Execution]) -> bool:
    times = [one.created_at for one in found if one.created_at]
    return times == sorted(times, reverse=True)
