"""Finding, merging and choosing in kubeconfigs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kfpops.cluster.kubeconfig import candidates, choose, load
from kfpops.errors import UsageError


def a_config(*names: str, current: str = "", **extra: Any) -> dict[str, Any]:
    """A kubeconfig in which context, cluster and user of each name belong together."""
    return {
        "current-context": current,
        "clusters": [{"name": n, "cluster": {"server": f"https://{n}:6443"}} for n in names],
        "users": [{"name": n, "user": {"token": f"token-of-{n}"}} for n in names],
        "contexts": [{"name": n, "context": {"cluster": n, "user": n}} for n in names],
        **extra,
    }


def written(path: Path, document: Any) -> Path:
    path.write_text(document if isinstance(document, str) else yaml.safe_dump(document))
    return path


def test_the_option_alone_counts() -> None:
    assert candidates("/a/config", {"KUBECONFIG": "/b", "HOME": "/home/jo"}) == (Path("/a/config"),)


def test_the_variable_may_list_several_files_and_repeat_one() -> None:
    assert candidates("", {"KUBECONFIG": "/a::/b:/a", "HOME": "/home/jo"}) == (Path("/a"), Path("/b"))


def test_without_both_it_is_the_home_folder() -> None:
    assert candidates("", {"HOME": "/home/jo"}) == (Path("/home/jo/.kube/config"),)


def test_no_file_at_all_is_no_kubeconfig(tmp_path: Path) -> None:
    assert load((tmp_path / "a", tmp_path / "b")) is None


def test_a_listed_file_that_is_missing_does_no_harm(tmp_path: Path) -> None:
    config = load((tmp_path / "absent", written(tmp_path / "a", a_config("dev", current="dev"))))
    assert config is not None
    assert choose(config, "").cluster == {"server": "https://dev:6443"}


def test_of_two_files_the_first_counts(tmp_path: Path) -> None:
    first = a_config("dev", current="")
    second = a_config("dev", "prod", current="prod")
    second["clusters"][0]["cluster"]["server"] = "https://other:6443"
    config = load((written(tmp_path / "a", first), written(tmp_path / "b", second)))
    assert config is not None
    assert choose(config, "").name == "prod"
    assert choose(config, "dev").cluster == {"server": "https://dev:6443"}


def test_an_empty_file_is_skipped(tmp_path: Path) -> None:
    config = load((written(tmp_path / "a", ""), written(tmp_path / "b", a_config("dev", current="dev"))))
    assert config is not None
    assert config.current_context == "dev"


def test_relative_paths_are_relative_to_their_own_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    document = a_config("dev", current="dev")
    document["clusters"][0]["cluster"]["certificate-authority"] = "ca.crt"
    document["users"][0]["user"] = {"tokenFile": "../token"}
    config = load((written(tmp_path / "sub" / "config", document),))
    assert config is not None
    context = choose(config, "")
    assert Path(context.cluster["certificate-authority"]) == tmp_path / "sub" / "ca.crt"
    assert Path(context.user["tokenFile"]).resolve() == tmp_path / "token"


def test_json_is_yaml_too(tmp_path: Path) -> None:
    contexts = '{"name": "a", "context": {"cluster": "a", "namespace": "team-a"}}'
    clusters = '{"name": "a", "cluster": {"server": "https://a"}}'
    text = f'{{"current-context": "a", "contexts": [{contexts}],\n\t"clusters": [{clusters}]}}'
    config = load((written(tmp_path / "a", text),))
    assert config is not None
    context = choose(config, "")
    assert (context.namespace, context.user) == ("team-a", {})


@pytest.mark.parametrize(
    "document, message",
    [
        pytest.param("{a: [", "is not valid YAML (line 2)", id="broken"),
        pytest.param(
            "users:\n- name: a\n  user: {token: s3cr3t-token: x}\n", "is not valid YAML (line 3)", id="a colon too many"
        ),
        pytest.param("- a\n- b\n", "it holds no mapping", id="a list"),
        pytest.param("just words", "it holds no mapping", id="words"),
        pytest.param({"contexts": {"a": 1}}, "`contexts` is no list", id="a section of the wrong kind"),
        pytest.param({"users": [{"user": {}}]}, "an entry of `users` has no name", id="an entry without a name"),
        pytest.param({"users": [{"name": "a", "user": "b"}]}, "has no name or no content", id="an entry that is text"),
        pytest.param({"users": ["a"]}, "has no name or no content", id="an entry that is only text"),
    ],
)
def test_what_is_no_kubeconfig_is_said(tmp_path: Path, document: Any, message: str) -> None:
    path = written(tmp_path / "config", document)
    with pytest.raises(UsageError) as caught:
        load((path,))
    assert str(path) in caught.value.message
    assert message in caught.value.message
    assert "s3cr3t-token" not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"


def test_bytes_that_are_no_text_are_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"\xff\xfe\x00users: \x80")
    with pytest.raises(UsageError, match="is not valid YAML"):
        load((tmp_path / "config",))


def test_a_file_named_by_the_user_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"There is no kubeconfig {tmp_path / 'absent'}"):
        load((tmp_path / "absent",), explicit=True)


def test_a_folder_is_no_kubeconfig(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        load((tmp_path,))


@pytest.mark.parametrize(
    "change, wanted, message, hint",
    [
        pytest.param({}, "qa", "has no context qa", "It has: dev, prod.", id="a context that is not there"),
        pytest.param({"current-context": ""}, "", "has no current context", "It has: dev, prod.", id="none is current"),
        pytest.param(
            {"current-context": "qa"}, "", "has no context qa (its current-context)", "dev, prod", id="a stale one"
        ),
        pytest.param({"users": []}, "", "names the user dev, which is not there", "none", id="a user that is not there"),
        pytest.param({"clusters": []}, "", "names the cluster dev", "none", id="a cluster that is not there"),
        pytest.param({"clusters": [{"name": "dev"}]}, "", "has no `server`", "", id="a cluster without address"),
    ],
)
def test_what_cannot_be_chosen_is_said(tmp_path: Path, change: Any, wanted: str, message: str, hint: str) -> None:
    config = load((written(tmp_path / "config", {**a_config("prod", "dev", current="dev"), **change}),))
    assert config is not None
    with pytest.raises(UsageError) as caught:
        choose(config, wanted)
    assert message in caught.value.message
    assert hint in caught.value.hint
