from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kfpops.cleanup.plan.entry import Count, Eviction
from kfpops.cleanup.plan.present import present
from kfpops.cleanup.plan.summary import Dangling, Group, Summary, Tally, largest
from kfpops.cleanup.verdict import Verdict
from kfpops.render.text import to_text
from tests.cleanup.plan.samples import RUN, a_header
from tests.golden import matches_golden

GOLDEN = Path(__file__).parent / "golden"
OTHER = "84cddced-f2ae-46a0-bad3-31ceb5108107"


def a_tally() -> Tally:
    tally = Tally()
    for number in range(1_200):
        tally.go(Verdict(True, "orphan", "run-deleted", RUN), 3_000_000 + number)
    for _ in range(30):
        tally.go(Verdict(True, "expired", "run-expired", OTHER, "nightly-old"), 2**30)
    tally.go_besides(Verdict(True, "abandoned", "upload-abandoned", ""), 5)
    tally.keep({("live", "run-kept"): (20_000, 2**36), ("foreign", "outside-roots"): (113, 2**34)})
    tally.keep({("live", "taken-from-cache"): (7, 900), ("unreferenced", "kind-not-asked"): (1, 64)})
    return tally


def a_summary(tally: Tally | None = None, **more: object) -> Summary:
    counted = a_tally() if tally is None else tally
    values = {
        "path": "plan.jsonl",
        "header": a_header(),
        "footer": msgspec.structs.replace(counted.footer(), sha256="0" * 64),
        "groups": largest(counted),
    } | more
    return Summary(**values)  # type: ignore[arg-type]


def evictions(number: int) -> tuple[Eviction, ...]:
    first = Eviction(run_id=RUN, name="nightly-3", rule="nightly-old", steps=4, seconds=7260.0, accelerator_hours=3.5)
    return (first, *(Eviction(run_id=f"{n:08x}", name="", rule="", steps=n % 2) for n in range(number - 1)))


def text(summary: Summary, *, full: bool = False) -> str:
    return to_text(present(summary, full=full), 80, color=False)


def test_nothing_goes() -> None:
    tally = Tally()
    tally.keep({("live", "run-kept"): (3, 30)})
    assert text(a_summary(tally)).startswith("Nothing may go: 3 objects (30B) stay.")
    assert "apply" not in text(a_summary(tally))


def test_a_policy_that_deletes_nothing_is_said_to() -> None:
    tally = Tally()
    tally.keep({("live", "run-kept"): (1, 30)})
    told = text(a_summary(tally, deletes_nothing=True))
    assert told.startswith("The policy names no rule, kind or budget, so it deletes nothing: 1 object (30B)")


def test_what_goes_what_stays_and_what_to_do(tmp_path: Path) -> None:
    summary = a_summary(
        header=a_header(evictions=evictions(14)),
        names={RUN: ("nightly-3", "train"), OTHER: ("", "score")},
        dangling=(Dangling("7", "minio://mlpipeline/v2/artifacts/train/x/y/z", RUN, "fit", True, 2),),
        notes=("The budget of team-a cannot be met: 3GiB stay, 1GiB are allowed.",),
    )
    matches_golden(text(summary), GOLDEN / "plan.txt")


def test_it_fits_80_columns() -> None:
    lines = text(a_summary(header=a_header(evictions=evictions(20)))).splitlines()
    assert max(map(len, lines)) <= 80


def test_a_plan_of_a_bundle_is_for_review() -> None:
    told = text(a_summary(header=a_header(source="bundle cap.tar.gz")))
    assert "it is for review" in " ".join(told.split())
    assert "kfpops cleanup apply" not in told


@pytest.mark.parametrize("full, shown", [(False, 10), (True, 25)])
def test_many_runs(full: bool, shown: int) -> None:
    groups: tuple[tuple[Group, Count], ...] = tuple((("run-deleted", f"flow-{n:02}", ""), Count(1, n)) for n in range(25))
    told = text(a_summary(groups=groups), full=full)
    assert told.count("  flow-") == shown
    assert ("and 15 more" in told) is not full


@pytest.mark.parametrize(
    "dangling, words",
    [
        ((), "every artifact that lineage calls live has its bytes"),
        (tuple(Dangling(str(n), "x") for n in range(12)), "and 2 more"),
    ],
)
def test_dangling(dangling: tuple[Dangling, ...], words: str) -> None:
    assert words in " ".join(text(a_summary(dangling=dangling)).split())
