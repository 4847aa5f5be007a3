"""Tests of kfpops.lineage.gather.search."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.errors import Unreachable
from kfpops.lineage.gather.search import gather_search
from kfpops.lineage.search.search import SearchQuery, fits, parse_test
from kfpops.model.lineage import Artifact, ArtifactQuery, JsonValue
from tests.fakes import a_cluster
from tests.lineage.memory import MemoryLineage
from tests.lineage.worlds import Recorder


def search(lineage: MemoryLineage, asked: ArtifactQuery | None = None, pipeline: str = "", limit: int = 50) -> list[str]:
    result = gather_search(a_cluster(lineage=lineage), SearchQuery(asked or ArtifactQuery(), pipeline, limit))
    return [row.artifact.id for row in result.rows]


def recorded() -> Recorder:
    """Two pipelines: `training` makes 1 and 2, `scoring` re-uses 2 and makes 3."""
    r = Recorder()
    root = r.run("run-a", "training")
    data, model = r.artifact(name="rows"), r.artifact(type="system.Model", name="model", accuracy=0.93)
    r.task(root, "load", None, {"rows": data})
    inner = r.dag(root, "inner")
    r.task(inner, "train", {"rows": data}, {"model": model})
    other = r.run("run-b", "scoring")
    r.importer(other, model)
    scores = r.artifact(name="scores")
    r.task(other, "score", {"model": model}, {"scores": scores})
    return r


def test_newest_first_with_the_task_and_run_that_really_made_it() -> None:
    result = gather_search(a_cluster(lineage=recorded().lineage()), SearchQuery())
    found = [(r.artifact.id, r.place.path, r.run.pipeline if r.run else "") for r in result.rows]
    assert found == [("3", "score", "scoring"), ("2", "inner/train", "training"), ("1", "load", "training")]
    assert not result.truncated


def test_by_pipeline_of_the_maker_not_of_those_that_reused_it() -> None:
    assert search(recorded().lineage(), pipeline="training") == ["2", "1"]
    assert search(recorded().lineage(), pipeline="scoring") == ["3"]
    assert search(recorded().lineage(), pipeline="nothing") == []


def test_by_property_with_its_value() -> None:
    query = SearchQuery(ArtifactQuery(properties=(parse_test("accuracy>0.9"),)))
    (row,) = gather_search(a_cluster(lineage=recorded().lineage()), query).rows
    assert (row.artifact.id, dict(row.matched)) == ("2", {"accuracy": 0.93})


def test_it_stops_at_the_limit_and_says_so() -> None:
    result = gather_search(a_cluster(lineage=recorded().lineage()), SearchQuery(limit=2))
    assert ([r.artifact.id for r in result.rows], result.truncated) == (["3", "2"], True)
    assert not gather_search(a_cluster(lineage=recorded().lineage()), SearchQuery(limit=3)).truncated


def test_an_artifact_that_no_execution_made() -> None:
    r = recorded()
    r.artifact(name="by hand")
    first = gather_search(a_cluster(lineage=r.lineage()), SearchQuery()).rows[0]
    assert (first.artifact.name, first.place.path, first.run) == ("by hand", "", None)


def test_nothing_found_names_the_types_there_are() -> None:
    result = gather_search(a_cluster(lineage=recorded().lineage()), SearchQuery(ArtifactQuery("modle")))
    assert (result.rows, result.types) == ((), ("system.Model", "system.Dataset"))


def test_types_that_are_not_among_the_newest_are_found_too() -> None:
    r = recorded()
    for _ in range(150):
        r.artifact(type="my.Table")
    result = gather_search(a_cluster(lineage=r.lineage()), SearchQuery(ArtifactQuery("modle")))
    assert result.types == ("system.Model", "my.Table", "system.Dataset")


def test_an_empty_store_has_no_types() -> None:
    result = gather_search(a_cluster(lineage=MemoryLineage()), SearchQuery())
    assert (result.rows, result.types) == ((), ())


def hints(asked: ArtifactQuery, pipeline: str = "") -> tuple[tuple[str, ...], ...]:
    """Types, pipelines, properties."""
    result = gather_search(a_cluster(lineage=recorded().lineage()), SearchQuery(asked, pipeline))
    assert not result.rows
    return result.types, result.pipelines, result.properties


def test_types_are_named_only_where_one_was_asked_for() -> None:
    assert hints(ArtifactQuery(name="nothing")) == ((), (), ())


def test_pipelines_of_what_fits_otherwise_are_named_the_nearest_first() -> None:
    assert hints(ArtifactQuery(), "trainin") == ((), ("training", "scoring"), ())
    assert hints(ArtifactQuery("system.Model"), "scorin")[1] == ("training",)


def test_properties_are_named_where_one_that_was_asked_for_is_not_there() -> None:
    lacking = ArtifactQuery(properties=(parse_test("accurcy>0.5"),))
    assert hints(lacking) == ((), (), ("accuracy",))
    assert hints(ArtifactQuery("system.Dataset", properties=lacking.properties))[2] == ()
    assert hints(ArtifactQuery(properties=(parse_test("accuracy>2"),)))[2] == (), "it is there, but not so great"


def test_hints_that_cannot_be_read_are_not_told() -> None:
    lineage = recorded().lineage()
    lineage.error, lineage.breaks_after = Unreachable("MLMD is down."), 1
    result = gather_search(a_cluster(lineage=lineage), SearchQuery(ArtifactQuery("modle")))
    assert (result.rows, result.types, result.not_checked) == ((), (), ())


def test_of_a_bundle_of_single_runs_others_may_be_missing() -> None:
    cluster = replace(a_cluster(lineage=recorded().lineage()), complete=False)
    (gap,) = gather_search(cluster, SearchQuery()).not_checked
    assert gap.why == "the capture was made of single runs: what other runs made may be missing"


def test_a_store_that_is_not_there_or_down() -> None:
    with pytest.raises(Unreachable, match="no lineage store"):
        gather_search(a_cluster(), SearchQuery())
    lineage = recorded().lineage()
    lineage.error = Unreachable("MLMD is down.")
    with pytest.raises(Unreachable, match="MLMD is down"):
        gather_search(a_cluster(lineage=lineage), SearchQuery())


def test_a_store_that_breaks_off_leaves_what_was_found_and_a_gap() -> None:
    r = recorded()
    for _ in range(60):
        r.artifact()
    lineage = r.lineage()
    # The first batch takes its list of artifacts and their events.
    lineage.error, lineage.breaks_after = Unreachable("MLMD is down."), 2
    result = gather_search(a_cluster(lineage=lineage), SearchQuery())
    assert (len(result.rows), result.truncated) == (25, True)
    assert [gap.why for gap in result.not_checked] == ["the store broke off: MLMD is down."]


def test_requests_do_not_grow_with_the_rows() -> None:
    r = Recorder()
    root = r.run("run-a")
    for i in range(300):
        r.task(root, f"task-{i}", None, {"data": r.artifact()})
    lineage = r.lineage()
    assert len(search(lineage, limit=300)) == 300
    assert lineage.asked.total() <= 16


@dataclass(frozen=True)
class Question:
    test: str
    type: str
    limit: int


VALUES: tuple[JsonValue, ...] = (1, 1.0, 2.5, "1", "prod", True, False, None, [1], {"b": 1})
TESTS = ("a=1", "a!=1", "a>1", "a<=1", "a='1'", "a=prod", "a!=prod", "a=true", "a.b=1", "a.b!=2", "b>0")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from("ab"), st.sampled_from(VALUES)), max_size=40),
    st.builds(Question, st.sampled_from(TESTS), st.sampled_from(("", "Model")), st.integers(1, 45)),
)
def test_what_is_found_is_what_a_look_at_every_row_finds(rows: list[dict[str, JsonValue]], question: Question) -> None:
    r = Recorder()
    for i, properties in enumerate(rows):
        r.artifact(type="system.Model" if i % 2 else "system.Dataset", **properties)
    asked = ArtifactQuery(question.type, properties=(parse_test(question.test),))
    every: list[Artifact] = [a for a in reversed(r.artifacts) if fits(a, asked)]
    assert search(r.lineage(), asked, limit=question.limit) == [a.id for a in every][: question.limit]
