from __future__ import annotations

from pathlib import Path

from kfpops.cleanup.gather.assembling import assemble
from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.plan.write import PlanFile, lines_of
from tests.cleanup.plan.samples import a_header, an_entry, tally_of

OBJECTS = [an_entry(key) for key in ("a", "b", "b/c", "é")]
BESIDES = [[an_entry("a", version_id="v1"), an_entry("é", version_id="v0")], [an_entry("a", upload_id="u"), an_entry("z")]]


def put(folder: Path, name: str, entries: list) -> Path:  # type: ignore[type-arg]
    path = folder / name
    path.write_bytes(lines_of(entries))
    return path


def assembled(folder: Path, besides: list[Path]) -> list[tuple[str, str, str]]:
    every = [*OBJECTS, *(e for some in BESIDES for e in some)] if besides else OBJECTS
    parts = [put(folder, "1", OBJECTS[:2]), put(folder, "2", []), put(folder, "3", OBJECTS[2:])]
    with PlanFile(folder / "plan.jsonl", a_header()) as file:
        assemble(file, parts, besides)
        file.finish(tally_of(every).footer())
    return [(e.key.rpartition("/")[2], e.version_id, e.upload_id) for e in read_plan(folder / "plan.jsonl").entries]


def test_parts_follow_each_other(tmp_path: Path) -> None:
    assert assembled(tmp_path, [put(tmp_path, "4", [])][:0]) == [(k, "", "") for k in ("a", "b", "c", "é")]


def test_what_stands_beside_them_is_put_where_it_belongs(tmp_path: Path) -> None:
    besides = [put(tmp_path, f"b{n}", some) for n, some in enumerate(BESIDES)]
    assert assembled(tmp_path, besides) == [
        ("a", "", ""), ("a", "", "u"), ("a", "v1", ""), ("b", "", ""),
        ("c", "", ""), ("z", "", ""), ("é", "", ""), ("é", "v0", ""),
    ]  # fmt: skip
