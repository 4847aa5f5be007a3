"""The parts of a bundle → one file (.tar.gz, .zip) or a folder. Everything is redacted here, on its way into the archive."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

import msgspec

from kfpops.capture.bundle import SCHEMA, TABLE, File, Gap, Recording, Scope
from kfpops.capture.entry import Entry, Part
from kfpops.capture.redact import redact_json, redact_lines, redact_text
from kfpops.capture.scope import LEFT_OUT, LEFT_OUT_OF_RUNS
from kfpops.errors import UsageError
from kfpops.knowledge.redaction import redact

_ROOT = "recording"


@dataclass(frozen=True, slots=True)
class About:
    """What recording.json says of the whole; `runs` empty: everything."""

    kfp_namespace: str
    namespace: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it. `bytes`: of all files, before packing."""

    path: Path
    files: int
    bytes: int
    gaps: tuple[Gap, ...]


class _Sink(Protocol):
    def add(self, name: str, body: bytes) -> None: ...

    def close(self) -> None: ...


def write(parts: Iterable[Part], target: Path, about: About, clock: Callable[[], datetime]) -> Written:
    """Write a bundle. It appears under its name only when it is complete; an existing file is replaced, a folder is not.

    `clock` tells the time before the first part and after the last. Raises `UsageError` when the target cannot be written.
    """
    began = clock()
    part_way = target.with_name(f".{target.name}.part")
    try:
        if target.is_dir() and any(target.iterdir()):
            raise UsageError(f"The folder {target} is not empty.", "Give --output a new name.")
        sink = _sink(target, part_way)
        files, gaps = _fill(sink, parts)
        table = _table(about, began, clock(), files, gaps)
        sink.add(TABLE, msgspec.json.encode(table))
        sink.close()
        part_way.replace(target)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}.") from error
    finally:
        _remove(part_way)
    return Written(target, len(files) + 1, sum(f.bytes for f in files), table.gaps)


def _fill(sink: _Sink, parts: Iterable[Part]) -> tuple[list[File], list[Gap]]:
    files, gaps = [], []
    for part in parts:
        if isinstance(part, Gap):
            gaps.append(Gap(part.source, redact(part.why)))
            continue
        if ".." in PurePosixPath(part.path).parts or part.path.startswith("/"):
            # Names come from the servers: one that leads out of the bundle is not written.
            gaps.append(Gap(part.source, "the server gave it a name that is no file name"))
            continue
        body = _redacted(part)
        sink.add(part.path, body)
        files.append(File(part.path, part.source, len(body), part.items, part.cut, part.namespaces))
    return files, gaps


def _redacted(entry: Entry) -> bytes:
    if entry.path.endswith(".json"):
        return redact_json(entry.body)
    return redact_lines(entry.body) if entry.path.endswith(".jsonl") else redact_text(entry.body)


def _table(about: About, began: datetime, ended: datetime, files: list[File], gaps: list[Gap]) -> Recording:
    return Recording(
        schema=SCHEMA,
        began_at=began,
        ended_at=ended,
        kfp_namespace=about.kfp_namespace,
        namespace=about.namespace,
        scope=Scope(about.runs, everything=not about.runs),
        left_out=(*LEFT_OUT, *(LEFT_OUT_OF_RUNS if about.runs else ())),
        files=tuple(sorted(files, key=lambda f: f.path)),
        gaps=tuple(gaps),
    )


def _sink(target: Path, part_way: Path) -> _Sink:
    _remove(part_way)
    if target.name.endswith((".tar.gz", ".tgz")):
        return _TarSink(part_way)
    if target.suffix == ".zip":
        return _ZipSink(part_way)
    if target.suffix:
        raise UsageError(f"{target.name} says no form of bundle.", "Let it end in .tar.gz or .zip, or give a folder.")
    return _FolderSink(part_way)


class _TarSink:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._packed = gzip.GzipFile(filename="", fileobj=self._file, mode="wb", compresslevel=6, mtime=0)
        self._archive = tarfile.open(fileobj=self._packed, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def add(self, name: str, body: bytes) -> None:
        info = tarfile.TarInfo(f"{_ROOT}/{name}")
        info.size, info.mode = len(body), 0o644
        self._archive.addfile(info, io.BytesIO(body))

    def close(self) -> None:
        self._archive.close()
        self._packed.close()
        self._file.close()


class _ZipSink:
    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, body: bytes) -> None:
        self._archive.writestr(zipfile.ZipInfo(f"{_ROOT}/{name}"), body, zipfile.ZIP_DEFLATED)

    def close(self) -> None:
        self._archive.close()


class _FolderSink:
    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True)

    def add(self, name: str, body: bytes) -> None:
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def close(self) -> None:
        """Nothing is kept open."""


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
