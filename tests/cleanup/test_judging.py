from __future__ import annotations

import pytest

from kfpops.cleanup.inventory import ArtifactFact, Inventory, Use
from kfpops.cleanup.policy.policy import HOUR, Policy
from tests.cleanup.building import (
    ALL_KINDS,
    BUCKET,
    NOW,
    ROOT,
    ROOT_PATH,
    a_pin,
    a_run,
    an_artifact,
    an_inventory,
    deleted,
    imported,
    log_key,
    path,
    run_id,
    told,
    uri_of,
)

KEPT, GONE, UNFINISHED = a_run(1), deleted(2), a_run(3, finished=False, state="RUNNING", finished_at=None)
GONE_MODEL = an_artifact(GONE, id="2")
ALL = Policy(kinds=ALL_KINDS)
IN_BUCKET = f"minio://{BUCKET}/"


@pytest.mark.parametrize(
    "inventory, key, expected",
    [
        pytest.param(
            an_inventory([GONE], [GONE_MODEL]),
            "pipelines/x",
            ("protected", "protected-prefix", ""),
            id="specifications of pipelines",
        ),
        pytest.param(
            an_inventory([GONE], roots=(f"minio://{BUCKET}",)),
            f"pipelines/{GONE.id}/fit/model",
            ("protected", "protected-prefix", ""),
            id="a pipeline called pipelines in a root that is the bucket",
        ),
        pytest.param(
            an_inventory([GONE]), "_kfpops/gc/plan.jsonl", ("protected", "own-files", ""), id="what kfpops wrote itself"
        ),
        pytest.param(
            an_inventory([GONE], [GONE_MODEL]), "exports/a.csv", ("foreign", "outside-roots", ""), id="below no root"
        ),
        pytest.param(
            an_inventory([deleted(2, root=f"{IN_BUCKET}elsewhere/train/{run_id(2)}")]),
            f"elsewhere/train/{run_id(2)}/fit/model",
            ("foreign", "outside-roots", ""),
            id="a deleted run whose root is below none of the configured ones",
        ),
        pytest.param(
            an_inventory([GONE]),
            f"{ROOT_PATH}-old/train/{GONE.id}/fit/m",
            ("foreign", "outside-roots", ""),
            id="beside a root",
        ),
        pytest.param(
            an_inventory([GONE]), f"{ROOT_PATH}/README.txt", ("foreign", "not-run-shaped", ""), id="not in a run's shape"
        ),
        pytest.param(
            an_inventory(), f"{ROOT_PATH}/train/{run_id(9)}/model", ("foreign", "not-run-shaped", ""), id="no task's folder"
        ),
        pytest.param(
            an_inventory(),
            f"{ROOT_PATH}/train/{'ABCDEF01-0000-4000-8000-000000000009'}/fit/m",
            ("foreign", "not-run-shaped", ""),
            id="an id in large letters that nobody knows is none of KFP's",
        ),
        pytest.param(
            an_inventory(),
            f"{ROOT_PATH}/team/train/{run_id(9)}/fit/m",
            ("foreign", "not-run-shaped", ""),
            id="an unknown run below two folders",
        ),
        pytest.param(
            an_inventory([GONE]), f"{path(GONE.root)}", ("foreign", "not-run-shaped", ""), id="an object in a run's place"
        ),
        pytest.param(
            an_inventory([KEPT], [an_artifact(KEPT)]), path(uri_of(KEPT)), ("live", "run-kept", KEPT.id), id="of a kept run"
        ),
        pytest.param(
            an_inventory([KEPT], [an_artifact(KEPT)]),
            f"{path(uri_of(KEPT))}/part-0",
            ("live", "run-kept", KEPT.id),
            id="in a directory of a kept run",
        ),
        pytest.param(
            an_inventory([GONE, KEPT], [an_artifact(GONE, (KEPT, "cached"), (KEPT, "read"))]),
            path(uri_of(GONE)),
            ("live", "taken-from-cache", KEPT.id),
            id="of a deleted run, but a kept one took it from the cache",
        ),
        pytest.param(
            an_inventory([GONE, KEPT], [GONE_MODEL, imported(uri_of(GONE), KEPT)]),
            path(uri_of(GONE)),
            ("live", "imported", KEPT.id),
            id="several rows of one URI: one lives",
        ),
        pytest.param(
            an_inventory([GONE, KEPT], [GONE_MODEL, imported(f"{uri_of(GONE)}/", KEPT)]),
            f"{path(uri_of(GONE))}/part-0",
            ("live", "imported", KEPT.id),
            id="imported with a slash at its end",
        ),
        pytest.param(
            an_inventory([GONE, KEPT], [GONE_MODEL, imported(GONE.root, KEPT)]),
            path(uri_of(GONE, name="x")),
            ("live", "imported", KEPT.id),
            id="a kept run imported the root of a deleted one",
        ),
        pytest.param(
            an_inventory([GONE, KEPT], [GONE_MODEL, imported(ROOT, KEPT)]),
            path(uri_of(GONE)),
            ("live", "imported", KEPT.id),
            id="a kept run imported the whole root",
        ),
        pytest.param(
            an_inventory([GONE, KEPT], [GONE_MODEL, imported(f"s3://{BUCKET}", KEPT)]),
            path(uri_of(GONE)),
            ("live", "imported", KEPT.id),
            id="a kept run imported the whole bucket",
        ),
        pytest.param(
            an_inventory(
                [GONE, KEPT], [GONE_MODEL, imported(f"https://{BUCKET}.s3.example/{path(uri_of(GONE))}?v=1", KEPT)]
            ),
            path(uri_of(GONE)),
            ("live", "imported", KEPT.id),
            id="imported by a web address",
        ),
        pytest.param(
            an_inventory([GONE], [an_artifact(GONE, id="1", uses=(Use(run_id(7), "read"),))]),
            path(uri_of(GONE)),
            ("foreign", "owner-unknown", run_id(7)),
            id="used by a run that is newer than the list of runs",
        ),
        pytest.param(
            an_inventory([GONE], [ArtifactFact(id="1", uri=uri_of(GONE))]),
            path(uri_of(GONE)),
            ("foreign", "owner-unknown", ""),
            id="a row that nobody uses",
        ),
        pytest.param(
            an_inventory([UNFINISHED]),
            f"{path(UNFINISHED.root)}/fit/x/partial",
            ("live", "run-unfinished", UNFINISHED.id),
            id="an upload of an unfinished run",
        ),
        pytest.param(
            an_inventory([UNFINISHED]),
            f"{ROOT_PATH}/other/{UNFINISHED.id}/fit/x/partial",
            ("live", "run-unfinished", UNFINISHED.id),
            id="of an unfinished run in the place of another pipeline",
        ),
        pytest.param(
            an_inventory([UNFINISHED]),
            f"{ROOT_PATH}/other/{UNFINISHED.id.upper()}/fit/x/partial",
            ("live", "run-unfinished", UNFINISHED.id),
            id="of an unfinished run, its id in large letters",
        ),
        pytest.param(
            an_inventory([UNFINISHED, GONE]),
            f"{ROOT_PATH}/train/{run_id(9)}/fit/{UNFINISHED.id}/x",
            ("live", "run-unfinished", UNFINISHED.id),
            id="of an unknown run, with the id of an unfinished one further down",
        ),
        pytest.param(
            an_inventory([KEPT]),
            f"{ROOT_PATH}/train/{run_id(9)}/fit/{KEPT.id}/x",
            ("foreign", "owner-unknown", KEPT.id),
            id="of an unknown run, with the id of a kept one further down",
        ),
        pytest.param(
            an_inventory([UNFINISHED, deleted(2, root=f"{UNFINISHED.root}/deep/train/{run_id(2)}")]),
            f"{path(UNFINISHED.root)}/deep/train/{run_id(2)}/fit/m/x",
            ("live", "run-unfinished", UNFINISHED.id),
            id="a deleted run below an unfinished one",
        ),
        pytest.param(
            an_inventory([deleted(2, created_at=NOW - HOUR, finished_at=None)]),
            f"{path(GONE.root)}/fit/x/m",
            ("live", "young", run_id(2)),
            id="a run that looks deleted, because it began after KFP was asked",
        ),
        pytest.param(
            an_inventory([GONE], pins=(a_pin(GONE.id),)), path(uri_of(GONE)), ("live", "pinned", GONE.id), id="a pinned run"
        ),
        pytest.param(
            an_inventory([GONE], pins=(a_pin(f"s3://{BUCKET}/{path(uri_of(GONE))}/", "InferenceService", "bert"),)),
            f"{path(uri_of(GONE))}/model.onnx",
            ("live", "served", "bert"),
            id="a model that is served",
        ),
        pytest.param(
            an_inventory(pins=(a_pin(run_id(9)),)),
            f"{ROOT_PATH}/train/{run_id(9)}/fit/x/m",
            ("live", "pinned", run_id(9)),
            id="a pinned run that nobody knows",
        ),
        pytest.param(
            an_inventory([deleted(2, caches=True)], [GONE_MODEL]),
            path(uri_of(GONE)),
            ("live", "cache-entry", GONE.id),
            id="cache entries point at a deleted run",
        ),
        pytest.param(
            an_inventory([KEPT]), log_key(KEPT.workflow), ("live", "logs-of-kept-run", KEPT.id), id="a log of a kept run"
        ),
        pytest.param(
            an_inventory([KEPT]),
            log_key("train-99999", "hello"),
            ("foreign", "logs-owner-unknown", "train-99999"),
            id="a log of a workflow that is none of KFP's",
        ),
        pytest.param(
            an_inventory([KEPT], workflows_known=False),
            log_key("train-99999"),
            ("foreign", "logs-owner-unknown", "train-99999"),
            id="a log of a workflow that may be a known run's",
        ),
    ],
)
def test_what_stays(inventory: Inventory, key: str, expected: tuple[str, str, str]) -> None:
    assert told(inventory, key, ALL) == expected


@pytest.mark.parametrize(
    "inventory, key, expected",
    [
        pytest.param(
            an_inventory([KEPT]),
            f"{ROOT_PATH}/train/{run_id(9)}/fit/x/m",
            ("orphan", "+run-unknown", run_id(9)),
            id="goes: a run that nobody knows",
        ),
        pytest.param(
            an_inventory([GONE], [GONE_MODEL]),
            path(uri_of(GONE)),
            ("orphan", "+run-deleted", GONE.id),
            id="goes: a deleted run",
        ),
        pytest.param(
            an_inventory([deleted(2, failed=True)]),
            path(uri_of(GONE)),
            ("orphan", "+run-failed-and-deleted", GONE.id),
            id="goes: a failed run that was deleted",
        ),
        pytest.param(
            an_inventory([GONE, deleted(1)], [an_artifact(GONE, (deleted(1), "cached"))]),
            path(uri_of(GONE)),
            ("orphan", "+run-deleted", GONE.id),
            id="goes: made and used by deleted runs",
        ),
        pytest.param(
            an_inventory([KEPT], [an_artifact(KEPT)]),
            f"{path(KEPT.root)}/fit/x/rows.tmp",
            ("unreferenced", "+partial-output", KEPT.id),
            id="goes: below a kept run, and no artifact names it",
        ),
        pytest.param(
            an_inventory([KEPT], [an_artifact(KEPT)]),
            f"{path(uri_of(KEPT))}-v2/x",
            ("unreferenced", "+partial-output", KEPT.id),
            id="goes: beside an artifact whose name its own begins with",
        ),
        pytest.param(
            an_inventory([deleted(2, root="")]),
            f"{ROOT_PATH}/any/{GONE.id}/fit/x/m",
            ("orphan", "+run-deleted", GONE.id),
            id="goes: a deleted run whose root nobody knows",
        ),
        pytest.param(
            an_inventory([KEPT]),
            log_key("train-99999"),
            ("orphan", "+logs-of-deleted-run", "train-99999"),
            id="goes: a log of a run that is gone without a trace",
        ),
        pytest.param(
            an_inventory([GONE], workflows_known=False),
            log_key(GONE.workflow, "hello"),
            ("orphan", "+logs-of-deleted-run", GONE.id),
            id="goes: any log of a deleted run",
        ),
    ],
)
def test_what_goes(inventory: Inventory, key: str, expected: tuple[str, str, str]) -> None:
    assert told(inventory, key, ALL) == expected
