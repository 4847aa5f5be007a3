"""Credentials of user code's own calls."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.credentials import CAUSES
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, terminated
from tests.diagnose.causes.looking import names, the
from tests.log_samples import python_log, uncaught

BOTO = (
    '  File "/usr/lib/python3.11/site-packages/botocore/client.py", line 1009, in _make_api_call\n    raise error_class()\n'
)


def failed(exception: str, code: str = "client.get_object()", deeper: str = BOTO, inputs: str = "") -> Step:
    pod = a_pod(phase="Failed", statuses=(terminated(1),), spec={"serviceAccountName": "pipeline-runner"})
    return a_step(pod=pod, log=python_log(uncaught(exception, code, deeper), inputs=inputs))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            failed("PermissionError: prices are locked", "raise PermissionError(x)", ""), id="the user's own words"
        ),
        pytest.param(
            failed("PermissionError: [Errno 13] Permission denied: '/data'", "open('/data')", ""), id="a local file"
        ),
        pytest.param(failed("urllib.error.HTTPError: HTTP Error 404: Not Found"), id="another status"),
        pytest.param(failed("KeyError: 'API_KEY'", "os.environ['API_KEY']", ""), id="a variable that is not set"),
    ],
)
def test_not_credentials(step: Step) -> None:
    assert names(CAUSES, step) == []


def test_none_were_found() -> None:
    found = the(all_causes(), failed("botocore.exceptions.NoCredentialsError: Unable to locate credentials"))
    assert found.cause == "credentials/missing"
    assert found.facts["service_account"] == "pipeline-runner"
    assert "use_secret_as_env(train_task" in (found.advice[0].sdk or "")
    assert "'secret_key': 'AWS_SECRET_ACCESS_KEY'" in (found.advice[0].sdk or "")


def test_access_was_denied() -> None:
    text = "botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the PutObject operation: no"
    found = the(all_causes(), failed(text, inputs='"url": "http://minio.ml:9000/b"'))
    assert found.cause == "credentials/denied"
    assert (found.facts["http_status"], found.facts["code"], found.facts["operation"]) == (403, "AccessDenied", "PutObject")
    assert found.facts["host"] == "minio.ml"


def test_they_have_expired() -> None:
    text = (
        "botocore.exceptions.ClientError: An error occurred (ExpiredToken) when calling the GetObject operation: The token"
    )
    found = the(all_causes(), failed(text))
    assert (found.cause, found.facts["code"]) == ("credentials/expired", "ExpiredToken")


def test_a_refusal_by_the_kubernetes_api_calls_for_a_role() -> None:
    body = (
        '{"kind":"Status","message":"secrets is forbidden: User \\"system:serviceaccount:kubeflow:pipeline-runner\\" cannot '
        'list resource \\"secrets\\" in API group \\"\\" in the namespace \\"models\\"","reason":"Forbidden","code":403}'
    )
    text = f"kubernetes.client.exceptions.ApiException: (403)\nReason: Forbidden\nHTTP response body: {body}"
    found = the(all_causes(), failed(text))
    assert (found.cause, found.facts["http_status"]) == ("credentials/denied", 403)
    assert found.advice[0].sdk is None
    assert (found.advice[0].kubectl or "").startswith(
        "kubectl -n models create role pipeline-runner-list-secrets --verb=list --resource=secrets && "
    )


def test_a_page_of_documentation_is_no_host() -> None:
    text = "google.auth.exceptions.DefaultCredentialsError: Your default credentials were not found. See https://cloud.google.com/d"
    found = the(all_causes(), failed(text))
    assert (found.cause, found.facts["host"]) == ("credentials/missing", None)
