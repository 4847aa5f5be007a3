"""What KFP's driver and launcher, and Argo's executor beside them, say when they fail (KFP backend/src/v2, Argo 3.4–4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from kfpops.knowledge.quantity import parse_quantity

Service: TypeAlias = Literal["metadata", "api", "store"]
Trouble: TypeAlias = Literal[
    "input-unresolved", "driver-failed", "launcher-failed", "metadata-unreachable", "api-unreachable", "store-unreachable",
    "store-denied", "bucket-missing", "artifact-missing", "output-missing",
]  # fmt: skip

# The launcher's and the driver's last words; an exit status or a signal in them is the user's program, not KFP.
_FRAME = re.compile(
    r"(?P<who>KFP driver: |failed to execute (?:importer )?component: |Component failed to execute successfully: )"
    r"(?:driver\.\w+\(.*?\) failed: )?(?P<text>.*)",
    re.DOTALL,
)
_USERS_OWN = re.compile(r"(?:exit status \d+|signal: [a-z ]+)(?: \(core dumped\))?\s*$")
_METADATA = re.compile(
    r"Failed (?:Put|Get)|ByTypeAndName|NewMlmdClient|ML Metadata|MLMD|mlmd|metadata-grpc"
    r"|(?:Put|Get)(?:Context|Execution|Artifact|Event)"
)
_API = re.compile(r"failed to create task|cache server|:8887\b|ListTasks|TaskService|KFP API|\bml-pipeline\b")
_STORE = re.compile(
    r"failed to (?:put|get|list|delete) (?:file|object|artifact)|remote storage|[Bb]ucket|operation error S3|blob \("
    r"|uploadFile|output artifact|input artifact|object store"
)
_UNREACHABLE = re.compile(
    r"connection refused|connection reset|no such host|i/o timeout|no route to host|network is unreachable"
    r"|TLS handshake timeout|code = Unavailable|code = DeadlineExceeded|context deadline exceeded|no children to pick from"
    r"|server misbehaving|unexpected EOF|: EOF$|50[234] (?:Bad|Service|Gateway)|RBAC: access denied"
)
_DENIED = re.compile(
    r"Access ?Denied|InvalidAccessKeyId|SignatureDoesNotMatch|StatusCode: 40[13]|40[13] Forbidden|403 Forbidden|ExpiredToken"
    r"|failed to get Bucket credentials|credential secret has no value|PermissionDenied|does not have storage\.\w+"
    # Argo's client of the store (minio-go) prints the store's sentence without its code.
    r"|signature we calculated does not match|[Aa]ccess [Kk]ey (?:Id|ID) you provided does not exist"
    r"|provided token (?:has expired|is (?:malformed|invalid))"
)
_NO_BUCKET = re.compile(r"NoSuchBucket|bucket (?:does not|doesn't) exist|failed to list objects.*code=NotFound", re.DOTALL)
_NO_OBJECT = re.compile(r"NoSuchKey|code=NotFound|StatusCode: 404|object doesn't exist|no such object|key does not exist")
_UNRESOLVED = re.compile(
    r"failed to resolve|resolving input|cannot find producer task|cannot resolve|failed to find (?:input|upstream)"
    r"|(?:parameter|artifact) .{0,120}not found in"
)
_OUTPUT = re.compile(r'failed to read output parameter name="([^"]+)"|failed to upload output artifact "([^"]+)"')
_NO_FILE = re.compile(r"no such file or directory|file does not exist")
_URI = re.compile(r"\b(?:minio|s3|gs)://[^\s\"',]+")
_URL = re.compile(r"https?://([^/\s\"]+)/?([^/?\s\"]*)")
_LOOKUP = re.compile(r"lookup ([\w.-]+)")
_DIAL = re.compile(r"dial tcp ([\w.:\[\]-]+:\d+)")


@dataclass(frozen=True, slots=True)
class KfpError:
    """`text` is the error without its frame; `host` with its port, as named or dialled; what is not told is None."""

    trouble: Trouble
    text: str
    service: Service | None = None
    host: str | None = None
    uri: str | None = None
    bucket: str | None = None
    output: str | None = None


@lru_cache(maxsize=4096)
def parse_kfp_error(message: str) -> KfpError | None:
    """The error of a driver's or launcher's line, or of Argo's `wait` and `init`; None when it is none of theirs."""
    frame = _FRAME.search(message)
    text = frame["text"] if frame else message
    if _USERS_OWN.search(text):
        return None
    trouble, service = _trouble(text, frame["who"] if frame else "")
    if trouble is None:
        return None
    uri = _URI.search(text)
    url = _URL.search(text)
    host = (url and url[1]) or ((found := _LOOKUP.search(text) or _DIAL.search(text)) and found[1]) or None
    bucket = uri[0].partition("://")[2].partition("/")[0] if uri else (url[2] if url and service == "store" else None)
    output = _OUTPUT.search(text)
    name = (output[1] or output[2]) if output else None
    return KfpError(trouble, text, service, host, uri[0] if uri else None, bucket or None, name)


def _trouble(text: str, who: str) -> tuple[Trouble | None, Service | None]:
    service = _service(text)
    if service == "store":
        store = _of_store(text)
        if store is not None:
            return store, service
    elif service is not None and _UNREACHABLE.search(text):
        return ("metadata-unreachable" if service == "metadata" else "api-unreachable"), service
    if _OUTPUT.search(text) and _NO_FILE.search(text):
        return "output-missing", None
    if not who:
        return None, service
    if who.startswith("KFP driver"):
        return ("input-unresolved" if _UNRESOLVED.search(text) else "driver-failed"), service
    return "launcher-failed", service


def _service(text: str) -> Service | None:
    """Whom the error is about: the store before the others, because its errors are the most wrapped."""
    if _STORE.search(text):
        return "store"
    # The cache is asked with words of ML Metadata, but it is the API server that answers.
    if ":8887" in text:
        return "api"
    if _METADATA.search(text):
        return "metadata"
    return "api" if _API.search(text) else None


def _of_store(text: str) -> Trouble | None:
    if _NO_BUCKET.search(text):
        return "bucket-missing"
    if _DENIED.search(text):
        return "store-denied"
    if _UNREACHABLE.search(text):
        return "store-unreachable"
    return "artifact-missing" if _NO_OBJECT.search(text) and "input artifact" in text else None


_RESOURCE = re.compile(
    r'"(?:resource)?((?:Memory|Cpu|memory|cpu)(?:Limit|Request)|(?:accelerator|Accelerator)?Count)":\s*"([^"]+)"'
)
_TEMPLATE = re.compile(r"\{\{\$\.inputs\.parameters\[\\?['\"]([^'\"\\]+)\\?['\"]\]\}\}")


@dataclass(frozen=True, slots=True)
class BadQuantity:
    """A resource setting whose value Kubernetes cannot read; `parameter` is where it came from, None: written so."""

    resource: str
    value: str
    parameter: str | None


def bad_quantity(lines: Iterable[str]) -> BadQuantity | None:
    """The setting that is no quantity, from the driver's own print of the container's spec and of its input."""
    text = "\n".join(lines)
    for found in _RESOURCE.finditer(text):
        resource = "memory" if "emory" in found[1] else "cpu" if "pu" in found[1] else "accelerator"
        template = _TEMPLATE.fullmatch(found[2])
        value = _value(text, template[1]) if template else found[2]
        if value is not None and parse_quantity(value) is None:
            return BadQuantity(resource, value, template[1].removeprefix("pipelinechannel--") if template else None)
    return None


def _value(text: str, parameter: str) -> str | None:
    _, _, given = text.partition('"parameterValues"')
    found = re.search(rf'"{re.escape(parameter)}":\s*"([^"]*)"', given)
    return found[1] if found else None
