from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.errors import UsageError
from kfpops.knowledge.pins import Pin, is_target, parse_pins, read_pins

URI = "s3://models/churn"
UUID = "6f0f2b1e-6c3f-4f0e-9a5b-0f1d2c3b4a59"


@pytest.mark.parametrize("path", ["pins", "pins.yaml", "pins.toml"])
@pytest.mark.parametrize("text", ["", "\n", "# nothing\n"])
def test_a_file_without_pins(path: str, text: str) -> None:
    assert parse_pins(text, path) == ()


@pytest.mark.parametrize(
    "target",
    [
        "",
        "model",
        "s3:/models",
        "://x",
        "s3://",
        "run/task",
        "/run/task/model",
        "run//model",
        "7.5",
        "-1",
        "a b",
        "execution:7",
    ],
)
def test_what_names_no_artifact(target: str) -> None:
    assert not is_target(target)


@pytest.mark.parametrize(
    "target", [URI, "7", "artifact:7", UUID, "nightly/train/model", "my run/loop-1[3]/train/model", "minio://b/k?x=1"]
)
def test_what_names_an_artifact(target: str) -> None:
    assert is_target(target)


@pytest.mark.parametrize(
    "text, path, pins",
    [
        pytest.param(
            f"# production\n\n{URI} churn model\n  42   # the old one\nmy run/train/model\n",
            "pins.txt",
            (Pin(URI, "churn model", 3), Pin("42", "", 4), Pin("my run/train/model", "", 5)),
            id="plain lines",
        ),
        pytest.param("s3://b/a#1\n", "pins", (Pin("s3://b/a#1", "", 1),), id="a # inside of a word is no comment"),
        pytest.param(f"- {URI}\n- 42\n", "pins.yaml", (Pin(URI, "", 1), Pin("42", "", 2)), id="a YAML list"),
        pytest.param(
            f"pins:\n- uri: {URI}\n  name: churn\n- {{artifact: 42}}\n- output: nightly/train/model\n",
            "pins.yml",
            (Pin(URI, "churn", 2), Pin("42", "", 4), Pin("nightly/train/model", "", 5)),
            id="YAML with keys",
        ),
        pytest.param(
            f"churn: {URI}\nother: 42\n", "pins.yaml", (Pin(URI, "churn", 1), Pin("42", "other", 2)), id="YAML by name"
        ),
        pytest.param(f'["{URI}"]', "pins.json", (Pin(URI, "", 1),), id="JSON"),
        pytest.param(
            f'pins = [\n  "{URI}",\n  42,\n]\n', "pins.toml", (Pin(URI, "", 2), Pin("42", "", 3)), id="a TOML list"
        ),
        pytest.param(
            f'[[pins]]\nuri = "{URI}"\nname = "churn"\n[[pins]]\nartifact = 42\n',
            "pins.toml",
            (Pin(URI, "churn", 1), Pin("42", "", 4)),
            id="TOML tables",
        ),
        pytest.param(f'churn = "{URI}"\n', "pins.TOML", (Pin(URI, "churn", 1),), id="TOML by name"),
    ],
)
def test_pins(text: str, path: str, pins: tuple[Pin, ...]) -> None:
    assert parse_pins(text, path) == pins


@pytest.mark.parametrize(
    "text, path, said",
    [
        ("42\n\nmodel\n", "pins.txt", r'line 3: "model" is no artifact'),
        ("- 42\n- model\n", "pins.yaml", r'line 2: "model" is no artifact'),
        ("- 42\n-\n", "pins.yaml", "line 2"),
        ("- 42\n- [7]\n", "pins.yaml", "line 2: here a text is expected"),
        ("- {uri: s3://b/k, owner: me}\n", "pins.yaml", 'line 1: "owner" is no key of a pin'),
        ("- {name: churn}\n", "pins.yaml", "line 1: a pin needs exactly one of uri, artifact, output, target"),
        ("- {uri: s3://b/k, artifact: 7}\n", "pins.yaml", "exactly one"),
        ("pins: [\n", "pins.yaml", "is not valid YAML.*line 2"),
        ("a = 1\nb = = 2\n", "pins.toml", "is not valid TOML.*line 2"),
        ('pins = [\n"42",\n"model"]\n', "pins.toml", 'line 3: "model" is no artifact'),
        ('[[pins]]\nuri = "s3://b/k"\n[[pins]]\nname = "x"\n', "pins.toml", "line 3: a pin needs"),
        ("pins = true\n", "pins.toml", '"True" is no artifact'),
    ],
)
def test_a_bad_line_is_named(text: str, path: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        parse_pins(text, path)
    assert path in raised.value.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_pins(str(tmp_path / "absent"))
    (tmp_path / "pins.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        read_pins(str(tmp_path / "pins.txt"))


def test_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "pins").write_text(f"\ufeff{URI}\n", encoding="utf-8")
    assert read_pins(str(tmp_path / "pins")) == (Pin(URI, "", 1),)
