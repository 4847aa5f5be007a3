"""Artifacts with their uses, on disk; and what they tell of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kfpops.cleanup.gather.artifacts import Draft, ReadArtifacts, Reading, read_artifacts
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.lineage_runs import SeenRuns
from kfpops.cleanup.gather.owners import Owners
from kfpops.cleanup.inventory import TAG, Pin, Producer, Use
from kfpops.cleanup.policy.policy import Best, Keep, Policy, Rule, Select
from kfpops.errors import Unreachable
from tests.cleanup.gather.lines import GONE, MADE, USED, a_lineage, artifact, at, into, out, root, step
from tests.lineage.memory import MemoryLineage

LABELS = Policy(rules=(Rule("r", Select(label=(("team", "a"),)), Keep(best=Best("accuracy", 1))),))


def reading(lineage: MemoryLineage, policy: Policy = LABELS) -> Reading:
    return Reading(lineage, Owners(lineage), policy, SeenRuns(), Gaps())


def drafts(lineage: MemoryLineage, path: Path) -> dict[str, Draft]:
    found = reading(lineage)
    read: ReadArtifacts = read_artifacts(found, path / "drafts.jsonl")
    assert found.gaps.found == []
    return {draft.fact.id: draft for draft in read.drafts}


def one(path: Path, *events: Any, **properties: Any) -> Draft:
    steps = (step("10", "1"), step("11", "1", kind="importer"), step("20", "2", "CACHED"), step("12", "1", kind="dag"))
    lineage = MemoryLineage((artifact("1", properties=properties),), (root("1", MADE), root("2", USED), *steps), events)
    return drafts(lineage, path)["1"]


def test_no_artifacts(tmp_path: Path) -> None:
    assert drafts(MemoryLineage(), tmp_path) == {}


@pytest.mark.parametrize(
    "events",
    [
        pytest.param((), id="nobody wrote it"),
        pytest.param((out("1", "11"),), id="an importer is no producer"),
        pytest.param((out("1", "20"),), id="one that took it from the cache is no producer"),
        pytest.param((out("1", "12"),), id="a DAG is no producer"),
        pytest.param((into("1", "10"),), id="a reader is no producer"),
    ],
)
def test_what_nothing_made(tmp_path: Path, events: tuple[Any, ...]) -> None:
    assert one(tmp_path, *events).fact.producer is None


def test_an_artifact_with_all_that_is_known(tmp_path: Path) -> None:
    found = drafts(a_lineage(), tmp_path)
    made = found["1"]
    assert made.fact.uses == (Use(MADE, "made"), Use(USED, "cached"), Use(GONE, "read"))
    assert made.fact.producer == Producer("4", MADE, "load", "f" * 64, complete=True, seconds=20.0)
    assert (made.fact.state, made.fact.type, made.fact.updated_at) == ("LIVE", "system.Dataset", at(1).timestamp())
    assert made.task_path == "load"
    assert found["2"].fact.uses == (Use(GONE, "made"), Use(USED, "imported"))


def test_only_labels_that_somebody_asks_for_are_kept(tmp_path: Path) -> None:
    found = one(tmp_path, team="a", size=7.0, **{TAG: True})
    assert found.fact.labels == {"team": "a", TAG: "true"}
    assert one(tmp_path, team=7.0).fact.labels == {"team": "7"}
    assert one(tmp_path, team=7.5).fact.labels == {"team": "7.5"}


def test_a_tag_is_of_the_run_that_made_it_and_a_metric_of_all_that_put_it_out(tmp_path: Path) -> None:
    old = artifact("1", properties={"accuracy": 0.9, TAG: "release-3", "loss": 1})
    new = artifact("2", properties={"accuracy": 0.8, "flag": True})
    base = a_lineage()
    lineage = a_lineage(known_artifacts=(old, new), events=(*base.events, out("2", "4")))
    found = reading(lineage)
    list(read_artifacts(found, tmp_path / "x").drafts)
    runs = found.runs.by_id
    assert (tuple(runs[MADE].tags), runs[MADE].metrics) == (("release-3",), {"accuracy": 0.8}), "the newest holds"
    assert (tuple(runs[USED].tags), runs[USED].metrics) == ((), {"accuracy": 0.9})
    assert runs[GONE].metrics == {"accuracy": 0.8}, "it made artifact 2 as well"


def test_what_an_execution_of_no_run_uses_is_pinned(tmp_path: Path) -> None:
    lineage = MemoryLineage((artifact("1"), artifact("2", uri="")), (step("5", "404"),), (into("1", "5"), into("2", "99")))
    found = reading(lineage)
    read = read_artifacts(found, tmp_path / "x")
    assert read.nobodys == (Pin(artifact("1").uri, "lineage", "execution 5 of no known run"),)
    assert found.gaps.found == []


def test_of_a_uri_that_is_no_utf_8_the_folder_is_pinned(tmp_path: Path) -> None:
    found = reading(MemoryLineage((artifact("7", uri="minio://b/v2/caf\ufffd/data"),)))
    read = read_artifacts(found, tmp_path / "x")
    assert read.nobodys == (Pin("minio://b/v2", "lineage", "artifact 7, whose URI is no UTF-8"),)
    assert found.gaps.found == []


def test_more_pins_than_memory_holds_are_a_fatal_gap(tmp_path: Path) -> None:
    artifacts = tuple(artifact(str(n)) for n in range(1, 5))
    found = reading(MemoryLineage(artifacts, (step("5", "404"),), tuple(into(a.id, "5") for a in artifacts)))
    found.most_nobodys = 2
    assert len(read_artifacts(found, tmp_path / "x").nobodys) == 2
    assert [gap.fatal for gap in found.gaps.found] == [True]


@pytest.mark.parametrize("uri", ["", "minio://b/k", "s3://b/k?x=1", "oci://registry/model", "https://a/b", "own://x"])
def test_schemes_that_are_known(tmp_path: Path, uri: str) -> None:
    found = reading(MemoryLineage((artifact("1", uri=uri),)), Policy(external_schemes=("own",)))
    read_artifacts(found, tmp_path / "x")
    assert found.gaps.found == []


def test_an_unknown_scheme_is_a_fatal_gap_told_once(tmp_path: Path) -> None:
    found = reading(MemoryLineage(tuple(artifact(str(n), uri=f"weird://b/{n}") for n in range(1, 4))))
    read_artifacts(found, tmp_path / "x")
    (gap,) = found.gaps.found
    assert gap.fatal
    assert "weird://b/3" in gap.why
    assert "external_schemes" in gap.hint


@pytest.mark.parametrize("uri", [f"{'x' * 80}://b/1", "my_store://b/1", " Weird://b/1", "c:\\models"])
def test_unknown_schemes_of_all_sorts_are_fatal_gaps(tmp_path: Path, uri: str) -> None:
    found = reading(MemoryLineage((artifact("1", uri=uri),)))
    read_artifacts(found, tmp_path / "x")
    assert [gap.fatal for gap in found.gaps.found] == [True]


def test_a_store_that_breaks_in_the_middle_is_a_fatal_gap(tmp_path: Path) -> None:
    lineage = a_lineage(error=Unreachable("It is down."), breaks_after=1)
    found = reading(lineage)
    assert list(read_artifacts(found, tmp_path / "x").drafts) == []
    assert [gap.why for gap in found.gaps.found] == ["It is down."]


def test_requests_grow_with_batches_not_with_artifacts(tmp_path: Path) -> None:
    def asked(count: int) -> int:
        steps = tuple(step(str(n), "1") for n in range(10, 10 + count))
        made = tuple(artifact(str(n)) for n in range(1, count + 1))
        events = tuple(out(str(n), str(9 + n)) for n in range(1, count + 1))
        lineage = MemoryLineage(made, (root("1", MADE), *steps), events)
        found = reading(lineage)
        assert read_artifacts(found, tmp_path / "x").drafts.count == count
        return lineage.asked.total()

    assert asked(10) == asked(500) == 4
    assert asked(5000) <= 4 + 9 * 2
