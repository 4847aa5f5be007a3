"""The files of a bundle, whatever it is packed in: a folder, a tar or a zip archive. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from kfpops.errors import UsageError

# Unpacked, in memory. A recording of a busy cluster has some 70 MB; more than this is no recording, or a trap.
_LARGEST = 2 * 2**30
_GZIP = b"\x1f\x8b"
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)


class Contents(Protocol):
    """Names are relative paths with `/`. Safe for several threads."""

    def has(self, name: str) -> bool:
        """Whether there is such a file, or a file below such a folder."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None when there is none. Raises `UsageError` when they cannot be read."""
        ...

    def top(self) -> tuple[str, ...]:
        """The names of the folders at the top."""
        ...


class Folder:
    """A folder on disk. What lies outside of it cannot be read, also not through links or `..`."""

    def __init__(self, path: Path) -> None:
        self._root = path.resolve()

    def has(self, name: str) -> bool:
        return self._path(name) is not None

    def read(self, name: str) -> bytes | None:
        path = self._path(name)
        if path is None or not path.is_file():
            return None
        try:
            return path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from error

    def top(self) -> tuple[str, ...]:
        return tuple(sorted(p.name for p in self._root.iterdir() if p.is_dir()))

    def _path(self, name: str) -> Path | None:
        path = (self._root / name).resolve()
        return path if path.is_relative_to(self._root) and path.exists() else None


class Tar:
    """A tar archive, unpacked once in memory. Only plain files count: links and devices are passed over."""

    def __init__(self, packed: bytes, shown: str) -> None:
        self._body = _gunzip(packed, shown) if packed.startswith(_GZIP) else packed
        try:
            with tarfile.open(fileobj=io.BytesIO(self._body), mode="r:") as archive:
                found = [(m.name, m.offset_data, m.size) for m in archive if m.type in _PLAIN]
        except tarfile.TarError as error:
            raise _broken(shown, str(error)) from error
        self._places = {_normal(name): (start, size) for name, start, size in found}

    def has(self, name: str) -> bool:
        return _has(self._places, name)

    def read(self, name: str) -> bytes | None:
        place = self._places.get(name)
        return None if place is None else self._body[place[0] : place[0] + place[1]]

    def top(self) -> tuple[str, ...]:
        return _top(self._places)


class Zip:
    """A zip archive, read file by file."""

    def __init__(self, packed: bytes, shown: str) -> None:
        self._shown = shown
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(packed))
        except zipfile.BadZipFile as error:
            raise _broken(shown, str(error)) from error
        self._members = {_normal(m.filename): m for m in self._archive.infolist() if not m.is_dir()}

    def has(self, name: str) -> bool:
        return _has(self._members, name)

    def read(self, name: str) -> bytes | None:
        member = self._members.get(name)
        if member is None:
            return None
        if member.file_size > _LARGEST:
            raise _broken(self._shown, f"{name} is too large")
        try:
            return self._archive.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise _broken(self._shown, str(error)) from error

    def top(self) -> tuple[str, ...]:
        return _top(self._members)


def _gunzip(packed: bytes, shown: str) -> bytes:
    """All members of a gzip file. One call per member: no piece is copied twice."""
    pieces, total = [], 0
    try:
        while packed.startswith(_GZIP):
            member = zlib.decompressobj(wbits=31)
            pieces.append(member.decompress(packed, _LARGEST - total + 1))
            total += len(pieces[-1])
            if total > _LARGEST:
                raise _broken(shown, f"it unpacks to more than {_LARGEST >> 30} GiB")
            if not member.eof:
                raise _broken(shown, "it ends too early")
            packed = member.unused_data
    except zlib.error as error:
        raise _broken(shown, str(error)) from error
    return b"".join(pieces) if len(pieces) > 1 else pieces[0]


def _broken(shown: str, why: str) -> UsageError:
    return UsageError(f"The archive {shown} cannot be read: {why}.", "Was it copied completely?")


def _normal(name: str) -> str:
    """`./recording/a` → `recording/a`; a name that leads out of the archive stays one that nobody asks for."""
    return PurePosixPath(name).as_posix()


def _has(names: Mapping[str, object], name: str) -> bool:
    return name in names or any(n.startswith(name + "/") for n in names)


def _top(names: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted({n.partition("/")[0] for n in names if "/" in n}))
