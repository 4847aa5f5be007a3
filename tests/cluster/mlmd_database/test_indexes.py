from __future__ import annotations

from pathlib import Path

from tests.cluster.mlmd_database.stores import change, opened
from tests.mlmd_store import Mlmd, Rows, needs_mlmd

pytestmark = needs_mlmd


def a_store(folder: Path) -> Path:
    rows = Rows()
    rows.execution(rows.run("train", "run-1"), "make")
    return rows.write(folder / "mlmd.db")


def test_a_store_with_both_indexes_has_no_problem(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(
        path, "CREATE INDEX a ON Association (execution_id, id)", "CREATE UNIQUE INDEX b ON attribution (artifact_id, id)"
    )
    health = opened(path).health()
    assert (health.problems, health.remedies) == ((), ())


def test_a_store_as_it_is_made_lacks_two(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    health = opened(path).health()
    assert (health.back_end, health.address) == ("mlmd-database", str(path))
    assert health.problems[0] == (
        "Association has no index on execution_id: KFP asks which run an execution is of in every task, and each time the"
        " database reads all of the table's rows, about 4 now."
    )
    assert "Attribution has no index on artifact_id" in health.problems[1]
    assert health.remedies == (
        "CREATE INDEX kfpops_association_execution ON Association (execution_id);",
        "CREATE INDEX kfpops_attribution_artifact ON Attribution (artifact_id);",
    )


def test_an_index_that_leaves_rows_out_does_not_help(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(
        path, "CREATE INDEX a ON Association (execution_id) WHERE id > 5", "CREATE INDEX b ON Attribution (id, artifact_id)"
    )
    assert len(opened(path).health().problems) == 2


def test_the_statements_work_and_mlmd_lives_with_them(tmp_path: Path) -> None:
    path = a_store(tmp_path)
    change(path, *opened(path).health().remedies)
    assert opened(path).health().problems == ()
    Mlmd(path).call("GetExecutions", b"")
