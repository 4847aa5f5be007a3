"""Names of credentials, and names that only sound like it."""

from __future__ import annotations

import pytest

from kfpops.knowledge.credential_names import is_no_value, is_path, names_a_credential, suggests_a_credential


@pytest.mark.parametrize(
    "name",
    [
        "max_tokens",
        "tokenizer",
        "secretName",
        "key",
        "page_token",
        "eos_token",
        "DB_PASSWORD_FILE",
        "accessKeyKey",
        "pass_rate",
        "",
    ],
)
def test_names_that_only_sound_like_it(name: str) -> None:
    assert not names_a_credential(name)


@pytest.mark.parametrize(
    "name",
    ["password", "DB_PASSWORD", "PGPASSWORD", "hfToken", "AWS_SECRET_ACCESS_KEY", "x-api-key", "--token", "clientSecret"],
)
def test_names_of_credentials(name: str) -> None:
    assert names_a_credential(name)


def test_a_name_that_may_be_one() -> None:
    assert suggests_a_credential("WANDB_KEY")
    assert not suggests_a_credential("key")
    assert not suggests_a_credential("cacheKey")


@pytest.mark.parametrize("value", ["", "None", "$(X)", "${X}", "{{x}}", "<password>", "****", "[redacted]"])
def test_what_stands_where_a_value_could_be(value: str) -> None:
    assert is_no_value(value)


def test_a_password_is_a_value() -> None:
    assert not is_no_value("hunter2")


def test_a_path_is_no_key() -> None:
    assert is_path("/var/run/secrets/token")
    assert not is_path("/K7MDENGbPxRfiCYEXAMPLEKEYwJalrXUtnFEMI")
