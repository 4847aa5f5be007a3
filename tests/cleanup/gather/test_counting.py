from __future__ import annotations

from kfpops.cleanup.gather.counting import Counting
from kfpops.cleanup.mark import Mark, MarkKind


def test_marks_pass_and_are_counted() -> None:
    kinds: list[tuple[MarkKind, bool]] = [
        ("run", False),
        ("run", True),
        ("artifact", False),
        ("pin", False),
        ("logs", False),
    ]
    marks = [("b", Mark(f"p{n}", kind, goes, "live", "run-kept")) for n, (kind, goes) in enumerate(kinds)]
    counting = Counting(lambda text: None)
    assert list(counting.marks(marks)) == marks
    assert (counting.known, counting.live) == (3, 3)


def test_it_is_told_now_and_then() -> None:
    said: list[str] = []
    add = Counting(said.append).of("mlpipeline")
    for _ in range(200):
        add(1000)
    assert said == [
        "listing mlpipeline: 1,000 objects",
        *(f"listing mlpipeline: {n},000 objects" for n in (50, 100, 150, 200)),
    ]
