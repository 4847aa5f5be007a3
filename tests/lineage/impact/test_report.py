from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kfpops.knowledge.model_use import Use
from kfpops.lineage.impact.impact import Around, impact
from kfpops.lineage.impact.recompute import Cost
from kfpops.lineage.impact.report import impact_report
from kfpops.model.finding import NotChecked
from kfpops.render.json import to_json
from tests.builders import NOW
from tests.lineage.impact_world import AGAIN, GONE, TRAIN, down_from, runs
from tests.schemas import validates

TOLD = Around(
    {r.id: r for r in runs()},
    frozenset({GONE}),
    costs=(Cost("3", 60, accelerators=0), Cost("4", 3600, accelerators=2), Cost("12")),
    uses=(Use("pin", "prod", "https://me:secret@models/churn", "line 1", artifacts=("3",)),),
    not_checked=(NotChecked("deployments", "Not allowed."),),
)


@pytest.mark.parametrize(
    "start, around, limit",
    [
        pytest.param(("artifact:5",), Around(), None, id="nothing descends"),
        pytest.param(("artifact:1",), TOLD, None, id="everything is known"),
        pytest.param(("artifact:1",), Around(), None, id="nothing is known but the graph"),
        pytest.param(("execution:1", "execution:2", "execution:3"), TOLD, None, id="a run"),
        pytest.param(("artifact:1",), TOLD, 4, id="cut by the limit"),
        pytest.param((), TOLD, None, id="artifact 1 is the default start"),
    ],
)
def test_reports_follow_their_schema(start: tuple[str, ...], around: Around, limit: int | None) -> None:
    validates(to_json(impact_report(impact(down_from(*start, limit=limit), around), NOW)))


def test_what_is_unknown_is_null() -> None:
    report = json.loads(to_json(impact_report(impact(down_from(), Around(costs=(Cost("3"),))), NOW)))
    run = report["runs"][0]
    assert (run["name"], run["deleted"], run["state"]) == (None, None, "unknown")
    assert report["recompute"]["wall_seconds"] is None
    assert report["recompute"]["gpu_hours"] is None
    assert report["recompute"]["unknown"] == 1


def test_numbers_and_names() -> None:
    report = json.loads(to_json(impact_report(impact(down_from(), TOLD), NOW)))
    assert report["counts"] == {
        "runs": 4, "running_runs": 1, "deleted_runs": 1, "pipelines": 2, "tasks": 7, "cached": 1,
        "artifacts": 6, "objects": 6, "model_artifacts": 2, "models_in_use": 1,
    }  # fmt: skip
    assert report["start"][0]["run_id"] == TRAIN
    assert report["start"][0]["task"] == "extract"
    assert report["cached"] == [
        {
            "id": "execution:6", "run_id": AGAIN, "task": "prepare", "from_execution": "execution:3", "from_run_id": TRAIN,
            "from_task": "prepare", "distance": 1, "via": "execution:6",
        }
    ]  # fmt: skip
    assert report["recompute"] == {
        "tasks": 3, "tasks_of_start": 0, "wall_seconds": 3660, "critical_path_seconds": 3660, "gpu_hours": 2,
        "unknown": 1, "unknown_gpu": 1, "estimated": 0, "estimated_times": 0, "guessed_gpu": 0,
    }  # fmt: skip


def test_credentials_in_uris_are_struck_out() -> None:
    report = json.loads(to_json(impact_report(impact(down_from(), TOLD), NOW)))
    assert report["models"][0]["match"] == "id"
    assert "secret" not in report["models"][0]["target"]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert to_json(impact_report(impact(down_from(), TOLD), NOW)) == to_json(impact_report(impact(down_from(), TOLD), NOW))


def test_a_pin_without_a_name_is_called_by_its_target_and_that_may_hold_a_credential() -> None:
    use = Use("pin", "s3://b/m?password=hunter2hunter2", "s3://b/m?password=hunter2hunter2", artifacts=("4",))
    report = to_json(impact_report(impact(down_from(), replace(TOLD, uses=(use,))), NOW))
    assert '"match": "id"' in report
    assert "hunter" not in report
