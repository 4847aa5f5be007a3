"""The part of the lineage suite about runs as a whole: which there are, and what is attributed to them."""

from __future__ import annotations

from kfpops.ports import Lineage
from tests.ports.lineage_world import ABSENT, FIRST, LOOP, SECOND, THIRD, WIDE, Known


def tells_what_is_attributed_to_a_run(port: Lineage, known: Known) -> None:
    made = known.all("a.raw", "a.data", "a.metrics", "a.model", "a.lost", "a.weird", "a.endless")
    assert sorted(port.artifacts_of_run(FIRST)) == sorted(made)
    # Taken from the cache and imported.
    assert sorted(port.artifacts_of_run(SECOND)) == sorted(known.all("a.raw", "a.data", "a.metrics"))
    assert sorted(port.artifacts_of_run(LOOP)) == sorted(known.all("a.shared0", "a.shared1", "a.made"))
    for run_id in (ABSENT, "train-daily", "", "' OR 1=1"):
        assert list(port.artifacts_of_run(run_id)) == []


def gives_all_runs(port: Lineage, known: Known) -> None:
    found = {run.run_id: run for run in port.all_runs()}
    assert set(found) == {FIRST, SECOND, THIRD, LOOP, WIDE}
    assert list(port.runs(list(found))) == list(found.values())


OF_RUNS = (tells_what_is_attributed_to_a_run, gives_all_runs)
