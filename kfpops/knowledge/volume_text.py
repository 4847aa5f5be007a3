"""What scheduler, kubelet and controllers say about claims and volumes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfpops.model.pod import Pod

# kube-scheduler, plugins/volumebinding.
_ABSENT = re.compile(r'persistentvolumeclaim "([^"]+)" (?:not found|is being deleted)')
_LOST = re.compile(r'persistentvolumeclaim "([^"]+)" bound to non-existent persistentvolume "([^"]+)"')
_UNBOUND = "unbound immediate PersistentVolumeClaims"
# attach-detach controller; scheduler, plugins/volumerestrictions.
_IN_USE = re.compile(r'Multi-Attach error for volume "([^"]+)"')
_ONE_POD = "ReadWriteOncePod access mode already in-use by another pod"
_FAILED_FOR = re.compile(r'(?:failed|error) for volume "([^"]+)"')
_UNMOUNTED = re.compile(r"unmounted volumes=\[([^\]]*)\]")
# The C library's and Go's words for ENOSPC, with the path where Python and the core utilities (dd, cp, tar) add it.
_NO_SPACE = re.compile(r"(?i:no space left on device)(?:: '([^']+)')?|ENOSPC")
_WRITING = re.compile(
    r"\b(?:write|open|mkdir|create) (/[^\s:]+): no space left on device"
    r"|\b(?:writing(?: to)?|write|create|creating|copy|extend) ['‘\"](/[^'’\"]+)['’\"]: No space left on device"
)


def absent_claim(text: str) -> str | None:
    """The claim that a pod wants and that is not there."""
    found = _ABSENT.search(text)
    return found[1] if found else None


def lost_claim(text: str) -> tuple[str, str] | None:
    """(claim, volume) of a claim whose volume is gone."""
    found = _LOST.search(text)
    return (found[1], found[2]) if found else None


def says_unbound(text: str) -> bool:
    """The scheduler waits for a claim that should be bound before any pod uses it."""
    return _UNBOUND in text


def attach_conflict(text: str) -> str | None:
    """The volume that another node or pod holds; "" when the text does not name it, None when it says no such thing."""
    found = _IN_USE.search(text)
    return found[1] if found else ("" if _ONE_POD in text else None)


def failed_volume(text: str) -> str | None:
    """The volume that could not be mounted or attached."""
    if found := _FAILED_FOR.search(text):
        return found[1]
    found = _UNMOUNTED.search(text)
    return (found[1].replace(",", " ").split() or [None])[0] if found else None


def full_path(text: str) -> str | None:
    """The file that could not be written for lack of space; "" when it is not named, None when space was not the matter."""
    if found := _WRITING.search(text):
        return found[1] or found[2]
    found = _NO_SPACE.search(text)
    return (found[1] or "") if found else None


def claims_of(pod: Pod) -> tuple[str, ...]:
    """Names of the claims that a pod mounts."""
    return tuple(v.persistent_volume_claim.claim_name for v in pod.spec.volumes if v.persistent_volume_claim is not None)


def mount_of(mounts: Iterable[tuple[str, str]], path: str) -> tuple[str, str] | None:
    """Of (volume, mount path) the one that holds a file: the longest mount path above it."""
    above = [(v, p) for v, p in mounts if path == p or path.startswith(p.rstrip("/") + "/")]
    return max(above, key=lambda pair: len(pair[1]), default=None)
