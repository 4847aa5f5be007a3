"""`kfpops cleanup plan`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.capture.open import open_cluster
from kfpops.cleanup.plan.read import read_plan
from kfpops.cli.options import FORMATS
from kfpops.errors import Unreachable
from kfpops.ports import Cluster
from tests.cleanup.building import an_object
from tests.cleanup.gather.memory_bucket import MemoryBucket
from tests.cli.conftest import CommandLine
from tests.golden import matches_golden
from tests.schemas import validates

GOLDEN = Path(__file__).parent / "golden"
BUNDLE = Path(__file__).parent.parent / "lineage" / "recordings" / "leftovers.tar.gz"
POLICY = "grace: 1m\norphans: {older_than: 1m}\nargo_logs: {older_than: 1m}\n"


@pytest.fixture
def there(kfpops: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A cluster as it was recorded, in a folder with a policy."""
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY)
    kfpops.cluster = open_cluster(BUNDLE, name="leftovers.tar.gz")
    return kfpops


PLAN = ("cleanup", "plan", "--policy", "policy.yaml", "--output", "plan.jsonl", "--unsafe-grace")


def test_what_is_printed(there: CommandLine) -> None:
    printed = there(*PLAN, "--audit")
    assert (printed.code, printed.err) == (0, "")
    matches_golden(printed.out, GOLDEN / "cleanup-plan.txt")


def test_the_plan_is_whole_and_summed_up(there: CommandLine) -> None:
    printed = there(*PLAN, "-o", "json")
    assert (printed.code, printed.err) == (0, "")
    validates(printed.out)
    told = json.loads(printed.out)
    plan = read_plan(Path("plan.jsonl"))
    assert told["plan"]["sha256"] == plan.sha256
    assert told["goes"]["objects"] == len(list(plan.entries)) == 144
    assert plan.header.policy == POLICY


@pytest.mark.parametrize("output", FORMATS)
def test_every_format(there: CommandLine, output: str) -> None:
    printed = there(*PLAN, "-o", output)
    assert (printed.code, printed.err) == (0, "")
    assert "144" in printed.out


def test_an_empty_policy_deletes_nothing_and_says_so(there: CommandLine) -> None:
    Path("policy.yaml").write_text("")
    printed = there(*PLAN)
    assert printed.code == 0
    assert printed.out.startswith("The policy names no rule, kind or budget, so it deletes nothing: 915 objects")
    assert list(read_plan(Path("plan.jsonl")).entries) == []


def test_it_can_be_made_again_over_itself(there: CommandLine) -> None:
    assert [there(*PLAN).code, there(*PLAN).code] == [0, 0]


def test_pins_beside_the_policy(there: CommandLine) -> None:
    Path("policy.yaml").write_text(f"{POLICY}pins: {{file: pins.txt}}\n")
    refused = there(*PLAN)
    assert (refused.code, Path("plan.jsonl").exists()) == (4, False)
    assert "The pins file pins.txt cannot be read: No such file" in refused.err
    Path("pins.txt").write_text("minio://mlpipeline/v2/artifacts/model-shape nightly\n")
    kept = json.loads(there(*PLAN, "-o", "json").out)["keeps"]["by_reason"]
    assert kept["pinned"]["objects"] > 10


class ListedBucket(MemoryBucket):
    from_inventory = True


def test_an_inventory_stands_in_for_the_listing(there: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(cluster: Cluster, uri: str, folder: Path) -> Cluster:
        assert folder.is_dir()
        asked.append(uri)
        bucket = ListedBucket([an_object("exports/only.csv")], now=cluster.now.timestamp())
        return replace(cluster, bucket=lambda uri: bucket)

    asked: list[str] = []
    monkeypatch.setattr(sys.modules["kfpops.compose"], "with_inventory", listed, raising=False)
    printed = there(*PLAN, "--inventory", "s3://inventories/mlpipeline/manifest.json", "-o", "json")
    assert (printed.code, asked) == (0, ["s3://inventories/mlpipeline/manifest.json"])
    assert json.loads(printed.out)["listed"]["objects"] == 1


def test_an_inventory_of_another_bucket_is_2(there: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_is = lambda cluster, uri, folder: cluster  # noqa: E731
    monkeypatch.setattr(sys.modules["kfpops.compose"], "with_inventory", as_it_is, raising=False)
    printed = there(*PLAN, "--inventory", "s3://inventories/other/manifest.json")
    assert (printed.code, Path("plan.jsonl").exists()) == (2, False)
    assert "s3://inventories/other/manifest.json is of another bucket than those" in printed.err


def test_a_grace_below_a_day_is_4(there: CommandLine) -> None:
    printed = there(*PLAN[:-1])
    assert printed.code == 4
    assert "--unsafe-grace" in printed.err


def test_a_gap_is_4_and_writes_nothing(there: CommandLine) -> None:
    assert isinstance(there.cluster, Cluster)
    there.cluster = replace(there.cluster, pipelines=None)
    printed = there(*PLAN)
    assert printed.code == 4
    assert "what is in use is not fully known" in printed.err
    assert not Path("plan.jsonl").exists()


def test_a_limit_is_4(there: CommandLine) -> None:
    Path("policy.yaml").write_text(f"{POLICY}limits: {{objects: 100}}\n")
    printed = there(*PLAN)
    assert printed.code == 4
    assert "144 objects would go, and the policy allows 100 (limits.objects)" in printed.err


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--output", "-"), "A plan is written to a file"),
        (("--output", "policy.yaml"), "is no plan; it is not overwritten"),
        (("--output", "nowhere/plan.jsonl"), "There is no folder nowhere"),
        (("--policy", "missing.yaml"), "missing.yaml cannot be read"),
        (("-o", "dot"), "dot"),
    ],
)
def test_wrong_usage_is_2(there: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    printed = there(*PLAN, *arguments)
    assert printed.code == 2
    assert words in printed.err


def test_a_wrong_policy_is_2_with_its_line(there: CommandLine) -> None:
    Path("policy.yaml").write_text("grace: 24h\nrulez: []\n")
    printed = there(*PLAN)
    assert printed.code == 2
    assert "policy.yaml:2" in printed.err


def test_a_cluster_out_of_reach_is_3(there: CommandLine) -> None:
    there.cluster = Unreachable("It refused the connection.")
    assert there(*PLAN).code == 3


def test_what_must_be_given(there: CommandLine) -> None:
    assert "--policy" in there("cleanup", "plan", "--output", "x").err
    assert "--output" in there("cleanup", "plan", "--policy", "policy.yaml").err
