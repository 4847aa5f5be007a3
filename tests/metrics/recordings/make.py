"""Make `busy-cluster.json.gz`: what a real KFP 2.17 told of its runs' states and times, and of its pipelines and schedules.

    python tests/metrics/recordings/make.py FOLDER

FOLDER holds recording.tar.gz (tests/recordings/README.md tells how such are made). Left out of runs are tasks, parameters
and pipelines, but for the name of a pipeline that nothing else tells. Nothing that is left was edited. The recording's label
is tests/lineage/recordings/busy-cluster.label.json. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LISTS = ("runs", "pipelines", "recurringruns", "experiments")
LEFT_OUT = ("run_details", "runtime_config", "plugins_output", "service_account")


def main() -> None:
    with tarfile.open(Path(sys.argv[1]) / "recording.tar.gz") as archive:
        kept = {name: read(archive, f"recording/kfp/v2beta1/{name}.json") for name in LISTS}
    kept["runs"]["runs"] = [slim(run) for run in kept["runs"]["runs"]]
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    (HERE / "busy-cluster.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def slim(run: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in run.items() if key not in LEFT_OUT}
    if "pipeline_spec" in kept:
        spec = kept["pipeline_spec"]
        spec = spec.get("pipeline_spec", spec)
        kept["pipeline_spec"] = {"pipelineInfo": spec["pipelineInfo"]}
    return kept


def read(archive: tarfile.TarFile, name: str) -> Any:
    found = archive.extractfile(name)
    assert found is not None
    return json.load(found)


if __name__ == "__main__":
    main()
