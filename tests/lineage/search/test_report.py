"""Search as JSON: rows as the schema says, and no credentials."""

from __future__ import annotations

import pytest

from kfpops.lineage.search.report import search_report
from kfpops.lineage.search.search import Found, SearchQuery, SearchResult
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import Artifact, ArtifactQuery, Place, PropertyTest, RunContext
from kfpops.render.json import to_json
from tests.builders import NOW
from tests.schemas import validates

ASKED = ArtifactQuery("system.Model", "m", "s3://b", (PropertyTest("a", ">", 1), PropertyTest("b", "=", "x")), NOW, NOW)
ROW = Found(
    Artifact("7", "system.Model", "https://user:hunter2hunter2@h/x", "model", created_at=NOW),
    Place("run-a", "train", "train"),
    RunContext("run-a", "training"),
    {"a": 2, "db_password": "hunter-2-hunter"},
)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(SearchResult(Source("bundle", ""), SearchQuery()), id="nothing"),
        pytest.param(SearchResult(Source("cluster", "x"), SearchQuery(ASKED, "p"), (ROW,), True, ("t",)), id="all"),
    ],
)
def test_it_is_valid(result: SearchResult) -> None:
    validates(to_json(search_report(result, NOW)))


def test_rows() -> None:
    found = SearchResult(Source("cluster", "x"), SearchQuery(ASKED), (ROW, Found(Artifact("8", "t"))))
    first, second = search_report(found, NOW)["artifacts"]  # type: ignore[misc]
    assert first == {
        "id": "7",
        "type": "system.Model",
        "name": "model",
        "uri": "https://user:[redacted]@h/x",
        "created_at": NOW,
        "run_id": "run-a",
        "pipeline": "training",
        "task": "train",
        "properties": {"a": 2, "db_password": "[redacted]"},
    }
    assert (second["run_id"], second["pipeline"], second["task"], second["uri"]) == (None, None, None, None)


def test_what_was_asked_for_is_told_without_credentials() -> None:
    asked = ArtifactQuery(
        uri_prefix="https://x/y?password=hunter2hunter2", properties=(PropertyTest("db_password", "=", "hunter2"),)
    )
    query = search_report(SearchResult(Source("cluster", "x"), SearchQuery(asked)), NOW)["query"]
    assert "hunter" not in str(query)
