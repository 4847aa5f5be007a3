from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import jsonschema
import pytest

from kfpops.cleanup.plan.report import plan_report
from kfpops.cleanup.plan.summary import Dangling, Summary
from kfpops.render.json import to_json
from tests.cleanup.plan.samples import a_header, a_plan, an_entry
from tests.cleanup.plan.test_present import a_summary, evictions
from tests.schemas import SCHEMAS, validates

NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "summary",
    [
        a_summary(),
        a_summary(dangling=()),
        a_summary(header=a_header(evictions=evictions(3)), dangling=(Dangling("7", "minio://a/b", "r", "fit", True, 2),)),
        a_summary(notes=("A note.",), header=a_header(unsafe_grace_seconds=60.0)),
    ],
)
def test_it_is_valid(summary: Summary) -> None:
    validates(to_json(plan_report(summary, NOW)))


def test_what_is_unknown_is_null() -> None:
    report = plan_report(a_summary(), NOW)
    assert report["dangling"] is None
    assert report["groups"][1]["name"] is None  # type: ignore[index]


def test_every_line_of_a_plan_is_valid(tmp_path: Path) -> None:
    schema = json.loads((SCHEMAS / "cleanup-plan.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    entries = [an_entry("a", rule="r", artifact_id="7"), an_entry("a", upload_id="u", size=None, etag="", kind="uploads")]
    a_plan(tmp_path / "plan.jsonl", entries, a_header(evictions=evictions(2), unsafe_grace_seconds=60.0))
    for line in (tmp_path / "plan.jsonl").read_text(encoding="utf-8").splitlines():
        checker.validate(json.loads(line))
    with pytest.raises(jsonschema.ValidationError):
        checker.validate({"bucket": "b", "key": "k"})
