from __future__ import annotations

from pathlib import Path

import click
import pytest

from kfpops.cli.configuration import from_environment, from_file
from kfpops.cli.options import NAMES, accepts_connection
from kfpops.errors import UsageError
from kfpops.settings import Settings
from tests.cli.conftest import CommandLine


def settings(kfpops: CommandLine, *arguments: str) -> Settings:
    printed = kfpops(*arguments)
    assert printed.code in (0, 1), printed.err
    return kfpops.opened[-1]


def test_every_option_fills_a_field_of_the_settings() -> None:
    @click.command()
    @accepts_connection
    def command(**given: object) -> None: ...

    assert {p.name for p in command.params} == NAMES


def test_nothing_given_is_the_defaults(kfpops: CommandLine) -> None:
    assert settings(kfpops, "status") == Settings()


def test_options_stand_before_or_after_the_command(kfpops: CommandLine) -> None:
    expected = Settings(namespace="team-a", context="prod", output="json")
    assert settings(kfpops, "-n", "team-a", "--context", "prod", "-o", "json", "diagnose", "namespace") == expected
    assert settings(kfpops, "diagnose", "namespace", "-n", "team-a", "--context", "prod", "-o", "json") == expected
    assert settings(kfpops, "--context", "prod", "diagnose", "-n", "team-a", "namespace", "-o", "json") == expected


def test_the_later_of_two_wins(kfpops: CommandLine) -> None:
    assert settings(kfpops, "-n", "a", "status", "-n", "b").namespace == "b"


def test_flags_go_before_environment_before_file(
    kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "kfpops.toml"
    file.write_text('namespace = "of-file"\ncontext = "of-file"\nkfp-url = "http://of-file"\n')
    monkeypatch.setenv("KFPOPS_CONFIG", str(file))
    monkeypatch.setenv("KFPOPS_NAMESPACE", "of-environment")
    monkeypatch.setenv("KFPOPS_CONTEXT", "of-environment")
    got = settings(kfpops, "status", "--context", "of-flag")
    assert (got.context, got.namespace, got.kfp_url) == ("of-flag", "of-environment", "http://of-file")


def test_toml_and_yaml_say_the_same(kfpops: CommandLine, tmp_path: Path) -> None:
    toml, yaml = tmp_path / "kfpops.toml", tmp_path / "kfpops.yaml"
    toml.write_text('from = "run.tar.gz"\nall-namespaces = true\nrequest-timeout = 5\nkfp-header = ["A: 1", "B: 2"]\n')
    yaml.write_text("from: run.tar.gz\nall_namespaces: true\nrequest-timeout: 5\nkfp-header: ['A: 1', 'B: 2']\n")
    expected = Settings(bundle="run.tar.gz", all_namespaces=True, request_timeout=5.0, kfp_headers=("A: 1", "B: 2"))
    assert settings(kfpops, "--config", str(toml), "status") == expected
    assert settings(kfpops, "--config", str(yaml), "status") == expected


def test_environment() -> None:
    given = {
        "KFPOPS_FROM": "demo:oom",
        "KFPOPS_ALL_NAMESPACES": "yes",
        "KFPOPS_KFP_HEADER": "A: 1\nB: 2",
        "KFPOPS_OTHER": "x",
    }
    assert from_environment(given) == {"bundle": "demo:oom", "all_namespaces": True, "kfp_headers": ("A: 1", "B: 2")}
    assert from_environment({"NO_COLOR": "1"}) == {"color": False}
    assert from_environment({"NO_COLOR": "1", "KFPOPS_COLOR": "true"}) == {"color": True}
    assert from_environment({"KFPOPS_CONTEXT": ""}) == {}


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        pytest.param("a.toml", "namespace", "not valid TOML", id="broken TOML"),
        pytest.param("a.yaml", "a: [", "not valid YAML", id="broken YAML"),
        pytest.param("a.yaml", "- a", "must hold keys", id="a list"),
        pytest.param("a.toml", 'namespce = "x"', "unknown key: namespce", id="a misspelt key"),
        pytest.param("a.toml", "namespace = 3", "must be text", id="a number where text is wanted"),
        pytest.param("a.toml", 'request-timeout = "soon"', "makes no sense: soon", id="no number"),
        pytest.param("a.toml", 'all-namespaces = "perhaps"', "makes no sense: perhaps", id="neither true nor false"),
    ],
)
def test_a_bad_file_is_a_sentence(tmp_path: Path, name: str, content: str, sentence: str) -> None:
    file = tmp_path / name
    file.write_text(content)
    with pytest.raises(UsageError, match=sentence):
        from_file(str(file))


def test_a_misspelt_key_is_guessed(kfpops: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "kfpops.toml"
    file.write_text('namespce = "x"')
    printed = kfpops("--config", str(file), "status")
    assert printed.code == 2
    assert "Did you mean namespace?" in printed.err


def test_a_file_that_is_not_there(kfpops: CommandLine) -> None:
    printed = kfpops("--config", "/nowhere/kfpops.toml", "status")
    assert printed.code == 2
    assert printed.err.startswith("Error: The configuration file /nowhere/kfpops.toml cannot be read")


def test_very_verbose_logs_requests_on_stderr_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    import logging

    from kfpops.cli.options import _log_to_stderr

    logger = logging.getLogger("kfpops")
    before = logger.handlers[:]
    try:
        _log_to_stderr()
        logging.getLogger("kfpops.cluster.http").debug("GET /api/v1/pods: 200")
        logging.getLogger("botocore").debug("Authorization: a signature")
    finally:
        logger.handlers[:] = before
        logger.setLevel(logging.NOTSET)
    said = capsys.readouterr()
    assert "kfpops.cluster.http: GET /api/v1/pods: 200" in said.err
    assert "signature" not in said.err
    assert said.out == ""
