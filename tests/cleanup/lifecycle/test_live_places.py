"""What is live, and where: what is not first."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.inventory import ArtifactFact, Inventory, LogLayout
from kfpops.cleanup.lifecycle.live_places import live_places
from kfpops.cleanup.lifecycle.place import LivePlace
from kfpops.cleanup.policy.policy import Policy
from tests.cleanup.building import BUCKET, NOW, OLD, ROOT, a_pin, a_run, an_artifact, an_inventory, deleted, imported, uri_of

RUN = a_run(1)
SPECS = LivePlace(BUCKET, "pipelines", "specifications", "KFP")
LOGS = LivePlace(BUCKET, "private-artifacts/team-a/train-00001", "logs", "run run 1 (00000001)", OLD)


def places(inventory: Inventory) -> list[LivePlace]:
    claims = claims_of(inventory, Policy(), NOW)
    return [p for p in live_places(inventory, claims, {BUCKET}) if p != SPECS]


def of_artifacts(*artifacts: ArtifactFact, runs: Iterable[object] = (RUN,)) -> list[LivePlace]:
    return [p for p in places(an_inventory(runs, artifacts, logs=())) if p.breaks != "logs"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "artifacts, runs",
    [
        pytest.param([an_artifact(deleted(1))], [deleted(1)], id="of a run that is deleted, and that nothing else uses"),
        pytest.param([an_artifact(RUN, type="system.Metrics")], [RUN], id="a metric, which has no bytes"),
        pytest.param([an_artifact(RUN, state="DELETED")], [RUN], id="what was cleaned up already"),
        pytest.param([an_artifact(RUN, uri="")], [RUN], id="without a URI"),
        pytest.param([an_artifact(RUN, uri="oci://registry/model:1")], [RUN], id="in a registry"),
        pytest.param([an_artifact(RUN, uri="azfoo://x/y")], [RUN], id="of a scheme that nobody knows"),
    ],
)
def test_what_is_no_live_place(artifacts: list[ArtifactFact], runs: list[object]) -> None:
    assert of_artifacts(*artifacts, runs=runs) == []


def path(run: object = RUN) -> str:
    return uri_of(run).removeprefix(f"minio://{BUCKET}/")  # type: ignore[arg-type]


def test_an_output_of_a_run_that_kfp_still_shows() -> None:
    assert of_artifacts(an_artifact(RUN)) == [LivePlace(BUCKET, path(), "kept", "run run 1 (00000001)", OLD)]


def test_an_output_that_the_cache_can_still_hit_is_the_dangerous_one() -> None:
    cached = a_run(1, caches=True)
    [place] = of_artifacts(an_artifact(cached), runs=[cached])
    assert place.breaks == "cache"


def test_an_output_of_a_deleted_run_that_another_took_from_the_cache() -> None:
    [place] = of_artifacts(an_artifact(deleted(1), (a_run(2), "cached")), runs=[deleted(1), a_run(2)])
    assert (place.path, place.who) == (path(deleted(1)), "run run 2 (00000002)")


def test_a_run_that_is_not_finished_needs_all_below_its_root() -> None:
    run = a_run(1, finished=False, finished_at=None)
    [place] = of_artifacts(runs=[run])
    assert (place.path, place.breaks, place.since) == (f"v2/artifacts/train/{run.id}", "unfinished", OLD)


def test_what_somebody_has_tagged() -> None:
    [place] = of_artifacts(an_artifact(RUN, labels={"kfpops.io/keep": "release-3"}))
    assert (place.breaks, place.who) == ("pinned", "release-3")


@pytest.mark.parametrize("by, breaks", [("InferenceService team-a/churn", "served"), ("pins file", "pinned")])
def test_pins(by: str, breaks: str) -> None:
    inventory = an_inventory(pins=(a_pin(f"s3://{BUCKET}/models/churn", by, "churn"), a_pin("0000-run-id", by)), logs=())
    assert places(inventory) == [LivePlace(BUCKET, "models/churn", breaks, "churn")]  # type: ignore[arg-type]


def test_an_import_from_elsewhere_in_the_bucket() -> None:
    [place] = of_artifacts(imported(f"minio://{BUCKET}/datasets/raw", RUN))
    assert (place.path, place.breaks) == ("datasets/raw", "kept")


def test_logs_of_a_run_lie_by_its_workflow() -> None:
    assert places(an_inventory([RUN])) == [LOGS]
    assert places(an_inventory([deleted(1)])) == []


@pytest.mark.parametrize(
    "key_format, expected",
    [
        ("logs/{{workflow.name}}/{{pod.name}}", "logs/train-00001"),
        ("logs/{{workflow.creationTimestamp.Y}}/{{workflow.name}}", "logs"),
        ("", "train-00001"),
    ],
)
def test_the_workflow_may_stand_behind_a_date(key_format: str, expected: str) -> None:
    [place] = places(an_inventory([RUN], logs=(LogLayout(f"minio://{BUCKET}", key_format),)))
    assert place.path == expected


def test_specifications_lie_in_every_bucket() -> None:
    inventory = an_inventory(roots=(ROOT,), logs=())
    found = list(live_places(inventory, claims_of(inventory, Policy(), NOW), {"a", "b"}))
    assert [p.bucket for p in found if p.breaks == "specifications"] == ["a", "b"]
