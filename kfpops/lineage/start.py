"""What the user typed to start from → a value: an id, a URI, an output of a run's task, or a whole run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from kfpops.errors import UsageError
from kfpops.lineage.graph import ARTIFACT, EXECUTION

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# ML Metadata's ids are int64.
_LARGEST: Final = 2**63 - 1
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://.", re.IGNORECASE | re.DOTALL)
_FORMS: Final = (
    "Give an id (7, artifact:7, execution:12), a URI or its beginning (minio://mlpipeline/v2/…), or RUN/TASK/OUTPUT "
    "(nightly/train/model)."
)


@dataclass(frozen=True, slots=True)
class ArtifactId:
    """An artifact by the back end's id: a number in ML Metadata, a UUID in KFP's own API."""

    id: str


@dataclass(frozen=True, slots=True)
class ExecutionId:
    """An execution by the back end's id."""

    id: str


@dataclass(frozen=True, slots=True)
class Uri:
    """Every artifact with this URI; when there is none, every one whose URI begins so."""

    uri: str


@dataclass(frozen=True, slots=True)
class Output:
    """One reading of RUN/TASK/OUTPUT. `task` may be a path (`for-loop-2[3]/train`) or its last part."""

    run: str
    task: str
    output: str


@dataclass(frozen=True, slots=True)
class RunOutput:
    """RUN/TASK/OUTPUT as it was typed; names of runs and paths of tasks may hold slashes."""

    text: str

    def readings(self) -> Iterator[Output]:
        """Where the run may end and the task begin; the shortest run first, since few runs have a slash in their name."""
        *parts, output = self.text.split("/")
        for end in range(1, len(parts)):
            yield Output("/".join(parts[:end]), "/".join(parts[end:]), output)


@dataclass(frozen=True, slots=True)
class WholeRun:
    """All executions of a run: its id, the beginning of its id, or its name."""

    run: str


Start: TypeAlias = ArtifactId | ExecutionId | Uri | RunOutput | WholeRun


def parse_start(text: str) -> ArtifactId | ExecutionId | Uri | RunOutput:
    """Raises `UsageError` for what can be none of them. Whole runs are asked for by their own command."""
    text = text.strip()
    if not text:
        raise UsageError("Nothing to start from was given.", _FORMS)
    if "://" in text:
        return _uri(text)
    kind, colon, rest = text.partition(":")
    if colon and kind in (ARTIFACT, EXECUTION) and "/" not in rest:
        return ArtifactId(_id(rest, text)) if kind == ARTIFACT else ExecutionId(_id(rest, text))
    if is_uuid(text) or _is_number(text.lstrip("-")):
        return ArtifactId(_id(text, text))
    if "/" in text:
        return _run_output(text)
    raise UsageError(f'"{text}" names no artifact and no execution.', _FORMS)


def parse_run(text: str) -> WholeRun:
    """Raises `UsageError` for an empty text."""
    text = text.strip()
    if not text:
        raise UsageError("No run was given.", "Give its id, the beginning of its id, or its name.")
    return WholeRun(text)


def is_uuid(text: str) -> bool:
    """Whether this is a whole run id, or an id of KFP's own API."""
    return _UUID.fullmatch(text) is not None


def place_in_bucket(uri: str) -> str:
    """A URI without the slashes at its end."""
    return uri.rstrip("/")


def _uri(text: str) -> Uri:
    if not _SCHEME.match(text) or not text.partition("://")[2].strip("/"):
        raise UsageError(f'"{text}" is no URI.', "A URI has a scheme and a bucket: minio://mlpipeline/v2/artifacts/…")
    return Uri(text)


def _id(text: str, typed: str) -> str:
    """Numbers without leading zeros, UUIDs in lower case: as the back ends write them."""
    if is_uuid(text):
        return text.lower()
    if not _is_number(text) or not 0 < int(text) <= _LARGEST:
        raise UsageError(f'"{typed}" holds no id.', "Ids are whole numbers from 1 on, or UUIDs in KFP's own API.")
    return str(int(text))


def _is_number(text: str) -> bool:
    # int() refuses texts of thousands of digits.
    return text.isascii() and text.isdecimal() and len(text) < 100


def _run_output(text: str) -> RunOutput:
    parts = text.split("/")
    if len(parts) < 3:
        raise UsageError(f'"{text}" lacks a part of RUN/TASK/OUTPUT.', f"`kfpops lineage run` takes a whole run. {_FORMS}")
    if not all(part.strip() for part in parts):
        raise UsageError(f'"{text}" has an empty part between its slashes.', _FORMS)
    return RunOutput(text)
