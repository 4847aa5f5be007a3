"""Make the recordings of this folder: of a whole cluster's recording what lineage, cache and clean-up are told from.

    python tests/lineage/recordings/make.py FOLDER

FOLDER holds `busy-cluster` and `leftovers`, each with recording.tar.gz and label.json. Kept are MLMD's rows, KFP's runs with
their pipelines (manifests of pipelines only, not of workflows) and one node each, which tells the workflow's name; the
cache, the store's listing, and of Kubernetes what says where KFP puts things and who might serve a model. The same input
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
KEPT = (
    *("mlmd/", "kfp/v2beta1/", "kfp/healthz.json"),
    *("store/objects.jsonl", "store/buckets.json", "store/lifecycle-", "kubernetes/apis.json"),
)
TASKS, CONFIG_MAPS = "kfp/v1alpha1/tasks.json", "kubernetes/v1/configmaps.json"
NAMED = ("kubernetes/apps/v1/deployments.json", "kubernetes/apps/v1/statefulsets.json")
PLACES = ("kfp-launcher", "workflow-controller-configmap", "artifact-repositories")
RUNS = "kfp/v1beta1/runs/"


def main() -> None:
    folder = Path(sys.argv[1])
    for case in CASES:
        files = read(folder / case / "recording.tar.gz")
        kept = {name: data for name, data in files.items() if name.startswith(KEPT)}
        kept |= {name: only_pipeline(data) for name, data in files.items() if name.startswith(RUNS)}
        kept["kfp/v2beta1/runs.json"] = with_one_node(kept["kfp/v2beta1/runs.json"])
        kept[TASKS] = only_cached(files[TASKS])
        kept[CONFIG_MAPS] = only_places(files[CONFIG_MAPS])
        kept |= {name: only_names(files[name]) for name in NAMED if name in files}
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


def with_one_node(data: bytes) -> bytes:
    """The list of runs without pipelines that v1beta1 tells, too, and with one of the nodes that KFP lists of each."""
    listed = json.loads(data)
    for run in listed["runs"]:
        details = run.pop("run_details", {}).get("task_details", [])
        child = next((c for d in details for c in d.get("child_tasks", []) if "pod_name" in c), None)
        if child:
            run["run_details"] = {"task_details": [{"child_tasks": [child]}]}
        for name in ("plugins_output", "state_history"):
            run.pop(name, None)
    return compact(listed)


def only_cached(data: bytes) -> bytes:
    """KFP's table of tasks without the nodes of runs, which are no entries of the cache."""
    tasks = [task for task in json.loads(data)["tasks"] if task.get("fingerprint")]
    return compact({"tasks": tasks, "total_size": len(tasks)})


def only_places(data: bytes) -> bytes:
    """The ConfigMaps that say where runs and logs lie."""
    listed = json.loads(data)
    listed["items"] = [item for item in listed["items"] if item["metadata"]["name"] in PLACES]
    for item in listed["items"]:
        item["metadata"] = {key: item["metadata"][key] for key in ("name", "namespace")}
    return compact(listed)


def only_names(data: bytes) -> bytes:
    """Objects with nothing but what they are called."""
    listed = json.loads(data)
    kept = ("name", "namespace", "labels")
    listed["items"] = [{"metadata": {k: v for k, v in o["metadata"].items() if k in kept}} for o in listed["items"]]
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
