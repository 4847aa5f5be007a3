"""`kfpops cleanup why`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kfpops.capture.open import open_cluster
from kfpops.cli.options import FORMATS
from tests.cli.conftest import CommandLine
from tests.cli.test_cleanup_plan import BUNDLE, POLICY
from tests.golden import matches_golden
from tests.schemas import validates

GOLDEN = Path(__file__).parent / "golden"
ROOT = "minio://mlpipeline/v2/artifacts"
CACHED = f"{ROOT}/model-shape/a51a0271-1bdc-4c04-8bba-9d151dcc0ff1"
"""Its run was deleted, but another one took what it made from the cache."""


@pytest.fixture
def there(kfpops: CommandLine, tmp_path: Path) -> CommandLine:
    (tmp_path / "policy.yaml").write_text(POLICY)
    kfpops.cluster = open_cluster(BUNDLE, name="leftovers.tar.gz")
    return kfpops


def test_a_folder_of_a_deleted_run(there: CommandLine, tmp_path: Path) -> None:
    printed = there("cleanup", "why", CACHED, "--policy", str(tmp_path / "policy.yaml"))
    assert (printed.code, printed.err) == (0, "")
    matches_golden(printed.out, GOLDEN / "cleanup-why.txt")


@pytest.mark.parametrize("what", [ROOT, f"{ROOT}/nothing", "minio://mlpipeline/exports/2026/customers.csv"])
def test_json_is_valid(there: CommandLine, what: str) -> None:
    printed = there("cleanup", "why", what, "-o", "json")
    assert printed.code == 0
    validates(printed.out)
    assert json.loads(printed.out)["policy"] is None


@pytest.mark.parametrize("output", FORMATS)
def test_every_format(there: CommandLine, tmp_path: Path, output: str) -> None:
    printed = there("cleanup", "why", CACHED, "--policy", str(tmp_path / "policy.yaml"), "-o", output)
    assert (printed.code, printed.err) == (0, "")
    assert "taken-from-cache" in printed.out


@pytest.mark.parametrize("what", ["train", "minio://mlpipeline", "hf://a/b"])
def test_what_is_no_place_is_2(there: CommandLine, what: str) -> None:
    printed = there("cleanup", "why", what)
    assert printed.code == 2
    assert "is no place in a bucket" in printed.err
