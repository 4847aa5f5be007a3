"""Tests of kfpops.lineage.search.present."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kfpops.lineage.search.present import present_search
from kfpops.lineage.search.search import Found, SearchQuery, SearchResult
from kfpops.model.diagnosis import Source
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, ArtifactQuery, Place, PropertyTest, RunContext
from kfpops.render.document import Table
from kfpops.render.text import to_text
from tests.builders import NOW

RUN = "aaaaaaaa-0000-4000-8000-000000000001"
MODEL = Artifact("7", "system.Model", "s3://b/model", "model", created_at=NOW - timedelta(hours=2))
ROW = Found(MODEL, Place(RUN, "inner/train", "inner/train"), RunContext(RUN, "training"), {"accuracy": 0.93})
EVERYTHING = ArtifactQuery(
    "system.Model", "mod", "s3://b", (PropertyTest("accuracy", ">", 0.9), PropertyTest("n", "!=", 3.0)), NOW, NOW
)


def text(result: SearchResult, *, wide: bool = False) -> str:
    return to_text(present_search(result, NOW, wide=wide), 200)


def result(*rows: Found, asked: ArtifactQuery | None = None, **more: object) -> SearchResult:
    query = SearchQuery(asked or ArtifactQuery(), str(more.pop("pipeline", "")))
    return SearchResult(Source("cluster", "x"), query, rows, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "found, expected",
    [
        pytest.param(result(), "The lineage store holds no artifact.", id="an empty store"),
        pytest.param(
            result(asked=EVERYTHING, pipeline="training", types=("system.Dataset",)),
            'No artifact of type system.Model with "mod" in its name below s3://b with accuracy > 0.9 and n != 3 of the '
            "pipeline training made since 2026-11-21 12:00:00 UTC made until 2026-11-21 12:00:00 UTC was found.",
            id="what was searched is said",
        ),
        pytest.param(result(ROW), "1 artifact.", id="one"),
        pytest.param(
            result(ROW, asked=ArtifactQuery("system.Model"), truncated=True),
            "The newest 1 artifact of type system.Model.",
            id="cut at the limit",
        ),
    ],
)
def test_verdict(found: SearchResult, expected: str) -> None:
    assert present_search(found, NOW).verdict == expected


def test_the_types_there_are_stand_where_nothing_was_found() -> None:
    told = text(result(asked=ArtifactQuery("modle"), types=("system.Dataset", "system.Model")))
    assert "There are artifacts of the types system.Dataset, system.Model." in told


def test_names_like_those_that_were_asked_for_stand_where_nothing_was_found() -> None:
    told = text(result(pipeline="scorin", pipelines=("scoring", *map(str, range(9)))))
    assert "Such artifacts are of the pipelines scoring, 0, 1, 2, 3, 4, 5, 6 and 2 more." in told
    assert "types" not in told
    told = text(result(asked=ArtifactQuery("system.Model"), properties=("accuracy", "rows")))
    assert "The properties of the newest artifacts of type system.Model are accuracy, rows." in told


def test_a_bundle_of_single_runs_still_says_how_to_go_on() -> None:
    told = text(result(ROW, truncated=True, not_checked=(NotChecked("lineage", "of single runs"),)))
    assert "`--limit 500`" in told
    assert "of single runs" in told


def test_rows_and_the_properties_that_were_asked_for() -> None:
    lines = text(result(ROW, asked=ArtifactQuery(properties=(PropertyTest("accuracy", ">", 0.9),)))).splitlines()
    assert lines[2] == "ID  TYPE   NAME   ACCURACY  AGE  RUN       PIPELINE  TASK"
    assert lines[3] == "7   Model  model  0.93      2 h  aaaaaaaa  training  inner/train"


def test_wide_adds_uris_and_whole_ids() -> None:
    told = text(result(ROW), wide=True)
    assert "s3://b/model" in told
    assert RUN in told
    assert "s3://b/model" not in text(result(ROW))


def test_an_artifact_that_nobody_made_has_dashes() -> None:
    (table,) = (b for b in present_search(result(Found(Artifact("7", "x"))), NOW).blocks if isinstance(b, Table))
    assert table.rows == (("7", "x", "-", "-", "-", "-", "-"),)


def test_a_cut_says_how_to_go_on() -> None:
    told = text(result(ROW, truncated=True))
    assert "There are more: `--limit 500` shows them, or go on before these with --until 2026-11-21T10:00:00Z." in told


def test_a_store_that_broke_off_is_told_and_no_limit_is_blamed() -> None:
    told = text(result(ROW, truncated=True, broke_off=True, not_checked=(NotChecked("lineage", "the store broke off"),)))
    assert "- lineage: the store broke off" in told
    assert "--limit" not in told


def test_credentials_are_hidden() -> None:
    secret = Artifact("7", "x", "https://user:hunter2hunter2@host/x")
    row = Found(secret, matched={"password": "hunter-2-hunter"})
    assert "hunter" not in text(
        result(row, asked=ArtifactQuery(properties=(PropertyTest("password", "!=", "x"),))), wide=True
    )
