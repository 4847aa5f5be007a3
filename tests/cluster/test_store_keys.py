"""Keys of the store: from the environment, or from one Secret."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kfpops.cluster.store_config import SecretRef
from kfpops.cluster.store_keys import Keys, secret_keys, user_keys, wants_aws_chain
from kfpops.errors import Forbidden, Unreachable
from tests.cluster.loopback import Answer, Loopback, says, status_of

PATH = "/api/v1/namespaces/{}/secrets/keys"
REFERENCE = SecretRef("keys", "ak", "sk")


def secret(**data: str) -> Answer:
    return says({"data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}})


def test_no_variable_no_keys() -> None:
    assert user_keys({"KFPOPS_STORE_ACCESS_KEY": "a"}) is None
    assert user_keys({"KFPOPS_STORE_ACCESS_KEY": "a", "KFPOPS_STORE_SECRET_KEY": "b"}) == Keys("a", "b")


@pytest.mark.parametrize(
    "environ, wants", [({}, False), ({"AWS_PROFILE": ""}, False), ({"AWS_REGION": "a"}, False), ({"AWS_PROFILE": "a"}, True)]
)
def test_when_aws_is_meant(environ: dict[str, str], wants: bool) -> None:
    assert wants_aws_chain(environ) is wants


def test_one_secret_is_read_and_never_shown(server: Loopback) -> None:
    server.routes[PATH.format("team-a")] = secret(ak="access-1", sk="hunter2")
    keys = secret_keys(server.http(), ("team-a", "kubeflow"), REFERENCE)
    assert keys == Keys("access-1", "hunter2")
    assert repr(keys) == "Keys()"
    assert server.paths() == [PATH.format("team-a")]


@pytest.mark.parametrize("first", [status_of(404, "not found"), says({"message": "no"}, 403)])
def test_the_next_namespace_is_tried(server: Loopback, first: Answer) -> None:
    server.routes.update({PATH.format("team-a"): first, PATH.format("kubeflow"): secret(ak="a", sk="b")})
    assert secret_keys(server.http(), ("team-a", "kubeflow"), REFERENCE) == Keys("a", "b")


def test_a_missing_right_is_named(server: Loopback) -> None:
    server.routes[PATH.format("kubeflow")] = says({}, 403)
    with pytest.raises(Forbidden) as caught:
        secret_keys(server.http(), ("kubeflow",), REFERENCE)
    assert caught.value.needs == "get secrets in kubeflow"
    assert "KFPOPS_STORE_ACCESS_KEY" in caught.value.hint


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(status_of(404, "not found"), id="no Secret"),
        pytest.param(secret(ak="hunter2"), id="half of it"),
        pytest.param(says({"data": {"ak": "hunter2!", "sk": "%%%"}}), id="no base64"),
        pytest.param(says({"data": {"ak": ["hunter2"]}}), id="no text"),
        pytest.param(Answer(b'{"data": {"ak": "hunter2'), id="half of the body"),
    ],
)
def test_useless_secrets_are_not_quoted(server: Loopback, answer: Answer) -> None:
    server.routes[PATH.format("kubeflow")] = answer
    with pytest.raises(Unreachable) as caught:
        secret_keys(server.http(), ("kubeflow",), REFERENCE)
    assert "hunter2" not in _all_of(caught.value)


def _all_of(error: Any) -> str:
    texts = []
    while error is not None:
        texts.append(f"{error!r} {getattr(error, 'message', '')} {getattr(error, 'hint', '')}")
        error = error.__cause__
    return " ".join(texts)
