"""The launcher's `--executor_input` (and what KFP's executor prints of it): a step's input artifacts and where they lie."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Where the launcher mounts or copies what a URI means (KFP component/launcher_v2.go, LocalPathForURI).
_ROOTS = {"minio": "/minio/", "s3": "/s3/", "gs": "/gcs/"}
_URI = re.compile(r'"uri":\s*"((?:minio|s3|gs)://[^"]+)"')
_LOCAL = re.compile(r"/(?:minio|s3|gcs)/[^\s'\",:)\]]+")


@dataclass(frozen=True, slots=True)
class InputArtifact:
    """`name` is the input's, "" when only the URI is known; `path` is where the step's program finds it."""

    name: str
    uri: str
    path: str


def local_path(uri: str) -> str | None:
    """Where a step finds the object of a URI; None for schemes that are not copied (oci …)."""
    scheme, _, rest = uri.partition("://")
    return f"{_ROOTS[scheme]}{rest}" if scheme in _ROOTS else None


def input_artifacts(command: Sequence[str], printed: str = "") -> tuple[InputArtifact, ...]:
    """Of a step's main container's command; else from the (perhaps cut) JSON that its executor printed."""
    text = next((b for a, b in pairwise(command) if a == "--executor_input"), "")
    try:
        listed = json.loads(text)["inputs"]["artifacts"]
        found = [(name, a["uri"]) for name, held in listed.items() for a in held["artifacts"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        found = [("", uri) for uri in _URI.findall(printed or text.partition('"outputs"')[0])]
    return tuple(InputArtifact(name, uri, path) for name, uri in found if (path := local_path(uri)) is not None)


def local_paths(text: str) -> tuple[str, ...]:
    """Paths below the launcher's mounts that a text names, such as a FileNotFoundError's."""
    return tuple(_LOCAL.findall(text))


def executor_logs_uri(command: Sequence[str]) -> str | None:
    """Where the launcher uploads the step's own log (KFP ≥ 2.5), without the attempt's number that KFP ≥ 2.16.1 adds."""
    text = next((b for a, b in pairwise(command) if a == "--executor_input"), "")
    try:
        uri = json.loads(text)["outputs"]["artifacts"]["executor-logs"]["artifacts"][0]["uri"]
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return uri if isinstance(uri, str) else None
