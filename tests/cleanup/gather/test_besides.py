from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kfpops.cleanup.gather.besides import judge_besides
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.policy.policy import Kinds, Policy
from kfpops.model.bucket import ObjectVersion, Upload
from tests.cleanup.building import OLD, judged_by
from tests.cleanup.gather.memory_bucket import MemoryBucket
from tests.cleanup.gather.planning import key_of, usual

UPLOADS = (Upload(key_of(2, "z"), "u3", OLD), Upload(key_of(2), "u2", OLD, 5), Upload("elsewhere", "u1", OLD, 5))
VERSIONS = (
    ObjectVersion(key_of(2, "z"), "m1", True, True, 0, "", OLD),
    ObjectVersion(key_of(2), "v2", True, False, 9, "e2", OLD + 1),
    ObjectVersion(key_of(2), "v1", False, False, 7, "e1", OLD),
)


def entries(kinds: Kinds, folder: Path) -> list[tuple[str, str, str, int | None]]:
    marks, terms = judged_by(usual(), Policy(kinds=kinds))
    found = list(judge_besides(MemoryBucket([], pending=UPLOADS, old=VERSIONS), terms, lambda: iter(marks), folder))
    rows = [row for path, _ in found for row in msgspec.json.Decoder(Entry).decode_lines(path.read_bytes())]
    assert sum(tally.all_goes.objects for _, tally in found) == len(rows)
    return [(row.key, row.upload_id, row.version_id, row.size) for row in rows]


def test_what_is_not_asked_for_is_not_listed(tmp_path: Path) -> None:
    assert entries(Kinds(orphans=0.0), tmp_path) == []


@pytest.mark.parametrize(
    "kinds, expected",
    [
        (Kinds(uploads=0.0, orphans=0.0), [(key_of(2), "u2", "", 5), (key_of(2, "z"), "u3", "", None)]),
        (Kinds(noncurrent=0.0, orphans=0.0), [(key_of(2), "", "v1", 7)]),
        (Kinds(markers=0.0, orphans=0.0), [(key_of(2, "z"), "", "m1", 0)]),
    ],
)
def test_each_kind_by_itself_sorted(kinds: Kinds, expected: list[tuple[str, str, str, int | None]], tmp_path: Path) -> None:
    assert entries(kinds, tmp_path) == expected
