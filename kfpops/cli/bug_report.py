"""The file that is written when kfpops fails by its own fault."""

from __future__ import annotations

import platform
import tempfile
import traceback
from collections.abc import Sequence

from kfpops import __version__

# Options whose value may be a secret, and are followed by it.
_SECRET = frozenset({"--kfp-header", "--kfp-token-file", "--metadata-db"})


def write_report(error: BaseException, arguments: Sequence[str]) -> str:
    """Write version, platform, arguments (without secrets) and traceback to a new file; returns its path."""
    lines = [
        f"kfpops {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"arguments: {' '.join(redacted(arguments))}",
        "",
        "".join(traceback.format_exception(error)),
    ]
    with tempfile.NamedTemporaryFile(
        "w", prefix="kfpops-report-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
    ) as file:
        file.write("\n".join(lines))
    return file.name


def redacted(arguments: Sequence[str]) -> list[str]:
    """The arguments, with the values of options that may hold secrets replaced, in both spellings."""
    shown: list[str] = []
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if shown and shown[-1] in _SECRET:
            shown.append("***")
        elif equals and name in _SECRET:
            shown.append(f"{name}=***")
        else:
            shown.append(argument)
    return shown
