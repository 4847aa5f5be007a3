"""A report as YAML: the JSON object in block style. PyYAML is loaded only here, and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping

from kfpops.render.plain import plain


def to_yaml(report: Mapping[str, object]) -> str:
    """The text; times and numbers that are text stay text when it is read again."""
    import yaml

    return str(yaml.safe_dump(plain(report), sort_keys=False, allow_unicode=True, width=110))
