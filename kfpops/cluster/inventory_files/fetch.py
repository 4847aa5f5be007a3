"""The manifest and the files of an inventory, from a bucket or from a folder, each as its checksum says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, runtime_checkable

from kfpops.errors import BadAnswer, NotFound, UsageError
from kfpops.knowledge.s3_inventory import ListFile, Manifest, parse_manifest

_NAME, _CHECKSUM = "manifest.json", "manifest.checksum"
_CHUNK = 1 << 20


@runtime_checkable
class Downloads(Protocol):
    """An object store whose objects can be written to files."""

    def download(self, uri: str, to: Path) -> None:
        """Raises `NotFound` when there is no such object."""
        ...


class Files:
    """The files of one inventory. `uri`: its manifest, `s3://bucket/…/manifest.json` or a path. `store` None: only paths."""

    def __init__(self, uri: str, store: Downloads | None, folder: Path) -> None:
        if not uri.endswith(f"/{_NAME}") and uri != _NAME:
            raise UsageError(f"{uri} is no manifest of an S3 Inventory.", f"Name the {_NAME} of one inventory.")
        self._folder = folder
        self._local = Path(uri.removeprefix("file://")) if "://" not in uri or uri.startswith("file://") else None
        if self._local is None and store is None:
            raise UsageError(f"There is no object store here to read {uri} from.", "Fetch the inventory, and name its path.")
        self._uri, self._store = uri, store
        self.manifest: Manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        with TemporaryDirectory(dir=self._folder) as scratch:
            body, checksum = (self._small(name, Path(scratch)) for name in (_NAME, _CHECKSUM))
        if body is None:
            raise NotFound(f"There is no manifest {self._uri}.", "Is the inventory of this day there, and its path right?")
        return parse_manifest(body, checksum, self._uri)

    def _small(self, name: str, scratch: Path) -> bytes | None:
        if self._local is not None:
            path = self._local.with_name(name)
            return path.read_bytes() if path.is_file() else None
        assert self._store is not None
        try:
            self._store.download(self._uri.removesuffix(_NAME) + name, scratch / name)
        except NotFound:
            return None
        return (scratch / name).read_bytes()

    @contextmanager
    def here(self, file: ListFile) -> Iterator[Path]:
        """The file as one that DuckDB can read; what was fetched is removed afterwards. Raises `BadAnswer` if it differs."""
        if self._local is not None:
            path = self._found(self._local, file)
            _check(path, file)
            yield path
            return
        assert self._store is not None
        path = self._folder / f"fetched-{Path(file.key).name}"
        try:
            # The bucket is that of the manifest: an inventory that was copied elsewhere keeps its keys.
            scheme, _, rest = self._uri.partition("://")
            self._store.download(f"{scheme}://{rest.partition('/')[0]}/{file.key}", path)
            _check(path, file)
            yield path
        finally:
            path.unlink(missing_ok=True)

    @staticmethod
    def _found(manifest: Path, file: ListFile) -> Path:
        """In a copy of the bucket, however much of the keys' beginning was left out when it was made."""
        parts = Path(file.key).parts
        tails = [Path(*parts[at:]) for at in range(len(parts))]
        for folder in manifest.absolute().parents:
            for tail in tails:
                if (folder / tail).is_file():
                    return folder / tail
        raise NotFound(f"There is no file {file.key} around {manifest}.", "Fetch the inventory's folder data, too.")


def _check(path: Path, file: ListFile) -> None:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    size = path.stat().st_size
    if size != file.size or digest.hexdigest() != file.md5:
        raise BadAnswer(
            f"{file.key} of the inventory is not what its manifest says ({size:,} bytes instead of {file.size:,}, "
            f"MD5 {digest.hexdigest()} instead of {file.md5}).",
            "Fetch it again, or take another inventory.",
        )
