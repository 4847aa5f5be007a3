"""Tests of kfpops.lineage.diff.report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.lineage.diff.diff import Compared, compare_runs
from kfpops.lineage.diff.first import first_difference
from kfpops.lineage.diff.report import diff_report
from kfpops.model.finding import NotChecked
from kfpops.render.json import to_json
from tests.builders import NOW
from tests.lineage.two_runs import CODE, RUN_A, RUN_B, TwoRuns, a_pipeline, chain
from tests.schemas import validates


def report(compared: Compared) -> dict[str, object]:
    return diff_report(compared, first_difference(compared), NOW)


def parted() -> Compared:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.8)
    chain(two, RUN_B, rows=500, accuracy=0.9, table="longer")
    two.recorder.cached("1", "2", "again")
    two.pipelines = {
        RUN_A: a_pipeline({"make-data": {}, "train": {}}),
        RUN_B: a_pipeline({"make-data": {"code": CODE + "    return\n"}, "train": {"image": "x"}}),
    }
    return compare_runs(replace(two.facts(), origins={"2": RUN_A}, missing=(NotChecked("object store", "it is down"),)))


def equal() -> Compared:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    return two.compared()


@pytest.mark.parametrize("compared", [equal(), parted()], ids=["equal runs", "runs that part"])
def test_it_is_valid_and_the_same_twice(compared: Compared) -> None:
    text = to_json(report(compared))
    validates(text)
    assert to_json(report(compared)) == text


def test_equal_runs_have_no_first_place() -> None:
    assert report(equal())["first"] is None


def test_first_and_tasks() -> None:
    document = report(parted())
    text = "parameter rows 100 → 500, and its code (+1 -0 lines)"
    assert document["first"] == {"task": "make-data", "kind": "parameter", "text": text, "certain": True}
    make, again, train = document["tasks"]  # type: ignore[misc]
    assert (make["change"], train["change"], again["change"]) == ("changed", "changed", "only-a")
    assert make["parameters"] == [{"name": "rows", "change": "changed", "a": 100.0, "b": 500.0}]
    assert make["duration"] == {"absolute_seconds": 0.0, "relative": 0.0}
    assert train["metrics"][0]["relative"] == pytest.approx(0.125)
    assert train["settings"] == [{"name": "image", "change": "changed", "a": "python:3.11", "b": "x"}]
    assert (again["a"]["cached"], again["a"]["cached_from_run"], again["b"]) == (True, RUN_A, None)
    assert again["duration"] is None


def test_the_code_of_a_loop_is_told_once() -> None:
    two = TwoRuns()
    for run, code in ((RUN_A, CODE), (RUN_B, CODE + "    return\n")):
        loop = two.recorder.dag(two.begin(run), "loop")
        for i in range(3):
            two.task(two.recorder.dag(loop, "loop", i), "train")
        two.pipelines[run] = a_pipeline({"loop/train": {"code": code}})
    document = report(two.compared())
    validates(to_json(document))
    codes = [t["code"] for t in document["tasks"] if t["code"]]  # type: ignore[attr-defined]
    assert [(c["added"], bool(c["diff"])) for c in codes] == [(1, True), (1, False), (1, False)]


def test_credentials_in_uris_are_hidden() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        data = two.recorder.artifact("https://user:hunter2hunter2@host/x")
        two.recorder.importer(two.begin(run), data)
    assert "hunter2" not in to_json(report(two.compared()))
