"""`kfp/outputs-overwritten`: no step failed, and yet most of what was written is lost."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes.kfp import CAUSES
from kfpops.diagnose.facts import RunCase
from kfpops.model.finding import Finding
from kfpops.model.lineage import Artifact
from kfpops.model.run import Run
from kfpops.model.run_lineage import RunLineage
from tests.builders import RUN_ID, a_step
from tests.diagnose.causes.looking import names, the
from tests.diagnose.run_lineages import a_lineage, a_loop, an_execution

URI = "minio://mlpipeline/v2/artifacts/p/run/combined/report.csv"
SHARED = a_lineage(
    (an_execution("20", parent_id="10"), "report", Artifact("5", "system.Dataset", URI)),
    (an_execution("21", parent_id="11", begins=90), "report", Artifact("6", "system.Dataset", URI)),
    (an_execution("22", parent_id="12", begins=80), "report", Artifact("7", "system.Dataset", URI)),
    around=a_loop(0, 1, 2),
)
STEPS = tuple(a_step("succeeded", id=f"wf-{n}", task="for-loop-2.train", iterations=(n,)) for n in range(3))


def case(lineage: RunLineage | None) -> RunCase:
    return RunCase(RUN_ID, "nightly", "kubeflow", run=Run(RUN_ID, "nightly", "SUCCEEDED"), steps=STEPS, lineage=lineage)


def found(release: str) -> Finding:
    return the(CAUSES, *STEPS, case=case(SHARED), kfp_release=release)


def test_a_loop_whose_iterations_wrote_to_places_of_their_own_is_well() -> None:
    own = a_lineage(
        (an_execution("20", parent_id="10"), "report", Artifact("5", "system.Dataset", f"{URI}/0")),
        (an_execution("21", parent_id="11"), "report", Artifact("6", "system.Dataset", f"{URI}/1")),
        around=a_loop(0, 1),
    )
    assert names(CAUSES, *STEPS, case=case(own)) == []
    assert names(CAUSES, *STEPS, case=case(None)) == []


def test_it_names_the_writers_the_uri_and_who_wrote_last() -> None:
    finding = found("2.17.0")
    assert finding.cause == "kfp/outputs-overwritten"
    assert finding.confidence == "certain"
    assert finding.title.startswith("3 iterations of for-loop-2/train wrote their output report to one place")
    assert (finding.facts["writers"], finding.facts["uri"]) == (3, URI)
    assert finding.facts["left"] == "for-loop-2[2]/train"
    assert (finding.runs, finding.tasks) == ((RUN_ID,), ("for-loop-2.train",))
    assert "at the same time" in finding.evidence[0].text


@pytest.mark.parametrize(
    ("release", "says"),
    [
        ("2.3.0", "KFP 2.3.0 gives all iterations of a loop the same output URI"),
        ("2.17.0", "the program set .uri by hand"),
        ("", "Since 2.4.0 KFP gives every execution a URI of its own"),
        ("nightly-build", "the program set .uri by hand"),
    ],
)
def test_the_release_decides_whose_fault_it_is(release: str, says: str) -> None:
    assert says in found(release).advice[0].text
