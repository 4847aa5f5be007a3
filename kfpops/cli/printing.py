"""What a command made → stdout, in the format that was asked for. Each format loads only what it needs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from kfpops.render.document import Document
from kfpops.settings import Settings

# Lines longer than this are hard to read, however wide the terminal is; `-o wide` uses all of it.
_COMFORTABLE = 80
_WIDE_WITHOUT_TERMINAL = 160

Report = Mapping[str, object]


def show(settings: Settings, document: Callable[[], Document], report: Callable[[datetime], Report]) -> None:
    """Print one of both. `report` gets the time at which it is made."""
    match settings.output:
        case "json":
            from kfpops.render.json import to_json

            text = to_json(report(datetime.now(timezone.utc)))
        case "yaml":
            from kfpops.render.yaml import to_yaml

            text = to_yaml(report(datetime.now(timezone.utc)))
        case "markdown":
            from kfpops.render.markdown import to_markdown

            text = to_markdown(document())
        case "html":
            from kfpops.render.html import to_html

            text = to_html(document())
        case _:
            from kfpops.render.text import to_text

            text = to_text(document(), page_width(settings), color=colored(settings))
    sys.stdout.write(_encodable(text))


def _encodable(text: str) -> str:
    """What is drawn with characters that the output's encoding lacks is drawn with plainer ones."""
    from kfpops.render.layout import encodable

    return encodable(text, sys.stdout.encoding or "utf-8")


def page_width(settings: Settings) -> int:
    """80 columns, fewer on a narrower terminal; `-o wide`: all the terminal has."""
    wide = settings.output == "wide"
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return _WIDE_WITHOUT_TERMINAL if wide else _COMFORTABLE
    terminal = shutil.get_terminal_size((_COMFORTABLE, 24)).columns
    return terminal if wide else min(terminal, _COMFORTABLE)


def colored(settings: Settings) -> bool:
    """As asked for; else on a terminal that is not dumb."""
    if settings.color is not None:
        return settings.color
    return sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
