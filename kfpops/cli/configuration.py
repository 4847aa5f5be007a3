"""Settings from KFPOPS_* variables and from a configuration file (TOML or YAML; keys as the long options are called)."""

from __future__ import annotations

import dataclasses
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from kfpops.errors import UsageError
from kfpops.settings import Settings

# Where an option is called otherwise than the field that it fills.
_OTHER_NAMES = {"from": "bundle", "kfp_header": "kfp_headers", "verbose": "verbosity"}
_TYPES = {f.name: f.type for f in dataclasses.fields(Settings)}
_TRUTH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    """KFPOPS_KFP_URL, KFPOPS_FROM …; several headers stand on lines of their own. Unknown names are not ours to judge."""
    found: dict[str, object] = {}
    for name, text in environ.items():
        key = name.removeprefix("KFPOPS_").lower()
        field = _OTHER_NAMES.get(key, key)
        if not name.startswith("KFPOPS_") or not text:
            continue
        if field == "config":
            found["config"] = text
        elif field in _TYPES:
            found[field] = _value(field, text, name)
    if environ.get("NO_COLOR") and "color" not in found:
        found["color"] = False
    return found


def from_file(path: str) -> dict[str, object]:
    """The settings in a file. Raises `UsageError` for a file that cannot be read and for unknown keys."""
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The configuration file {path} cannot be read: {error}.") from None
    content = _yaml(path, text) if path.endswith((".yaml", ".yml")) else _toml(path, text)
    found: dict[str, object] = {}
    for key, value in content.items():
        plain = str(key).replace("-", "_")
        field = _OTHER_NAMES.get(plain, plain)
        if field not in _TYPES:
            near = difflib.get_close_matches(plain, _TYPES, n=1)
            hint = f"Did you mean {near[0].replace('_', '-')}?" if near else "Keys are called as the long options are."
            raise UsageError(f"The configuration file {path} has an unknown key: {key}.", hint)
        found[field] = _value(field, value, f"{key} in {path}")
    return found


def _toml(path: str, text: str) -> Mapping[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        content: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The configuration file {path} is not valid TOML: {error}.") from None
    return content


def _yaml(path: str, text: str) -> Mapping[str, object]:
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"The configuration file {path} is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict | None):
        raise UsageError(f"The configuration file {path} must hold keys and values.")
    return content or {}


def _value(field: str, value: object, where: str) -> object:
    """The value in the field's type; text from the environment is read as what the field holds."""
    kind = _TYPES[field]
    try:
        if kind in ("bool", "bool | None"):
            return value if isinstance(value, bool) else _TRUTH[str(value).lower()]
        if kind == "int":
            return int(str(value))
        if kind == "float":
            return float(str(value))
    except (KeyError, ValueError):
        raise UsageError(f"{where} has a value that makes no sense: {value}.") from None
    if kind == "tuple[str, ...]":
        return tuple(str(v) for v in value) if isinstance(value, list | tuple) else tuple(str(value).splitlines())
    if not isinstance(value, str):
        raise UsageError(f"{where} must be text.")
    return value
