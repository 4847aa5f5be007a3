"""What the tests of `lineage` at the command line have in common."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Printed
from tests.cli.lineage_world import (
    AGAIN,
    RUN,
)

ALL = frozenset({"proxy", "services", "pods"})


DEAD = "http://127.0.0.1:9"


COMMANDS = {
    "artifact": ("lineage", "artifact", "1"),
    "run": ("lineage", "run", RUN),
    "impact": ("lineage", "impact", "1"),
    "diff": ("lineage", "diff", RUN, AGAIN),
    "search": ("lineage", "search"),
    "cache": ("cache", "explain", RUN),
}


every_command = pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)


FORMATS = ("text", "wide", "json", "yaml", "markdown", "html")


GRAPHS = (*FORMATS, "dot", "mermaid", "openlineage")


def at(address: str, scheme: str = "grpc") -> tuple[str, str]:
    return "--metadata-url", f"{scheme}://{address}"


def is_refusal(printed: Printed, code: int, *said: str) -> None:
    assert printed.code == code, printed.err
    assert printed.out == ""
    assert printed.err.startswith("Error: ")
    assert "Traceback" not in printed.err
    for text in said:
        assert text in printed.err
