"""The same store gives the same inventory, whatever back end tells it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.inventory import Inventory, Use
from kfpops.cleanup.policy.policy import Policy
from kfpops.ports import Lineage
from tests.cleanup.gather.lines import a_run, the_cluster
from tests.fakes import FakePipelines
from tests.ports.lineage_world import FIRST, INPUTS, LOOP, SECOND, THIRD, WIDE, a_world
from tests.ports.test_lineage import ALL, back_ends, known

POLICY = Policy(external_schemes=("weird",))


def gathered(lineage: Lineage, path: Path) -> Inventory:
    cluster = replace(the_cluster(kfp=FakePipelines((a_run(FIRST), a_run(LOOP)))), lineage=lineage)
    return gather_inventory(cluster, POLICY, (), path)


@pytest.mark.parametrize("name", back_ends(ALL))
def test_a_back_end(name: str, tmp_path: Path) -> None:
    with ALL[name](a_world(), tmp_path) as lineage:
        found = gathered(lineage, tmp_path / "inventory")
    assert [gap for gap in found.gaps if gap.fatal] == []
    assert {id for id, run in found.runs.items() if run.known} == {FIRST, LOOP}
    assert {id for id, run in found.runs.items() if not run.known} == {SECOND, THIRD, WIDE}
    ids, facts = known(name), {fact.id: fact for fact in found.artifacts}
    assert len(facts) == INPUTS + 14
    assert facts[ids["a.data"]].uses == (Use(FIRST, "made"), Use(SECOND, "cached"), Use(THIRD, "cached"))
    assert facts[ids["a.raw"]].uses == (Use(FIRST, "imported"), Use(SECOND, "imported"))
    assert facts[ids["a.reimported"]].uses == (Use(THIRD, "imported"),)
    assert facts[ids["a.made"]].uses == (Use(LOOP, "made"),)
    assert facts[ids["a.empty"]].uses == ()
    assert facts[ids["a.part7"]].uses == (Use(WIDE, "read"),)
    producer = facts[ids["a.data"]].producer
    assert producer is not None
    assert (producer.execution_id, producer.run_id, producer.task) == (ids["e.load"], FIRST, "load")
    assert facts[ids["a.raw"]].producer is None
