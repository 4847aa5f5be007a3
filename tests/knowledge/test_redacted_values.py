from __future__ import annotations

import pytest

from kfpops.knowledge.redacted_values import redacted
from kfpops.model.lineage import JsonValue


@pytest.mark.parametrize(
    "name, value, expected",
    [
        pytest.param("rows", 200.0, 200.0, id="a number stays"),
        pytest.param("done", True, True, id="a truth value stays"),
        pytest.param("none", None, None, id="nothing stays"),
        pytest.param("text", "plain words", "plain words", id="a plain text stays"),
        pytest.param("tokens", 4096, 4096, id="a number of tokens is no secret"),
        pytest.param("password", "hunter2", "[redacted]", id="its name says it"),
        pytest.param("db_password", 123456, "[redacted]", id="a number can be one, too"),
        pytest.param("url", "postgres://me:s3cret@db/x", "postgres://me:[redacted]@db/x", id="its form says it"),
        pytest.param(
            "config",
            {"hosts": ["a", "https://u:p4ss@h"], "api_key": "abc123def", "n": 1},
            {"hosts": ["a", "https://u:[redacted]@h"], "api_key": "[redacted]", "n": 1},
            id="structs are walked",
        ),
    ],
)
def test_redacted(name: str, value: JsonValue, expected: JsonValue) -> None:
    assert redacted(name, value) == expected
