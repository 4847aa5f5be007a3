"""Make the recordings of this folder: labelled recordings of a cluster → what diagnosis reads of them, in small archives.

    python tests/recordings/slim.py FOLDER [--to tests/recordings] [--only NAME ...] [--without NAME ...]

FOLDER holds `<case>/{recording[-moment].tar.gz,label[-moment].json}`. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
import shutil
import sys
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Files = dict[str, bytes]

RUN_LABEL = "pipeline/runid"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
LARGEST_LINEAGE = 64 * 1024

# Lists that diagnosis does not read; the events of events.k8s.io are those of v1 once more.
DROPPED = ("metrics/", "kubernetes/events.k8s.io/", "kubernetes/discovery.k8s.io/", "kubernetes/coordination.k8s.io/")
LEFT_OUT = (
    "metrics of KFP's components and of the kubelet",
    "events of events.k8s.io/v1 (those of v1 are here), endpoint slices and leases",
    "logs of pods that belong to no run of the recording",
    "managed fields and templates in the manifests that KFP keeps, and the manifest of the pipeline before it ran",
    "bytes of archived logs of pods whose own logs are here",
    "workflows inside of scheduled workflows",
    "resource versions, ids of events, container ids and mounts in statuses",
    "values of the environment variable ARGO_TEMPLATE, which the workflow holds too",
    f"the annotation {LAST_APPLIED}",
)
# Nothing of the machine that recorded may be told: its folders, or the hosts that it talked to. Hosts that may be named are
# those inside the cluster, made-up ones, and the documentation that messages point to.
FOLDER = re.compile(rb"/(?:root|work|home)/[^\s\"']{1,80}")
HOST = re.compile(rb"https?://([A-Za-z0-9][A-Za-z0-9.-]*)")
KNOWN_HOST = re.compile(
    rb"localhost|127\.0\.0\.1|198\.1[89]\.\d+\.\d+|[\w.-]+\.svc(?:\.cluster\.local)?|\w+\.kubeflow|[\w.-]+\.(?:example|internal)"
    rb"|argo-workflows\.readthedocs\.io|git\.k8s\.io|kubernetes\.io|pip\.pypa\.io"
)


def slim(files: Files, label: dict[str, Any]) -> Files:
    """The files that are kept, changed where they hold what nobody reads, and recording.json to match."""
    table = json.loads(files["recording.json"])
    kept = {name: data for name, data in files.items() if not name.startswith(DROPPED) and name != "recording.json"}
    kept = _without_large_lineage(_own_logs(kept, label, table))
    for name in kept:
        if name.endswith(".json"):
            kept[name] = _slim_json(name, kept[name])
    table["files"] = [{**f, "bytes": len(kept[f["path"]])} for f in table["files"] if f["path"] in kept]
    lineage = (
        () if any(n.startswith("mlmd/") for n in kept) or not any(n.startswith("mlmd/") for n in files) else ("lineage",)
    )
    table["left_out"] = [*table["left_out"], *LEFT_OUT, *lineage]
    table["gaps"] = [g for g in table["gaps"] if not g["source"].startswith("metrics of ")]
    kept["recording.json"] = _compact(table)
    return kept


def _own_logs(files: Files, label: dict[str, Any], table: dict[str, Any]) -> Files:
    """Without the logs of pods that neither belong to a run of the recording nor are what the label names."""
    runs = {label["subject"].get("id"), *label.get("related_runs", ()), *table["scope"].get("runs", ())}
    pods = json.loads(files.get("kubernetes/v1/pods.json", b'{"items": []}'))["items"]
    own = {p["metadata"]["name"] for p in pods if p["metadata"].get("labels", {}).get(RUN_LABEL) in runs}
    own.add((label.get("object") or {}).get("name", ""))
    kept = {n: d for n, d in files.items() if not n.startswith("logs/") or own & set(n.split("/")[2:3])}
    rows = [json.loads(line) for line in files.get("logs/index.jsonl", b"").splitlines()]
    kept["logs/index.jsonl"] = b"".join(_compact(r) + b"\n" for r in rows if r["pod"] in own)
    return _without_copies(kept)


def _without_copies(files: Files) -> Files:
    """Without the bytes of archived logs (`…/<pod>/main.log` in the store) whose pods' own logs are here."""
    with_log = {n.split("/")[2] for n in files if n.startswith("logs/") and n.endswith("/main.log")}
    rows = [json.loads(line) for line in files.get("store/bytes.jsonl", b"").splitlines()]
    copies = {r["path"] for r in rows if r["key"].endswith("/main.log") and r["key"].split("/")[-2] in with_log}
    kept = {n: d for n, d in files.items() if n not in copies}
    if "store/bytes.jsonl" in kept:
        kept["store/bytes.jsonl"] = b"".join(_compact(r) + b"\n" for r in rows if r["path"] not in copies)
    return kept


def _without_large_lineage(files: Files) -> Files:
    size = sum(len(d) for n, d in files.items() if n.startswith("mlmd/"))
    return files if size <= LARGEST_LINEAGE else {n: d for n, d in files.items() if not n.startswith("mlmd/")}


def _slim_json(name: str, data: bytes) -> bytes:
    document = json.loads(data)
    if name.startswith("kubernetes/") and isinstance(document, dict):
        for item in document.get("items") or ():
            _slim_object(item)
    if name.startswith("kfp/v1beta1/runs/"):
        runtime = document.get("pipeline_runtime", {})
        runtime.pop("pipeline_manifest", None)
        if runtime.get("workflow_manifest"):
            manifest = json.loads(runtime["workflow_manifest"])
            _slim_object(manifest)
            manifest.get("spec", {}).pop("templates", None)
            runtime["workflow_manifest"] = _compact(manifest).decode()
    return _compact(document)


def _slim_object(item: dict[str, Any]) -> None:
    metadata = item.get("metadata", {})
    for field in ("managedFields", "resourceVersion", *(("uid",) if "involvedObject" in item else ())):
        metadata.pop(field, None)
    metadata.get("annotations", {}).pop(LAST_APPLIED, None)
    spec, status = item.get("spec"), item.get("status")
    if isinstance(spec, dict) and "trigger" in spec:
        spec.pop("workflow", None)
    for container in _containers(spec, "initContainers", "containers"):
        for variable in container.get("env", ()):
            if variable.get("name") == "ARGO_TEMPLATE":
                variable["value"] = ""
    for container in _containers(status, "initContainerStatuses", "containerStatuses"):
        for field in ("containerID", "volumeMounts", "allocatedResources", "resources"):
            container.pop(field, None)
        for state in (*container.get("state", {}).values(), *container.get("lastState", {}).values()):
            state.pop("containerID", None)


def _containers(part: Any, *names: str) -> list[dict[str, Any]]:
    return [c for name in names for c in part.get(name) or ()] if isinstance(part, dict) else []


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def read(path: Path) -> Files:
    """The files of an archive, by their names below `recording/`."""
    with tarfile.open(path) as archive:
        members = [m for m in archive if m.isreg()]
        return {m.name.removeprefix("recording/"): archive.extractfile(m).read() for m in members}  # type: ignore[union-attr]


def pack(files: Files) -> bytes:
    """The archive of these files: sorted, without times and owners."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(f"recording/{name}")
            info.size, info.mtime, info.mode = len(files[name]), 0, 0o644
            archive.addfile(info, io.BytesIO(files[name]))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, compresslevel=9, filename="") as stream:
        stream.write(plain.getvalue())
    return packed.getvalue()


def suspects(files: Files) -> set[str]:
    """Texts that tell of the machine that recorded; there must be none."""
    folders = {m.group() for data in files.values() for m in FOLDER.finditer(data)}
    hosts = {m.group(1).rstrip(b".-") for data in files.values() for m in HOST.finditer(data)}
    return {t.decode("utf-8", "replace") for t in folders | {h for h in hosts if not KNOWN_HOST.fullmatch(h)}}


def main(arguments: Iterable[str], say: Callable[[str], object]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent)
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--without", nargs="*", default=())
    options = parser.parse_args(list(arguments))
    total = bad = 0
    for path in sorted(options.folder.glob("*/label*.json")):
        case = path.parent.name
        if case in options.without or (options.only and case not in options.only):
            continue
        label = json.loads(path.read_text())
        files = slim(read(path.parent / label["recording"]), label)
        for text in suspects(files):
            bad += 1
            say(f"{case}: {text!r}")
        target = options.to / case
        target.mkdir(parents=True, exist_ok=True)
        (target / label["recording"]).write_bytes(pack(files))
        shutil.copyfile(path, target / path.name)
        total += (target / label["recording"]).stat().st_size
    say(f"{total} bytes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], lambda text: sys.stderr.write(f"{text}\n")))
