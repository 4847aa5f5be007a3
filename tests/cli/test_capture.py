from __future__ import annotations

import pytest

from tests.cli.conftest import CommandLine


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        pytest.param(("capture",), "Missing option", id="where to"),
        pytest.param(
            ("capture", "nightly", "-o", "x.zip"), "kfpops capture run RUN --output FILE", id="a run without `run`"
        ),
        pytest.param(("capture", "run", "-o", "x.zip"), "kfpops capture run RUN --output FILE", id="`run` without a run"),
        pytest.param(("--from", "demo:oom", "capture", "-o", "x.zip"), "of a cluster, not of a bundle", id="of a bundle"),
    ],
)
def test_wrong_usage(kfpops: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    printed = kfpops(*arguments)
    assert printed.code == 2
    assert sentence in printed.err
    assert kfpops.opened == []
