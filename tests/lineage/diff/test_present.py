"""Tests of kfpops.lineage.diff.present."""

from __future__ import annotations

from dataclasses import replace

from kfpops.lineage.diff.diff import Compared, compare_runs
from kfpops.lineage.diff.first import first_difference
from kfpops.lineage.diff.present import present_diff
from kfpops.model.finding import NotChecked
from kfpops.render.document import Heading, Table
from kfpops.render.text import to_text
from tests.lineage.two_runs import CODE, RUN_A, RUN_B, TwoRuns, a_pipeline, chain


def text(compared: Compared, *, wide: bool = False) -> str:
    return to_text(present_diff(compared, first_difference(compared), wide=wide), 160)


def verdict(compared: Compared) -> str:
    return present_diff(compared, first_difference(compared)).verdict


def equal() -> TwoRuns:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    return two


def looping(number: int) -> TwoRuns:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        loop = two.recorder.dag(two.begin(run), "loop")
        for i in range(number):
            two.task(two.recorder.dag(loop, "loop", i), "train", given={"seed": run[0]})
    return two


def test_equal_runs() -> None:
    assert verdict(equal().compared()) == "No difference but times."
    assert verdict(equal().compared(stored=False)) == (
        "No difference but times. The content of 3 artifacts could not be compared."
    )


def test_a_run_beside_itself() -> None:
    facts = equal().facts()
    assert verdict(compare_runs(replace(facts, b=facts.a))) == "A and B are the same run."


def test_the_first_line_says_where_they_part_and_the_table_what_differs() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.8)
    chain(two, RUN_B, rows=500, accuracy=0.9, table="longer")
    lines = text(two.compared()).splitlines()
    assert lines[0] == "They part at task make-data: parameter rows 100 → 500."
    assert "TASK       A     B     WHAT DIFFERS" in lines
    assert "make-data  10 s  10 s  parameters, output data" in lines
    assert "train      10 s  10 s  input data, output metrics" in lines
    assert "Parameters  rows 100 → 500" in lines


def test_code_is_shown_as_git_does() -> None:
    two = TwoRuns()
    for run, code in ((RUN_A, CODE), (RUN_B, CODE + "    return\n")):
        two.task(two.begin(run), "train")
        two.pipelines[run] = a_pipeline({"train": {"code": code}})
    told = text(two.compared())
    assert "       +++ b/train.py" in told
    assert "       +    return" in told


def test_a_long_diff_is_cut_and_wide_is_not() -> None:
    two = TwoRuns()
    for run, code in ((RUN_A, CODE), (RUN_B, CODE + "".join(f"    print({i})\n" for i in range(100)))):
        two.task(two.begin(run), "train")
        two.pipelines[run] = a_pipeline({"train": {"code": code}})
    assert "more lines of the diff: `-o wide` shows them." in text(two.compared())
    assert "print(99)" not in text(two.compared())
    assert "print(99)" in text(two.compared(), wide=True)


def test_iterations_that_differ_alike_are_one_row() -> None:
    compared = looping(50).compared()
    document = present_diff(compared, first_difference(compared))
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.rows == (("loop[0]/train (x50)", "10 s", "10 s", "parameters"),)
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert headings == ["Task loop[0]/train (49 more iterations differ in the same things)"]
    assert "loop[49]/train" in text(compared, wide=True)


def test_the_code_of_a_loop_is_told_once() -> None:
    two = TwoRuns()
    for run, code in ((RUN_A, CODE), (RUN_B, CODE + "    return\n")):
        loop = two.recorder.dag(two.begin(run), "loop")
        for i in range(2):
            two.task(two.recorder.dag(loop, "loop", i), "train", given={"x": run[0] if i else "same"})
        two.pipelines[run] = a_pipeline({"loop/train": {"code": code}})
    told = text(two.compared())
    assert told.count("+    return") == 1
    assert told.count("Its code differs as told above.") == 1


def test_the_cache_and_its_run_are_named() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.9)
    root = two.begin(RUN_B, rows=100.0)
    two.recorder.cached(root, "2")
    compared = compare_runs(replace(two.facts(), origins={"2": RUN_A}))
    assert "B took 1 task from the cache." in verdict(compared)
    assert "make-data  10 s  cache aaaaaaaa" in text(compared)


def test_many_tasks_that_are_the_same_are_only_counted() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        root = two.begin(run)
        for i in range(40):
            two.task(root, f"task-{i}", given={"x": run[0] if i == 7 else "same"})
    told = text(two.compared())
    assert "39 tasks without a difference: `-o wide` lists them." in told
    assert "task-8" not in told
    assert "task-8" in text(two.compared(), wide=True)


def test_runs_of_different_pipelines_say_so() -> None:
    two = equal()
    facts = two.facts()
    other = compare_runs(replace(facts, b=replace(facts.b, pipeline="scoring")))
    assert "They are runs of different pipelines, training and scoring." in verdict(other)


def test_gaps_and_runs_that_the_api_lost() -> None:
    facts = equal().facts()
    lost = replace(facts.a, name="", state="", known=False)
    told = text(compare_runs(replace(facts, a=lost, missing=(NotChecked("KFP API, run A", "it is gone"),))))
    assert f"A  {RUN_A} of training - not read from the KFP API" in told
    assert "- KFP API, run A: it is gone" in told


def test_loops_that_say_no_more_than_their_tasks_are_not_shown() -> None:
    two = TwoRuns()
    two.begin(RUN_A)
    loop = two.recorder.dag(two.begin(RUN_B), "loop")
    for i in range(3):
        two.task(two.recorder.dag(loop, "loop", i), "train")
    compared = two.compared()
    (table,) = (b for b in present_diff(compared, first_difference(compared)).blocks if isinstance(b, Table))
    assert table.rows == (("loop[0-2]/train (x3)", "-", "10 s", "only in B"),)
