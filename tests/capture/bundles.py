"""Small bundles for tests: folders with a recording.json and a few files, and archives of them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from kfpops.capture.bundle import SCHEMA

ENDED = "2026-11-21T09:54:10.337011Z"
RUN = "264684d1-280c-4bab-987d-08ae31e75a54"


def table(**more: Any) -> dict[str, Any]:
    """A recording.json."""
    return {"schema": SCHEMA, "ended_at": ENDED, "kfp_namespace": "kubeflow", "scope": {"runs": [RUN]}, **more}


def packed(value: Any) -> bytes:
    """A file's bytes: as they are, as JSON, or as JSON lines."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, tuple):
        return b"".join(json.dumps(row).encode() + b"\n" for row in value)
    return json.dumps(value).encode()


def folder(path: Path, content: dict[str, Any], /, **more: Any) -> Path:
    """A bundle as a folder."""
    for name, value in {"recording.json": table(**more), **content}.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packed(value))
    return path


def tar(path: Path, content: dict[str, Any], /, *, top: str = "recording/", **more: Any) -> Path:
    """A bundle as a .tar.gz."""
    with tarfile.open(path, "w:gz") as archive:
        for name, value in {"recording.json": table(**more), **content}.items():
            info = tarfile.TarInfo(top + name)
            info.size = len(packed(value))
            archive.addfile(info, io.BytesIO(packed(value)))
    return path


def zipped(path: Path, content: dict[str, Any], /, *, top: str = "", **more: Any) -> Path:
    """A bundle as a .zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in {"recording.json": table(**more), **content}.items():
            archive.writestr(top + name, packed(value))
    return path


def listing(*items: dict[str, Any]) -> dict[str, Any]:
    """A list as the API server answers it."""
    return {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": list(items)}


def thing(name: str, namespace: str = "kubeflow", labels: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """A Kubernetes object."""
    return {"metadata": {"name": name, "namespace": namespace, "labels": labels or {}}, **more}
