"""Why an image could not be pulled: the texts of kubelet, containerd, CRI-O, Docker and of registries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

PullProblem: TypeAlias = Literal[
    "not-found", "unauthorized", "rate-limited", "invalid-name", "registry-unreachable", "wrong-architecture", "certificate",
    "not-on-node", "node-disk-full",
]  # fmt: skip

# Waiting reasons of containers (kubelet pkg/kubelet/images/types.go, cri-api errors) that speak of the image.
PULL_REASONS = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable",
     "SignatureValidationFailed"}
)  # fmt: skip

# In this order: a registry that is not reached also says "failed to authorize", a missing platform also "not found".
_GRAMMAR: tuple[tuple[PullProblem, re.Pattern[str]], ...] = (
    ("invalid-name", re.compile(r"InvalidImageName|couldn't parse image (?:name|reference)|invalid reference format")),
    ("not-on-node", re.compile(r"ErrImageNeverPull|not present with pull policy of Never")),
    ("node-disk-full", re.compile(r"no space left on device")),
    (
        "wrong-architecture",
        re.compile(r"no match for platform in manifest|no matching manifest for|no image found in .* for arch"),
    ),
    (
        "rate-limited",
        re.compile(r"toomanyrequests|429 Too Many Requests|pull rate limit|rate limit exceeded", re.IGNORECASE),
    ),
    (
        "certificate",
        re.compile(
            r"x509: |certificate (?:signed by unknown|has expired|is not trusted)|server gave HTTP response to HTTPS|tls: "
        ),
    ),
    (
        "registry-unreachable",
        re.compile(
            r"no such host|i/o timeout|connection refused|connection reset|TLS handshake timeout|no route to host"
            r"|RegistryUnavailable|network is unreachable|context deadline exceeded|Client\.Timeout|server misbehaving"
            r"|unexpected EOF|: EOF$"
            r"|(?:status|code)[^\n]{0,80}?\b5\d\d (?:Internal|Bad|Service|Gateway)"
        ),
    ),
    (
        "unauthorized",
        re.compile(
            r"\b401\b|\b403\b|no basic auth credentials|insufficient_scope|pull access denied|authentication required"
            r"|authorization failed|failed to authorize|unauthorized|requested access to the resource is denied|: denied",
            re.IGNORECASE,
        ),
    ),
    ("not-found", re.compile(r"not found|manifest unknown|name unknown|does not exist|\b404\b", re.IGNORECASE)),
)
# Names and addresses, whose numbers and words are no part of the answer.
_NAMES = re.compile(r'"[^"]*"|https?://\S+|\[manifests [^\]]*\]')
_URL_HOST = re.compile(r'(?:Head|Get|Post|HEAD request to|GET request to) "?https?://([^/"\s]+)')
_LOOKUP = re.compile(r"lookup (\S+?)(?: on \S+)?: ")
_PULLING_FROM = re.compile(r"pulling from host (\S+) failed")
_IMAGE = re.compile(r'[Ii]mage(?: tag| name)? "([^"]+)"')


@dataclass(frozen=True, slots=True)
class PullError:
    """`host` is the registry that was asked, with its port where the text or the image names one."""

    problem: PullProblem
    host: str
    image: str


def parse_pull_error(text: str, image: str = "") -> PullError | None:
    """None when the text gives no reason (a bare `Back-off pulling image`). `image`: as the container names it, if known."""
    bare = _NAMES.sub("", text.replace(image, "") if image else text)
    problem = next((name for name, pattern in _GRAMMAR if pattern.search(bare)), None)
    if problem is None:
        return None
    found = _IMAGE.search(text)
    image = image or (found[1] if found else "")
    asked = _URL_HOST.search(text) or _PULLING_FROM.search(text) or _LOOKUP.search(text)
    return PullError(problem, asked[1] if asked else registry_of(image), image)


def registry_of(image: str) -> str:
    """The registry's host of an image reference: "docker.io" where none is named (distribution/reference)."""
    first, slash, _ = image.partition("/")
    named = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return first if named else "docker.io"


def tag_of(image: str) -> str:
    """The tag or digest of an image reference; "latest" when it has none."""
    if "@" in image:
        return image.partition("@")[2]
    return image.rpartition("/")[2].partition(":")[2] or "latest"


def lower_cased(image: str) -> str:
    """The reference with a repository that registries accept; the tag keeps its case."""
    name, colon, tag = image.rpartition("/")[2].partition(":")
    path = image.rpartition("/")[0]
    return "/".join(p for p in (path.lower(), name.lower() + colon + tag) if p)
