"""The inventory of a real KFP in which runs were deleted, archived, cached and imported: it says what its label says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.gather.pins import gather_pins
from kfpops.cleanup.gather.runs import confirm_deleted
from kfpops.cleanup.inventory import ArtifactFact, Inventory, RunFact
from kfpops.cleanup.policy.policy import Policy
from tests.lineage.recorded import label, opened

CASE = "leftovers"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return gather_inventory(opened(CASE), Policy(), (), tmp_path_factory.mktemp("inventory"))


@cache
def ids() -> Mapping[str, str]:
    """Role → run id."""
    return {role: run["run_id"] for role, run in label(CASE)["runs"].items()}


def run(inventory: Inventory, role: str) -> RunFact:
    return inventory.runs[ids()[role]]


def made_by(inventory: Inventory, role: str) -> list[ArtifactFact]:
    """Outputs of the run's own steps, without their logs."""
    found = [fact for fact in inventory.artifacts if f"/{ids()[role]}/" in fact.uri and "/executor-logs" not in fact.uri]
    assert found, role
    return found


def uses(inventory: Inventory, role: str) -> set[tuple[str, str]]:
    """Who uses what the run made, by role and how."""
    roles = {id: name for name, id in ids().items()}
    return {(roles[use.run_id], use.how) for fact in made_by(inventory, role) for use in fact.uses}


def test_nothing_is_missing(inventory: Inventory) -> None:
    assert inventory.gaps == ()
    assert inventory.workflows_known
    assert inventory.roots == ("minio://mlpipeline/v2/artifacts",)
    (logs,) = inventory.logs
    assert logs.bucket == "minio://mlpipeline"
    assert logs.key_format.startswith("private-artifacts/{{workflow.namespace}}/{{workflow.name}}/")
    assert gather_pins(opened(CASE), Policy(), "") == ((), ())


@pytest.mark.parametrize("role", ["dropped", "cache-source", "import-source", "failed-dropped", "plain-again"])
def test_runs_that_were_deleted(inventory: Inventory, role: str) -> None:
    found = run(inventory, role)
    assert (found.known, found.finished, found.caches, found.retryable) == (False, True, False, False)
    assert found.pipeline == "model-shape"
    assert found.root.endswith(f"/model-shape/{found.id}")
    assert confirm_deleted(opened(CASE), [found.id]) == {found.id: True}


@pytest.mark.parametrize(
    "role", ["plain", "failed-kept", "archived", "cache-user", "importer", "version-dropped", "running"]
)
def test_runs_that_are_there(inventory: Inventory, role: str) -> None:
    found = run(inventory, role)
    assert found.known
    assert confirm_deleted(opened(CASE), [found.id]) == {found.id: False}
    assert found.workflow == label(CASE)["runs"][role]["workflow"]
    assert (found.archived, found.finished) == (role == "archived", role != "running")
    assert (found.failed, found.retryable) == (None if role == "running" else role == "failed-kept", role == "failed-kept")


def test_workflows_of_deleted_runs_are_told_by_their_pods(inventory: Inventory) -> None:
    deleted = {role: one["workflow"] for role, one in label(CASE)["runs"].items() if not inventory.runs[one["run_id"]].known}
    told = {role: run(inventory, role).workflow for role in deleted}
    # All that this one did it took from the cache: it had no pod of its own.
    assert told == {**deleted, "plain-again": ""}


def test_whether_a_task_of_a_deleted_run_failed(inventory: Inventory) -> None:
    assert run(inventory, "failed-dropped").failed is True
    assert run(inventory, "dropped").failed is False


@pytest.mark.parametrize(
    "role, expected",
    [
        ("plain", {("plain", "made"), ("plain-again", "cached")}),
        ("dropped", {("dropped", "made")}),
        ("cache-source", {("cache-source", "made"), ("cache-user", "cached")}),
        ("archived", {("archived", "made")}),
        ("version-dropped", {("version-dropped", "made")}),
        ("running", {("running", "made")}),
        ("failed-kept", {("failed-kept", "made")}),
        ("failed-dropped", {("failed-dropped", "made")}),
    ],
)
def test_who_uses_what_a_run_made(inventory: Inventory, role: str, expected: set[tuple[str, str]]) -> None:
    assert uses(inventory, role) == expected


def test_what_the_importer_imported_is_another_row_with_the_same_uri(inventory: Inventory) -> None:
    importer = ids()["importer"]
    imported = [fact for fact in inventory.artifacts if any((u.run_id, u.how) == (importer, "imported") for u in fact.uses)]
    assert imported
    assert all(fact.producer is None for fact in imported)
    assert any(f"/{ids()['import-source']}/" in fact.uri for fact in imported)


def test_producers_are_steps_of_the_run_below_whose_root_they_wrote(inventory: Inventory) -> None:
    produced = [fact for fact in inventory.artifacts if fact.producer]
    assert len(produced) > 200
    for fact in produced:
        assert fact.producer is not None
        assert f"/{fact.producer.run_id}/" in fact.uri
        assert fact.producer.accelerators in (0.0, None)


def test_the_cache_knows_only_runs_that_are_there(inventory: Inventory) -> None:
    assert {run.known for run in inventory.runs.values() if run.caches} == {True}
    assert sum(run.caches for run in inventory.runs.values()) == 36


def test_the_file_stays_small() -> None:
    assert (Path(__file__).parent.parent.parent / "lineage/recordings/leftovers.tar.gz").stat().st_size < 250_000
