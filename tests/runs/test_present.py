from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.render.json import to_json
from kfpops.render.text import to_text
from kfpops.runs.listing import Listing, Row
from kfpops.runs.present import present, three_words
from kfpops.runs.report import runs_report
from tests.builders import NOW
from tests.golden import matches_golden
from tests.runs.samples import RUNS
from tests.schemas import validates

GOLDEN = Path(__file__).parent / "golden"
LISTING = Listing(
    Source("cluster", "test"),
    NOW,
    (
        Row(RUNS[0], "running", 0.0, "scheduling/insufficient-memory"),
        Row(RUNS[1], "failed", 600.0, "memory/oom-killed"),
        Row(RUNS[2], "failed", None),
        Row(RUNS[3], "succeeded", 600.0),
    ),
    more=True,
)


def test_no_runs_are_one_sentence() -> None:
    assert to_text(present(Listing(Source("cluster", "test"), NOW, ()))) == "No runs fit.\n"


def test_the_table() -> None:
    matches_golden(to_text(present(LISTING)), GOLDEN / "runs.txt")


def test_the_wide_table_has_whole_ids() -> None:
    text = to_text(present(LISTING, wide=True), 200)
    assert RUNS[0].id in text
    assert RUNS[2].name in text


@pytest.mark.parametrize(
    "cause, words",
    [
        (None, ""),
        ("image/not-found", "image not found"),
        ("memory/oom-killed", "memory oom killed"),
        ("memory/oom-killed-child", "oom killed child"),
        ("memory/node-out-of-memory", "node out of memory"),
        ("scheduling/insufficient-memory", "scheduling insufficient memory"),
        ("python/exception", "python exception"),
    ],
)
def test_three_words(cause: str | None, words: str) -> None:
    assert three_words(cause) == words


def test_reports_follow_their_schema() -> None:
    validates(to_json(runs_report(LISTING, NOW)))
    empty = Listing(Source("bundle", ""), NOW, (), missing=(NotChecked("KFP API", "refused"),))
    validates(to_json(runs_report(empty, NOW)))
