"""Errors of KFP's driver and launcher, and of Argo's executor."""

from __future__ import annotations

import pytest

from kfpops.knowledge.kfp_errors import bad_quantity, parse_kfp_error

DRIVER = "KFP driver: driver.Container(pipelineName=my-bucket-report, runID=1, taskName=train, componentSpec) failed: "
LAUNCHER = "failed to execute component: "
DOWNLOAD = LAUNCHER + 'failed to download input artifact "table" from remote storage URI "minio://exports/2026/sales.csv": '
LIST = 'failed to list objects in remote storage "2026/sales.csv": '


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="nothing"),
        pytest.param(LAUNCHER + "exit status 137", id="the user's program, not the launcher"),
        pytest.param("Component failed to execute successfully: signal: killed", id="the same with a signal"),
        pytest.param(
            "Component failed to execute successfully: signal: segmentation fault (core dumped)", id="and with a core"
        ),
        pytest.param(
            "open /var/run/argo/outputs/parameters/x: no such file or directory", id="Argo's echo of a failed driver"
        ),
        pytest.param("Cannot detect ml-pipeline in the same namespace", id="noise of every driver"),
    ],
)
def test_no_error_of_kfp(message: str) -> None:
    assert parse_kfp_error(message) is None


@pytest.mark.parametrize(
    ("message", "trouble", "host"),
    [
        (
            DRIVER
            + 'Failed GetContextByTypeAndName(type="system.Pipeline", name="p"): rpc error: code = Unavailable desc = '
            'connection error: desc = "transport: dial tcp 198.19.5.182:8080: connect: connection refused"',
            "metadata-unreachable",
            "198.19.5.182:8080",
        ),
        (
            LAUNCHER
            + "failed to publish results to ML Metadata: rpc error: code = DeadlineExceeded desc = context deadline "
            "exceeded",
            "metadata-unreachable",
            None,
        ),
        (
            LAUNCHER
            + "failed to create task: rpc error: code = Unavailable desc = dial tcp 10.96.1.2:8887: connect: connection "
            "refused",
            "api-unreachable",
            "10.96.1.2:8887",
        ),
        (
            DRIVER + "failure while getting cached MLMD execution: dial tcp 10.96.1.2:8887: connect: connection refused",
            "api-unreachable",
            "10.96.1.2:8887",
        ),
        (
            'timed out waiting for the condition: failed to put file: Get "http://seaweedfs.kubeflow.svc:9000/mlpipeline/'
            '?location=": dial tcp 198.19.17.52:9000: connect: connection refused',
            "store-unreachable",
            "seaweedfs.kubeflow.svc:9000",
        ),
        (
            DOWNLOAD + LIST + "dial tcp: lookup minio-service.kubeflow on 10.0.0.2:53: no such host",
            "store-unreachable",
            "minio-service.kubeflow",
        ),
    ],
)
def test_what_could_not_be_reached(message: str, trouble: str, host: str | None) -> None:
    found = parse_kfp_error(message)
    assert found is not None
    assert (found.trouble, found.host) == (trouble, host)


@pytest.mark.parametrize(
    ("message", "trouble"),
    [
        (DOWNLOAD + LIST + "blob (code=NotFound): https response error StatusCode: 404, NoSuchBucket: The specified bucket "
         "does not exist", "bucket-missing"),
        (DOWNLOAD + LIST + "blob (code=NotFound)", "bucket-missing"),
        (DOWNLOAD + "failed to download file: blob (key \"2026/sales.csv\") (code=NotFound): NoSuchKey", "artifact-missing"),
        (DOWNLOAD + LIST + "blob (code=PermissionDenied): StatusCode: 403, AccessDenied", "store-denied"),
        (DOWNLOAD + LIST + "blob (code=Unknown): endpoint rule error, Invalid region: region was not a valid DNS name.",
         "launcher-failed"),
        ("failed to put file: Access Denied.", "store-denied"),
        ("failed to put file: The request signature we calculated does not match the signature you provided. Check your key "
         "and signing method.", "store-denied"),
        ("failed to put file: The access key ID you provided does not exist in our records.", "store-denied"),
        (DRIVER + "failed to get Bucket credentials from secret name=\"x\" namespace=\"y\"", "store-denied"),
        (DRIVER + "failed to resolve inputs: resolving input parameter: parameter x not found in producer",
         "input-unresolved"),
        (DRIVER + "failed to init podSpecPatch: quantities must match the regular expression", "driver-failed"),
        (LAUNCHER + 'failed to read output parameter name="result" type="NUMBER_INTEGER" path="/tmp/kfp/outputs/result": '
         "open /tmp/kfp/outputs/result: no such file or directory", "output-missing"),
        (LAUNCHER + 'failed to upload output artifact "report": URI "minio://mlpipeline/reports/r.csv" does not have '
         'expected bucket prefix "minio://mlpipeline/v2/artifacts"', "launcher-failed"),
        ('failed to execute component: exec: "trainn": executable file not found in $PATH', "launcher-failed"),
    ],
)  # fmt: skip
def test_what_else_went_wrong(message: str, trouble: str) -> None:
    found = parse_kfp_error(message)
    assert found is not None
    assert found.trouble == trouble


def test_names_in_the_text() -> None:
    download = parse_kfp_error(DOWNLOAD + LIST + "NoSuchBucket")
    output = parse_kfp_error(LAUNCHER + 'failed to read output parameter name="result": open /x: no such file or directory')
    assert download is not None
    assert output is not None
    assert (download.uri, download.bucket) == ("minio://exports/2026/sales.csv", "exports")
    assert output.output == "result"


DRIVER_LOG = """I1121 09:52:09.265364      20 main.go:346] input ContainerSpec:{
  "resources": {
    "resourceMemoryLimit": "{{$.inputs.parameters['pipelinechannel--memory']}}",
    "resourceCpuRequest": "500m"
  }
}
I1121 09:52:09.303879      20 main.go:556] output ExecutorInput:{
  "inputs": {
    "parameterValues": {
      "pipelinechannel--memory": "%s"
    }
  }
}"""


def test_a_quantity_that_kubernetes_reads_is_not_to_blame() -> None:
    assert bad_quantity((DRIVER_LOG % "2Gi").splitlines()) is None
    assert bad_quantity(['"image": "plenty"']) is None


def test_the_setting_that_is_no_quantity_and_where_it_came_from() -> None:
    found = bad_quantity((DRIVER_LOG % "plenty").splitlines())
    assert found is not None
    assert (found.resource, found.value, found.parameter) == ("memory", "plenty", "memory")


def test_a_setting_that_was_written_so() -> None:
    found = bad_quantity(['"resourceCpuLimit": "two"'])
    assert found is not None
    assert (found.resource, found.value, found.parameter) == ("cpu", "two", None)
