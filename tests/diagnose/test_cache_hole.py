"""`kfp/artifact-missing` by a cache hit: the record was copied, the object is gone."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.kfp import CAUSES
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.lineage import Artifact
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_pod, a_step, terminated
from tests.diagnose.causes.looking import a_traceback, launcher_log, names, the
from tests.diagnose.run_lineages import a_lineage, an_execution

ORIGIN = "a51a0271-1bdc-4c04-8bba-9d151dcc0ff1"
URI = f"minio://mlpipeline/v2/artifacts/p/{ORIGIN}/make-data/5f1c/data"
LINEAGE = a_lineage(
    (an_execution("20", "make-data", "CACHED", cached_from="4"), "data", Artifact("5", "system.Dataset", URI)),
    origins={"4": ORIGIN},
)
INPUT = f'{{"inputs":{{"artifacts":{{"data":{{"artifacts":[{{"uri":"{URI}"}}]}}}}}}}}'
DATA = "/" + URI.replace("://", "/")


def case(*steps: Step, state: str = "SUCCEEDED") -> RunCase:
    return RunCase(RUN_ID, "nightly", "kubeflow", run=Run(RUN_ID, "nightly", state), steps=steps, lineage=LINEAGE)


def failed(last: str, **status: str) -> Step:
    """A step that took the object as its input and failed with this line."""
    main = {"command": ["/kfp-launcher/launch", "--executor_input", INPUT, "--"]}
    pod = a_pod(phase="Failed", statuses=(terminated(1, **status),), main=main)
    return a_step(pod=pod, log=launcher_log(a_traceback(last), "exit status 1"))


@pytest.mark.parametrize("asked", [{}, {URI: False}, {f"{URI}x": True}])
def test_an_object_that_is_there_or_was_not_asked_about_is_no_hole(asked: dict[str, bool]) -> None:
    assert names(CAUSES, case=case(), objects_missing=asked) == []


def test_a_run_that_succeeded_may_have_outputs_that_are_gone() -> None:
    found = the(CAUSES, case=case(), objects_missing={URI: True})
    assert (found.cause, found.confidence, found.runs) == ("kfp/artifact-missing", "certain", (RUN_ID,))
    assert (
        found.title
        == "Step make-data was taken from the cache of run a51a0271, but its output data is gone from the object store"
    )
    assert found.facts == {"uri": URI, "cached_task": "make-data", "origin_run": ORIGIN}
    assert found.advice[0].sdk == "make_data_task.set_caching_options(False)"
    assert ORIGIN in found.advice[0].text


def test_the_step_that_missed_it_and_the_hole_are_one_finding() -> None:
    step = failed(f"FileNotFoundError: [Errno 2] No such file or directory: '{DATA}'")
    found = the(all_causes(), step, case=case(step, state="FAILED"), objects_missing={URI: True})
    assert found.cause == "kfp/artifact-missing"
    assert found.facts["origin_run"] == ORIGIN
    assert found.tasks == ("train",)
    assert found.objects[0].name == step.pod_name


def test_a_program_that_fails_otherwise_over_its_empty_input_is_explained_too() -> None:
    step = failed("ValueError: No objects to concatenate")
    assert names(all_causes(), step, case=case(step), objects_missing={URI: True}) == ["kfp/artifact-missing"]


def test_what_ends_a_step_for_sure_stands_before_a_hole_beside_it() -> None:
    step = failed("ValueError: No objects to concatenate", reason="OOMKilled")
    found = names(all_causes(), step, case=case(step), objects_missing={URI: True})
    assert found[0].startswith("memory/")
    assert found[1:] == ["kfp/artifact-missing"]
