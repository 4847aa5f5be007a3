"""KFP itself: driver, launcher, and the services they need."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.causes.kfp import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.workload import Deployment
from tests.builders import a_pod, a_step, kube, terminated
from tests.diagnose.causes.looking import a_traceback, driver_error, launcher_error, launcher_log, names, the

PUT = (
    'timed out waiting for the condition: failed to put file: Get "http://seaweedfs.kubeflow.svc:9000/mlpipeline/'
    '?location=": '
    "dial tcp 198.19.17.52:9000: connect: connection refused"
)
MLMD = (
    'Failed GetContextByTypeAndName(type="system.Pipeline", name="p"): rpc error: code = Unavailable desc = connection error'
)
DOWNLOAD = 'failed to download input artifact "table" from remote storage URI "minio://exports/2026/sales.csv": '
LIST = 'failed to list objects in remote storage "2026/sales.csv": blob '
URI = "minio://mlpipeline/imports/sales.csv"
INPUT = f'{{"inputs":{{"artifacts":{{"table":{{"artifacts":[{{"uri":"{URI}"}}]}}}}}}}}'
COMMAND = {"command": ["/kfp-launcher/launch", "--executor_input", INPUT, "--"]}
NOT_THERE = "FileNotFoundError: [Errno 2] No such file or directory: '{}'"


def a_deployment(name: str, ready: int) -> Deployment:
    metadata = {"name": name, "namespace": "kubeflow"}
    return kube(Deployment, {"metadata": metadata, "spec": {"replicas": ready}, "status": {"readyReplicas": ready}})


def failed(log: str | None, **more: Any) -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(1),), main=COMMAND), log=log, **more)


def reading(path: str) -> Step:
    return failed(launcher_log(a_traceback(NOT_THERE.format(path)), "exit status 1"))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(failed(None, message="main: Error (exit code 1)"), id="the program failed and has no log"),
        pytest.param(failed(launcher_log("connection refused by bucket", "exit status 1")), id="the program's own trouble"),
        pytest.param(failed(launcher_log("x", "signal: killed")), id="it was killed"),
        pytest.param(
            failed(
                launcher_log("x", "exit status 1").replace(
                    "I1121 09:53:47.322188      16 launcher_v2.go:206] publish success.",
                    f"E1121 09:53:47.322188      16 launcher_v2.go:898] All upload artifact attempts failed: {PUT}",
                )
            ),
            id="an upload that fails after the program did",
        ),
        pytest.param(
            a_step(
                pod=a_pod(
                    statuses=(
                        terminated(1),
                        terminated(64, message="open /var/run/argo/outputs/x: no such file", name="wait"),
                    )
                )
            ),
            id="Argo's echo of a failed driver",
        ),
        pytest.param(reading("/data/sales.csv"), id="a file that KFP did not bring"),
        pytest.param(reading("/minio/mlpipeline/v2/other.csv"), id="an artifact that is no input"),
        pytest.param(
            reading("/minio/mlpipeline/imports/sales.csv/part-1"), id="a file within an artifact that may be there"
        ),
        pytest.param(
            failed(None, message=f"main: Error (exit code 1): my program could not reach it: {PUT}"),
            id="a program's termination message",
        ),
    ],
)
def test_kfp_is_not_to_blame(step: Step) -> None:
    assert names(CAUSES, step) == []


def test_an_object_that_the_store_has_is_not_missing() -> None:
    step = reading("/minio/mlpipeline/imports/sales.csv")
    assert names(CAUSES, step, objects_missing={URI: False}) == []


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        (driver_error(MLMD), "kfp/metadata-unreachable"),
        (launcher_error("failed to create task: rpc error: desc = dial tcp 10.9.1.2:8887: connect: connection refused"),
         "kfp/api-unreachable"),
        (launcher_error(f"{DOWNLOAD}{LIST}(code=Unknown): dial tcp: lookup seaweedfs.kubeflow: no such host"),
         "kfp/store-unreachable"),
        (launcher_error(f"{DOWNLOAD}{LIST}(code=PermissionDenied): StatusCode: 403, AccessDenied"), "kfp/store-denied"),
        (launcher_error(f"{DOWNLOAD}{LIST}(code=NotFound): NoSuchBucket: it does not exist"), "kfp/bucket-missing"),
        (launcher_error(f"{DOWNLOAD}blob (code=NotFound): NoSuchKey"), "kfp/artifact-missing"),
        (launcher_error('failed to read output parameter name="n" path="/tmp/n": open /tmp/n: no such file or directory'),
         "kfp/output-missing"),
        (driver_error("failed to resolve inputs: resolving input parameter: parameter x not found in producer task"),
         "kfp/input-unresolved"),
        (driver_error("two tasks have the same task name"), "kfp/driver-failed"),
        (launcher_error(f"{DOWNLOAD}{LIST}(code=Unknown): Invalid region: region was not a valid DNS name."),
         "kfp/launcher-failed"),
    ],
)  # fmt: skip
def test_what_driver_and_launcher_say(log: str, cause: str) -> None:
    assert names(CAUSES, failed(log, role="driver" if "KFP driver" in log else "executor")) == [cause]


def test_the_program_that_is_down_comes_first_and_one_incident_is_one_finding() -> None:
    steps = [a_step(id=f"wf-{n}", run_id=f"run-{n}", message=f"wait: Error (exit code 64): {PUT}") for n in range(9)]
    found = the(CAUSES, *steps, deployments=(a_deployment("seaweedfs", 0),))
    assert found.cause == "kfp/store-unreachable"
    assert (found.objects[0].kind, found.objects[0].name) == ("Deployment", "seaweedfs")
    assert (found.facts["host"], found.facts["bucket"]) == ("seaweedfs.kubeflow.svc:9000", "mlpipeline")
    assert len(found.runs) == 9
    assert found.advice[0].kubectl == "kubectl -n kubeflow scale deployment/seaweedfs --replicas=1"


def test_a_program_that_is_back_is_not_blamed_first() -> None:
    found = the(CAUSES, failed(driver_error(MLMD)), deployments=(a_deployment("metadata-grpc-deployment", 1),))
    assert [o.kind for o in found.objects] == ["Pod", "Deployment"]
    assert "has 1 of 1 pods ready now" in found.advice[0].text


def test_an_unknown_program_is_named_by_its_service() -> None:
    assert "metadata-grpc-service" in the(CAUSES, failed(driver_error(MLMD))).advice[0].text


def test_argos_wait_container_tells_when_its_node_does_not() -> None:
    pod = a_pod(phase="Failed", statuses=(terminated(0), terminated(64, message=PUT, name="wait")))
    assert names(CAUSES, a_step(pod=pod)) == ["kfp/store-unreachable"]


def test_an_input_that_nobody_wrote() -> None:
    found = the(CAUSES, reading("/minio/mlpipeline/imports/sales.csv"))
    assert (found.cause, found.facts["uri"]) == ("kfp/artifact-missing", URI)
    assert "the input table" in found.title
    assert URI in found.advice[0].text


def test_a_file_within_an_artifact_that_the_store_does_not_have() -> None:
    step = reading("/minio/mlpipeline/imports/sales.csv/part-1")
    assert names(CAUSES, step, objects_missing={URI: True}) == ["kfp/artifact-missing"]


def test_an_address_that_kfp_cannot_read() -> None:
    found = the(CAUSES, failed(launcher_error("no provider scheme found in artifact URI: hdfs://names/albums")))
    assert (found.cause, found.facts["uri"]) == ("kfp/launcher-failed", "hdfs://names/albums")
    assert "s3://" in found.advice[0].text


def test_an_input_of_another_type() -> None:
    text = 'failed to resolve inputs: input parameter "region" type mismatch: expect NUMBER_INTEGER, got string'
    found = the(CAUSES, failed(driver_error(text), role="driver"))
    assert (found.cause, found.facts) == ("kfp/input-unresolved", {"input": "region"})
    assert "`region: str`" in found.advice[0].text


def test_a_limit_that_is_no_quantity_with_the_parameter_it_came_from() -> None:
    log = (
        "I1121 09:52:09.265364      20 main.go:346] input ContainerSpec:{\n"
        '  "resources": {\n'
        '    "resourceMemoryLimit": "{{$.inputs.parameters[\'pipelinechannel--memory\']}}"\n  }\n}\n'
        "I1121 09:52:09.303879      20 main.go:556] output ExecutorInput:{\n"
        '  "inputs": {\n    "parameterValues": {\n      "pipelinechannel--memory": "plenty"\n    }\n  }\n}\n'
    )
    step = failed(
        log + driver_error("failed to init podSpecPatch: quantities must match the regular expression"), role="driver"
    )
    found = the(CAUSES, step)
    assert (found.cause, found.facts["value"], found.facts["resource"]) == ("kfp/driver-failed", "plenty", "memory")
    assert "(parameter memory)" in found.advice[0].text


def test_an_output_outside_the_runs_root() -> None:
    text = 'failed to upload output artifact "report": URI "minio://mlpipeline/reports/r.csv" does not have expected'
    found = the(CAUSES, failed(launcher_error(f'{text} bucket prefix "minio://mlpipeline/v2/artifacts/p"')))
    assert (found.cause, found.facts["uri"]) == ("kfp/launcher-failed", "minio://mlpipeline/reports/r.csv")
    assert "uri" in found.advice[0].text


def test_the_output_that_was_not_written_is_named() -> None:
    text = 'failed to read output parameter name="result" path="/tmp/result": open /tmp/result: no such file or directory'
    found = the(CAUSES, failed(launcher_error(text)))
    assert (found.facts["output"], found.title) == ("result", "Step train did not write its output result")
