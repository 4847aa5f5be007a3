"""The merge of marks and listing: keys per second and peak memory, at sizes that no memory holds.

`python -m benchmarks.cleanup_merge [KEYS MARKS]` prints a line for each size, each in a process of its own: 10^6 keys × 10^5
marks and 10^7 × 10^6, or the one that is given. Ten objects an artifact, twenty artifacts a run; of the runs some are
deleted, some given up, some deleted but still used through the cache. Keys and marks are made as they are read, as a listing
and a lineage store are; marks are sorted on disk. Seconds are those of a core: other programs disturb them less.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import measure
from benchmarks.promises import Promises
from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.inventory import ArtifactFact, Inventory, Producer, RunFact, Use
from kfpops.cleanup.live import live, terms_of
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.policy.policy import DAY, Kinds, Policy
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.model.bucket import BucketObject

_PAGE, _OBJECTS, _ARTIFACTS = 1000, 10, 20
_NOW = 1_795_000_000.0
_ROOT = "v2/artifacts"
_SIZES = ((10**6, 10**5), (10**7, 10**6))
_PROMISED_MIB, _PROMISED_SPEED = 128, 700_000


def _run_id(number: int) -> str:
    return f"{number:08x}-3b1e-4c40-a5f1-{number:012x}"


def _path(artifact: int) -> str:
    """In byte order of their numbers: two in three are directories, `model` beside `model-v2`."""
    run = artifact // _ARTIFACTS
    task = f"task-{artifact % _ARTIFACTS:02d}/9c0f1c1e-0000-4000-8000-{artifact:012x}"
    return f"{_ROOT}/pipeline-{run // 4096:05d}/{_run_id(run)}/{task}/{'model' if artifact % 3 else 'model-v2'}"


def _listing(keys: int) -> Iterator[Sequence[BucketObject]]:
    page: list[BucketObject] = []
    for artifact in range(keys // _OBJECTS):
        path = _path(artifact)
        page += [BucketObject(f"{path}/part-{n:05d}.parquet", 1_000_000, "d41d8cd98f00b204", 1.7e9) for n in range(_OBJECTS)]
        if len(page) >= _PAGE:
            yield page
            page = []
    yield page


def _inventory(marks: int) -> Inventory:
    runs = {(run := _run(number)).id: run for number in range(-(-marks // _ARTIFACTS))}
    return Inventory(began_at=_NOW, roots=(f"minio://mlpipeline/{_ROOT}",), runs=runs, artifacts=_Artifacts(marks))


class _Artifacts:
    """Iterated again and again, and never held."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __iter__(self) -> Iterator[ArtifactFact]:
        return map(_artifact, range(self._number))


def _run(number: int) -> RunFact:
    id, pipeline = _run_id(number), f"pipeline-{number // 4096:05d}"
    root = f"minio://mlpipeline/{_ROOT}/{pipeline}/{id}"
    return RunFact(id=id, known=number % 4 != 0, finished=True, pipeline=pipeline, root=root, finished_at=1.7e9)


def _artifact(number: int) -> ArtifactFact:
    run = number // _ARTIFACTS
    made, uri = _run_id(run), f"minio://mlpipeline/{_path(number)}"
    uses = (Use(made, "made"), Use(_run_id(run + 1), "cached")) if run % 8 == 0 and number % 2 else (Use(made, "made"),)
    return ArtifactFact(id=str(number), uri=uri, type="system.Model", uses=uses, producer=Producer(str(number), made))


def _merge(keys: int, marks: int) -> None:
    """In this process; prints its figures as JSON. What it takes of memory is measured from outside."""
    inventory, policy = _inventory(marks), Policy(kinds=Kinds(orphans=30 * DAY))
    claims = claims_of(inventory, policy, _NOW)
    with tempfile.TemporaryDirectory() as folder:
        sorted_marks, began = SortedMarks(Path(folder)), time.process_time()
        written = sorted_marks.write(marks_of(inventory, policy, _NOW, claims))
        sorting, began = time.process_time() - began, time.process_time()
        for _ in _listing(keys):
            pass
        making, began, goes, kept = time.process_time() - began, time.process_time(), 0, 0
        terms = terms_of("mlpipeline", inventory, policy, claims, _NOW)
        for judged in live(_listing(keys), sorted_marks.of("mlpipeline"), terms):
            goes += len(judged.goes)
            kept += sum(objects for objects, _ in judged.keeps.values())
        merging = time.process_time() - began - making
    if goes + kept != keys:
        sys.exit(f"{goes + kept:,} verdicts for {keys:,} objects")
    print(json.dumps({"marks": written, "sorting": sorting, "merging": merging, "goes": goes}))


def bench(promises: Promises, sizes: Sequence[tuple[int, int]] = _SIZES[:1]) -> None:
    """A line for time and one for memory of each size."""
    for keys, marks in sizes:
        done = measure([sys.executable, "-m", "benchmarks.cleanup_merge", "--merge", str(keys), str(marks)])
        if done.code:
            sys.exit("the merge failed")
        told = json.loads(done.output)
        note = f"{keys / told['merging']:,.0f} keys/s; {told['goes']:,} go; {told['sorting']:.1f} s for the marks"
        name = f"judge {keys:.0e} objects by {told['marks']:.0e} marks".replace("e+0", "e")
        promises.line(f"{name}, a core", told["merging"], keys / _PROMISED_SPEED, "s", note)
        promises.line("  its peak memory", done.peak_bytes / 2**20, _PROMISED_MIB, "MiB")


def main(sizes: Sequence[tuple[int, int]]) -> int:
    promises = Promises()
    bench(promises, sizes)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--merge"]:
        _merge(int(sys.argv[2]), int(sys.argv[3]))
    else:
        given = tuple(map(int, sys.argv[1:3]))
        sys.exit(main([(given[0], given[1])] if given else _SIZES))
