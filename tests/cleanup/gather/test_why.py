from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.capture.open import open_cluster
from kfpops.cleanup.gather.why import answer_of, why
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.policy.policy import Policy, Rule
from kfpops.cleanup.why.answer import Answer
from kfpops.errors import UsageError
from kfpops.ports import Cluster
from tests.cleanup.building import (
    BUCKET,
    ROOT_PATH,
    a_pin,
    a_run,
    an_artifact,
    an_inventory,
    deleted,
    imported,
    log_key,
    run_id,
    uri_of,
)
from tests.cleanup.gather.planning import GONE, KEPT, LOOSE, ORPHANS, a_bucket, a_look, here, key_of, usual

BUNDLE = Path(__file__).parent.parent.parent / "lineage" / "recordings" / "leftovers.tar.gz"
OLD_GO = Policy(rules=(Rule("old"),), limits=LOOSE)


def asked(path: str, folder: Path, inventory: Inventory | None = None, policy: Policy = ORPHANS) -> Answer:
    look = a_look(usual() if inventory is None else inventory, policy)
    return answer_of(here(), look, f"minio://{BUCKET}/{path}", folder)


@pytest.mark.parametrize(
    "path, goes, reason, words",
    [
        ("exports/customers.csv", False, "outside-roots", ""),
        ("pipelines/train.yaml", False, "protected-prefix", ""),
        (key_of(1), False, "run-kept", f"run {KEPT.id} (run 1, pipeline train) wrote it; KFP has it"),
        (key_of(2), True, "run-deleted", "it was deleted in KFP"),
        (key_of(3), False, "kind-not-asked", "neither KFP nor the lineage store knows it"),
        (log_key("train-00001"), False, "logs-of-kept-run", f"run {KEPT.id}"),
    ],
)
def test_an_object(path: str, goes: bool, reason: str, words: str, tmp_path: Path) -> None:
    answer = asked(path, tmp_path)
    assert answer.what == "object"
    assert answer.verdict is not None
    assert (answer.verdict.goes, answer.verdict.reason) == (goes, reason)
    assert words in "\n".join(step.text for step in answer.steps)


def test_what_keeps_it_comes_first(tmp_path: Path) -> None:
    user = a_run(5)
    answer = asked(key_of(2), tmp_path, an_inventory((GONE, user), (an_artifact(GONE, (user, "cached"), id="2"),)))
    assert answer.verdict is not None
    assert answer.verdict.reason == "taken-from-cache"
    assert answer.steps[0].keeps
    assert (
        answer.steps[0].text
        == f"run {user.id} (run 5, pipeline train) took it from the cache; KFP has it, and no rule gives it up"
    )


def test_an_importer_and_a_pin(tmp_path: Path) -> None:
    importer = a_run(6)
    rows = (an_artifact(GONE, id="2"), imported(uri_of(GONE), importer, id="9"))
    answer = asked(
        key_of(2), tmp_path, an_inventory((GONE, importer), rows, pins=(a_pin(uri_of(GONE), "pins.yaml, line 3"),))
    )
    told = "\n".join(step.text for step in answer.steps if step.keeps)
    assert "run 6, pipeline train) imported it" in told
    assert "pinned: pins.yaml, line 3" in told


def test_the_rule_that_takes_it(tmp_path: Path) -> None:
    answer = asked(key_of(1), tmp_path, policy=OLD_GO)
    assert answer.verdict is not None
    assert (answer.verdict.goes, answer.verdict.rule) == (True, "old")
    assert "rule old gives it up: the rule keeps nothing of what it selects" in [step.text for step in answer.steps]


def test_a_cache_entry_keeps_it(tmp_path: Path) -> None:
    run = a_run(1, caches=True)
    answer = asked(key_of(1), tmp_path, an_inventory((run,), (an_artifact(run),)), OLD_GO)
    assert answer.verdict is not None
    assert answer.verdict.reason == "cache-entry"
    assert answer.steps[0].text == f"the cache can hand it out: entries of run {run.id} are still there"


def test_a_folder_tells_what_it_holds(tmp_path: Path) -> None:
    answer = asked(ROOT_PATH, tmp_path)
    assert answer.what == "folder"
    assert {(g.verdict.goes, g.verdict.reason, g.counted) for g in answer.groups} == {
        (True, "run-deleted", Count(3, 30)),
        (False, "run-kept", Count(1, 10)),
        (False, "kind-not-asked", Count(1, 10)),
    }


def test_a_run_by_its_folder(tmp_path: Path) -> None:
    answer = asked(f"{ROOT_PATH}/train/{run_id(2)}/", tmp_path)
    assert [(g.verdict.reason, g.counted.objects) for g in answer.groups] == [("run-deleted", 3)]
    assert any(step.kind == "use" and step.id == GONE.id for step in answer.steps)


def test_where_nothing_lies_the_nearest_is_named(tmp_path: Path) -> None:
    answer = asked(key_of(1, "modle"), tmp_path)
    assert (answer.what, answer.nearest) == ("nothing", (key_of(1),))
    answer = asked("exprots/customers.csv", tmp_path)
    assert answer.nearest[0] == "exports/"


def test_bytes_that_are_gone_still_tell_their_runs(tmp_path: Path) -> None:
    answer = asked(key_of(8), tmp_path, an_inventory((a_run(8), deleted(9)), (an_artifact(a_run(8)),)))
    assert answer.what == "nothing"
    assert any("artifact 1" in step.text for step in answer.steps)


@pytest.mark.parametrize("uri", ["train", "hf://a/b", "minio://mlpipeline", "strange://mlpipeline/x", "minio://mlpipeline/"])
def test_what_is_no_place_in_a_bucket(uri: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no place in a bucket"):
        answer_of(here(), a_look(usual(), ORPHANS), uri, tmp_path)


def test_another_bucket_is_outside_the_roots(tmp_path: Path) -> None:
    cluster: Cluster = replace(here(), bucket=lambda uri: a_bucket(name="other"))
    answer = answer_of(cluster, a_look(usual(), ORPHANS), f"s3://other/{key_of(2)}", tmp_path)
    assert answer.verdict is not None
    assert answer.verdict.reason == "outside-roots"


def test_of_a_bundle() -> None:
    cluster = open_cluster(BUNDLE)
    answer = why(cluster, Policy(), "minio://mlpipeline/v2/artifacts", pins_text="")
    assert answer.what == "folder"
    assert (answer.uri, answer.policy, answer.gaps) == ("minio://mlpipeline/v2/artifacts", "", ())


def test_gaps_are_told() -> None:
    answer = why(replace(open_cluster(BUNDLE), lineage=None), Policy(), "minio://mlpipeline/exports/2026/customers.csv")
    assert any(gap.fatal for gap in answer.gaps)
