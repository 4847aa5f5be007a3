"""What the lineage store tells of runs: their contexts, whether a task failed, and their workflow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.lineage_runs import SeenRun, read_runs
from kfpops.cleanup.gather.owners import Owners
from kfpops.errors import Unreachable
from kfpops.model.lineage import Execution, ExecutionQuery
from tests.cleanup.gather.lines import GONE, MADE, USED, a_lineage, context, root, step
from tests.lineage.memory import MemoryLineage


def seen(lineage: MemoryLineage) -> dict[str, SeenRun]:
    gaps = Gaps()
    found = read_runs(lineage, Owners(lineage), gaps).by_id
    assert gaps.found == []
    return found


def test_an_empty_store() -> None:
    assert seen(MemoryLineage()) == {}


def test_contexts_and_workflows() -> None:
    found = seen(a_lineage())
    assert set(found) == {MADE, USED, GONE}
    assert found[MADE].context == context(MADE)
    assert {id[:1]: run.workflow for id, run in found.items()} == {"1": "wf-1", "2": "", "3": "wf-3"}


@pytest.mark.parametrize(
    "states, failed",
    [
        pytest.param([], None, id="of a run without tasks nobody knows"),
        pytest.param(["COMPLETE", "CACHED", "CANCELED"], False, id="all went well"),
        pytest.param(["COMPLETE", "RUNNING"], None, id="a killed step says RUNNING for ever"),
        pytest.param(["RUNNING", "FAILED"], True, id="one failed"),
    ],
)
def test_whether_a_task_failed(states: list[str], failed: bool | None) -> None:
    steps = tuple(step(str(10 + n), "1", state) for n, state in enumerate(states))
    lineage = MemoryLineage(known_executions=(root("1", MADE), *steps), known_runs=(context(MADE),))
    assert seen(lineage)[MADE].tasks_failed is failed


def test_a_run_that_only_executions_know() -> None:
    found = seen(MemoryLineage(known_executions=(root("1", MADE), step("2", "1", "FAILED"))))
    assert found[MADE].context.root == ""
    assert found[MADE].tasks_failed is True


def test_a_store_that_breaks_half_way_is_a_gap() -> None:
    class Breaking(MemoryLineage):
        def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
            yield self.known_executions[3]
            raise Unreachable("It is down.")

    gaps = Gaps()
    lineage = Breaking(a_lineage().known_artifacts, a_lineage().known_executions, known_runs=(context(MADE),))
    found = read_runs(lineage, Owners(lineage), gaps).by_id
    assert [gap.fatal for gap in gaps.found] == [True]
    assert found[MADE].workflow == "wf-1"
