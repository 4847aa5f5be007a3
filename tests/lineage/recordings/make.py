"""Make the recordings of this folder: of a whole cluster's recording what lineage and cache are told from.

    python tests/lineage/recordings/make.py FOLDER

FOLDER holds `busy-cluster` and `leftovers`, each with recording.tar.gz and label.json. Kept are MLMD's rows, KFP's runs with
their pipelines (manifests of pipelines only, not of workflows), the cache table and the listing of the store. The same input
gives the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CASES = ("busy-cluster", "leftovers")
KEPT = ("mlmd/", "kfp/v2beta1/", "kfp/healthz.json", "store/objects.jsonl", "store/buckets.json")
RUNS = "kfp/v1beta1/runs/"


def main() -> None:
    folder = Path(sys.argv[1])
    for case in CASES:
        files = read(folder / case / "recording.tar.gz")
        kept = {name: data for name, data in files.items() if name.startswith(KEPT)}
        kept |= {name: only_pipeline(data) for name, data in files.items() if name.startswith(RUNS)}
        kept["kfp/v2beta1/runs.json"] = without_tasks(kept["kfp/v2beta1/runs.json"])
        table = json.loads(files["recording.json"])
        table["files"] = [{**f, "bytes": len(kept[f["path"]])} for f in table["files"] if f["path"] in kept]
        table["left_out"] = [*table["left_out"], "all but lineage, KFP's runs and their pipelines, and the store's listing"]
        kept["recording.json"] = compact(table)
        write(HERE / f"{case}.tar.gz", kept)
        (HERE / f"{case}.label.json").write_bytes((folder / case / "label.json").read_bytes())


def only_pipeline(data: bytes) -> bytes:
    """A v1beta1 run whose pipeline is not in the v2beta1 list; the workflow's manifest is left out."""
    record = json.loads(data)
    record.pop("pipeline_runtime", None)
    return compact(record)


def without_tasks(data: bytes) -> bytes:
    """The list of runs without KFP's own list of nodes, and without pipelines that v1beta1 tells, too."""
    listed = json.loads(data)
    for run in listed["runs"]:
        for name in ("run_details", "plugins_output", "state_history"):
            run.pop(name, None)
    return compact(listed)


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def read(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        members = [m for m in archive.getmembers() if m.isfile()]
        return {m.name.partition("/")[2]: archive.extractfile(m).read() for m in members}  # type: ignore[union-attr]


def write(path: Path, files: dict[str, bytes]) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(f"recording/{name}")
            entry.size = len(files[name])
            archive.addfile(entry, io.BytesIO(files[name]))
    path.write_bytes(gzip.compress(packed.getvalue(), 9, mtime=0))


if __name__ == "__main__":
    main()
