from __future__ import annotations

import pytest

from kfpops.lineage.show.fold_rows import Direction, Fold, Row
from kfpops.lineage.show.naming import Naming
from kfpops.lineage.show.tree import again, made_by, tree
from kfpops.model.lineage import CACHED, Execution
from kfpops.render.document import Branch
from tests.lineage.shown import NOW, RAW, around, shown, train_run
from tests.lineage.worlds import a_graph, places_of

NAMING = Naming(around(shown(), RAW), NOW)
START = Row(0, "start", ("artifact:2",))


def branches(*rows: Row, direction: Direction = "down") -> tuple[Branch, ...]:
    return tree(Fold(rows), NAMING, direction).branches


def test_nothing_is_nothing() -> None:
    assert branches() == ()


def test_the_port_goes_without_saying_where_it_is_the_artifacts_name() -> None:
    used = branches(START, Row(1, "used", ("execution:5",), ("table",)))[1]
    assert used == Branch(1, "featurize (execution 5)", "in run 7a000001 (churn-training), 2 d ago")
    assert branches(START, Row(1, "used", ("execution:5",), ("other",)))[1].detail.startswith("as other, in run")


def test_the_run_above_goes_without_saying() -> None:
    rows = (START, Row(1, "used", ("execution:5",)), Row(2, "output", ("artifact:4",)), Row(3, "used", ("execution:8",)))
    assert branches(*rows)[3].detail == "in the same run, 2 d ago"


def test_what_failed_is_bad() -> None:
    found = branches(START, Row(1, "used", ("execution:12",)))[1]
    assert (found.tone, found.detail) == ("bad", "in run 7a000001 (churn-training), failed, 2 d ago")


def test_attempts_before_the_last_one_make_nothing_bad() -> None:
    tried = [Execution("1", "t", state="FAILED"), Execution("2", "t", state="COMPLETE")]
    graph = a_graph((), tried, (), places=places_of("r-1", {"1": "fit", "2": "fit"}))
    row = Row(0, "used", ("execution:1", "execution:2"))
    (found,) = tree(Fold((row,)), Naming(graph, NOW), "down").branches
    assert found == Branch(0, "fit (execution 2)", "in run r-1, 2 attempts")


@pytest.mark.parametrize(
    "where, label, detail",
    [
        ("above", "↑ Model model (artifact 6)", "above"),
        ("below", "↓ Model model (artifact 6)", "below"),
        ("", "… Model model (artifact 6)", "not shown here"),
    ],
)
def test_references(where: str, label: str, detail: str) -> None:
    row = Row(1, "output", ("artifact:6",), again=True, where=where)  # type: ignore[arg-type]
    assert branches(START, row)[1] == Branch(1, label, detail)


def test_what_has_no_row_is_counted() -> None:
    found = branches(START, Row(1, "used", (), more=1_200))[1]
    assert (found.label, found.detail) == ("and 1,200 more nodes like these above", "-o wide or -o json shows them")


def test_upwards_an_artifact_is_told_with_its_maker() -> None:
    found = branches(Row(0, "start", ("artifact:6",), makers=("execution:8",)), direction="up")[0]
    assert found.detail == "made by for-loop-2[0]/train in run 7a000001 (churn-training), 2 d ago"
    assert branches(START, direction="up")[0].detail == "nothing is recorded that made it"


def test_a_maker_that_was_not_read_is_said_to_be() -> None:
    assert made_by(["999"], NAMING) == "made by execution 999, which was not read"
    assert made_by(["3"], NAMING, {train_run(1)}) == "made by clean in run 0a000000 (daily-import), 2 d ago"


def test_the_same_object_does_not_repeat_its_uri() -> None:
    assert branches(START, Row(1, "same", ("artifact:14",)))[1].label == "the same object as Model (artifact 14)"


def test_how_an_artifact_was_had_again() -> None:
    hit, importer, other = Execution("1", "t", state=CACHED), Execution("2", "t", kind="importer"), Execution("3", "t")
    assert [again([e]) for e in (hit, importer, other)] == [
        "taken from the cache by",
        "imported again by",
        "put out again by",
    ]
    assert again([hit, other]) == again([]) == "put out again by"
