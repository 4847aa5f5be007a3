"""Documents: credentials go wherever they stand, references and everything else stay."""

from __future__ import annotations

import json

import pytest

from kfpops.capture.entry import Json
from kfpops.capture.redact import redact_document, redact_json, redact_lines, redact_text
from kfpops.knowledge.redaction import MARKER


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"name": "OMP_NUM_THREADS", "value": "64"}, id="a variable"),
        pytest.param(
            {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}, id="a reference"
        ),
        pytest.param(
            {"secretName": "db", "keyToEnv": [{"secretKey": "password", "envVar": "DB_PASSWORD"}]}, id="kfp-kubernetes"
        ),
        pytest.param(
            {"metadata": {"uid": "bd0df257-7d6f-42d9-81f3-51449a20d87c", "resourceVersion": "10889"}}, id="metadata"
        ),
        pytest.param({"args": ["--token-file", "/run/token", "--max-tokens", "512"]}, id="arguments"),
        pytest.param(
            {"key": "private-artifacts/kubeflow/x/main.log", "expirationSeconds": 3607, "path": "token"}, id="keys"
        ),
        pytest.param({"automountServiceAccountToken": True, "token": None, "secrets": []}, id="no texts"),
        pytest.param({"podSpecPatch": '{"containers": [{"name": "main"}]}'}, id="JSON in JSON keeps its very bytes"),
    ],
)
def test_what_is_no_credential_stays(document: Json) -> None:
    assert redact_document(document) == document


@pytest.mark.parametrize(
    "document, safe",
    [
        pytest.param({"name": "DB_PASSWORD", "value": "x1"}, {"name": "DB_PASSWORD", "value": MARKER}, id="a variable"),
        pytest.param({"DB_CREDENTIALS": '{"user": "u", "x": "y"}'}, {"DB_CREDENTIALS": MARKER}, id="JSON as a credential"),
        pytest.param({"api_key": "x1"}, {"api_key": MARKER}, id="a parameter"),
        pytest.param({"password": 12345}, {"password": MARKER}, id="a number as password"),
        pytest.param({"args": ["--token", "x1", "y"]}, {"args": ["--token", MARKER, "y"]}, id="an option's value"),
        pytest.param(["curl", "https://a:x1@host"], ["curl", f"https://a:{MARKER}@host"], id="an argument"),
        pytest.param(
            {"kubectl.kubernetes.io/last-applied-configuration": '{"a": 1}'},
            {"kubectl.kubernetes.io/last-applied-configuration": MARKER},
            id="the object as it was applied",
        ),
        pytest.param(
            {"manifest": '{"env": [{"name": "DB_PASSWORD", "value": "x1"}]}'},
            {"manifest": f'{{"env":[{{"name":"DB_PASSWORD","value":"{MARKER}"}}]}}'},
            id="JSON in JSON",
        ),
    ],
)
def test_a_credential_goes(document: Json, safe: Json) -> None:
    assert redact_document(document) == safe


def test_json_four_levels_deep() -> None:
    document: Json = {"name": "API_TOKEN", "value": "c4n4ry"}
    for _ in range(4):
        document = {"text": json.dumps(document)}
    assert "c4n4ry" not in json.dumps(redact_document(document))


def test_a_document_that_is_too_deep_to_walk_is_hidden() -> None:
    document: Json = "password=c4n4ry"
    for _ in range(80):
        document = [document]
    assert "c4n4ry" not in json.dumps(redact_document(document))


def test_what_is_no_json_is_text() -> None:
    assert redact_json(b'{"password": "x1", "cut') == f'{{"password": "{MARKER}", "cut'.encode()


def test_lines() -> None:
    assert redact_lines(b'{"token":"x1"}\n{"a":1}\n') == f'{{"token":"{MARKER}"}}\n{{"a":1}}\n'.encode()


def test_bytes_that_are_no_text_stay() -> None:
    assert redact_text(b"\xff\xfe password=x1234") == b"\xff\xfe password=" + MARKER.encode()


def test_values_of_ml_metadata_are_known_by_the_name_above_them() -> None:
    named = {"api_key": {"string_value": "abc"}, "rows": {"string_value": "abc"}, "password": {"int_value": "1234"}}
    hidden = {"api_key": {"string_value": MARKER}, "rows": {"string_value": "abc"}, "password": {"int_value": MARKER}}
    assert redact_document({"custom_properties": named}) == {"custom_properties": hidden}
