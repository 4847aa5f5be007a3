"""A plan at a place where another one lies, whole: refused before anything is read, or put aside and told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from kfpops.capture.open import open_cluster
from kfpops.cleanup.apply.record import Begun, Finished, Marking
from kfpops.cleanup.gather.plan import PlanRequest, make_plan
from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import PlanRefused
from kfpops.ports import Cluster
from tests.cleanup.gather.planning import ORPHANS

BUNDLE = Path(__file__).parent.parent.parent / "lineage" / "recordings" / "leftovers.tar.gz"


@pytest.fixture
def bundle() -> Cluster:
    return open_cluster(BUNDLE)


def test_an_apply_that_has_not_ended_is_not_written_over(bundle: Cluster, tmp_path: Path) -> None:
    """Refused before anything is read: what it marked would stay so."""
    journal = tmp_path / "plan.jsonl.journal"
    begun, marking = Begun("p1", "0" * 64, 1, 1.0), Marking(("1",), 2.0)
    journal.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in (begun, marking)))
    with pytest.raises(PlanRefused, match="an apply that has not ended"):
        make_plan(replace(bundle, bucket=None), ORPHANS, PlanRequest("p.yaml"), tmp_path / "plan.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == [journal.name]


def test_one_that_has_ended_is_put_aside_and_told(bundle: Cluster, tmp_path: Path) -> None:
    plan, asked = tmp_path / "plan.jsonl", PlanRequest("p.yaml")
    first = make_plan(bundle, Policy(), asked, plan).header.id
    records = (Begun(first, "0" * 64, 1, 1.0), Finished(2.0))
    (tmp_path / "plan.jsonl.journal").write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in records))
    summary = make_plan(replace(bundle, identity=lambda: "uid-1"), Policy(), asked, plan)
    aside = tmp_path / f"plan.jsonl.{first[:8]}"
    assert read_plan(aside).header.id == first
    assert any(note.startswith("The plan that lay there has been applied") and str(aside) in note for note in summary.notes)
    assert (read_plan(aside).header.cluster, read_plan(plan).header.cluster) == ("", "uid-1")
