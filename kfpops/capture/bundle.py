"""A bundle that is open: its table of contents, its files, and what it says could not be read when it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kfpops.capture.contents import Contents
from kfpops.errors import BadAnswer, NotFound, UsageError

SCHEMA = "kfpops/recording/v1"
TABLE = "recording.json"


class Gap(msgspec.Struct, frozen=True):
    """`source` is the API path (or the name of a source) that was asked; `why` what it said."""

    source: str = ""
    why: str = ""

    @property
    def is_forbidden(self) -> bool:
        """Whether a right was missing, rather than the thing itself."""
        return self.why.startswith(("401", "403", "Not allowed")) or "forbidden" in self.why.lower()

    def sentence(self, what: str) -> str:
        """The gap as an error's message."""
        return f"{what} could not be read when the bundle was made: {self.why}"


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """`namespaces`: the only ones a list was read in; empty means all. `cut`: the beginning of a log was left out."""

    path: str
    source: str = ""
    bytes: int = 0
    items: int | None = None
    cut: bool = False
    namespaces: tuple[str, ...] = ()


class Scope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Either everything, or what belongs to these runs and what surrounds them."""

    runs: tuple[str, ...] = ()
    everything: bool = False


class Recording(msgspec.Struct, frozen=True):
    """The content of recording.json."""

    schema: str
    ended_at: datetime
    began_at: datetime | None = None
    kfp_namespace: str = "kubeflow"
    namespace: str = ""
    scope: Scope = Scope()
    left_out: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    gaps: tuple[Gap, ...] = ()


class _Any(msgspec.Struct, frozen=True):
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`name` is how the user called it; `root` is the folder inside that holds recording.json ("" or "recording/")."""

    name: str
    recording: Recording
    contents: Contents
    root: str = ""

    def exists(self, path: str) -> bool:
        """Whether the bundle has this file, or anything below this folder."""
        return self.contents.has(self.root + path)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `NotFound` when the bundle has none of that name."""
        body = self.contents.read(self.root + path)
        if body is None:
            raise NotFound(f"The bundle holds no {path}.")
        return body

    def lines(self, path: str, kind: type[msgspec.Struct]) -> Sequence[msgspec.Struct]:
        """The rows of a .jsonl file. Raises `NotFound`, or `BadAnswer` when a row is no JSON."""
        try:
            return msgspec.json.Decoder(kind).decode_lines(self.read(path))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self.corrupt(path, error) from error

    def gap(self, *sources: str) -> Gap | None:
        """The first of these sources (API paths without query) that could not be read when the bundle was made."""
        return next((g for g in self.recording.gaps if g.source.partition("?")[0] in sources), None)

    def file(self, path: str) -> File | None:
        """What recording.json says of a file; None when it does not list it."""
        return next((f for f in self.recording.files if f.path == path), None)

    def corrupt(self, path: str, error: Exception) -> BadAnswer:
        """The error for a file that is not what it should be."""
        return BadAnswer(f"{path} in the bundle {self.name} cannot be read: {error}.", "Was the bundle changed by hand?")


def read_bundle(contents: Contents, name: str) -> Bundle:
    """Find and read recording.json. Raises `UsageError` when this is no bundle, or one of a later version."""
    roots = ("", "recording/", *(f"{folder}/" for folder in contents.top() if folder != "recording"))
    for root in roots:
        body = contents.read(root + TABLE)
        if body is not None:
            return Bundle(name, _recording(body, name), contents, root)
    raise UsageError(
        f"{name} is no bundle: it holds no {TABLE}.",
        "Give --from what `kfpops capture` wrote: a folder, a .tar.gz or a .zip.",
    )


def _recording(body: bytes, name: str) -> Recording:
    try:
        schema = msgspec.json.decode(body, type=_Any).schema
        if schema != SCHEMA:
            raise UsageError(
                f'{name} is no bundle that this kfpops can read: its schema is "{schema}", not "{SCHEMA}".',
                "A newer kfpops may have made it." if schema.startswith("kfpops/recording/") else "",
            )
        return msgspec.json.decode(body, type=Recording)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{TABLE} in {name} cannot be read: {error}.", "Was the bundle changed by hand?") from error
