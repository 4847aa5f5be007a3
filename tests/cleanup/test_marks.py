from __future__ import annotations

import pytest

from kfpops.cleanup.inventory import ArtifactFact, LogLayout
from kfpops.cleanup.marks import buckets_of, marks_of
from kfpops.cleanup.policy.policy import Policy
from tests.cleanup.building import BUCKET, NOW, a_pin, a_run, an_artifact, an_inventory, imported, uri_of

RUN = a_run(1)


@pytest.mark.parametrize(
    "artifact",
    [
        pytest.param(imported("s3://elsewhere/v2/artifacts/train", RUN), id="another bucket"),
        pytest.param(imported("hf://org/model", RUN), id="another kind of store"),
        pytest.param(imported("unknown://x", RUN), id="an unknown scheme: whoever gathers it refuses the plan"),
        pytest.param(an_artifact(RUN, uri=""), id="no URI"),
    ],
)
def test_what_marks_nothing(artifact: ArtifactFact) -> None:
    found = [mark for _, mark in marks_of(an_inventory([RUN], [artifact]), Policy(), NOW)]
    assert [mark.kind for mark in found] == ["run"]


def test_with_an_empty_policy_all_that_known_runs_have_is_live() -> None:
    runs = [RUN, a_run(2, state="FAILED", retryable=True), a_run(3, finished=False)]
    found = list(marks_of(an_inventory(runs, [an_artifact(run) for run in runs]), Policy(), NOW))
    assert len(found) == 6
    assert all(not mark.goes and mark.label == "live" for _, mark in found)


def test_buckets_are_those_of_roots_and_logs() -> None:
    roots = ("minio://one/v2", "s3://two/", "minio://one/other", "hf://three")
    inventory = an_inventory(roots=roots, logs=(LogLayout("s3://logs", ""),))
    assert buckets_of(inventory) == ("one", "two", "logs")


def test_pins_mark_what_they_name() -> None:
    pins = (
        a_pin("gs://mlpipeline/models/a/", "pins file", "release"),
        a_pin("https://host/mlpipeline/models/b", "Model Registry", "bert"),
        a_pin("s3://elsewhere/x"),
        a_pin("s3://MLPIPELINE/c"),
    )
    found = [mark for bucket, mark in marks_of(an_inventory(pins=pins), Policy(), NOW) if bucket == BUCKET]
    told = [(mark.path, mark.goes, mark.reason, mark.who) for mark in found]
    assert told == [
        ("models/a", False, "pinned", "release"),
        ("models/b", False, "served", "bert"),
        ("c", False, "pinned", "pins file"),
    ]


def test_all_spellings_of_a_place_that_stays_are_marked() -> None:
    row = imported(f"minio://{BUCKET}//a/../b?x=1", RUN)
    paths = {mark.path for _, mark in marks_of(an_inventory([RUN], [row]), Policy(), NOW) if mark.kind == "artifact"}
    assert {"a/../b", "/a/../b", "a/..__0x2f__b", "/a/../b?x=1"} <= paths


def test_only_what_kfp_reads_is_marked_to_go() -> None:
    gone = a_run(1, known=False)
    row = an_artifact(gone, uri=f"{uri_of(gone)}?x=1")
    paths = [mark.path for _, mark in marks_of(an_inventory([gone], [row]), Policy(), NOW) if mark.kind == "artifact"]
    assert paths == [uri_of(gone).removeprefix(f"minio://{BUCKET}/")]
