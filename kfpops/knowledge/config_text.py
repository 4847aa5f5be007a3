"""Why a container could not be made or started: references that lead nowhere, users, commands (kubelet, runc, shells)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Holder: TypeAlias = Literal["Secret", "ConfigMap"]

# kubelet: kubelet_pods.go (environment), volume plugins (mounts).
_ABSENT = re.compile(r'\b(secret|configmap)s? "([^"]+)" not found', re.IGNORECASE)
_NO_KEY = re.compile(r"couldn't find key (\S+) in (ConfigMap|Secret) (?:([^/\s]+)/)?(\S+)")
_NO_KEY_IN_VOLUME = re.compile(r'failed for volume "([^"]+)" : references non-existent (secret|config) key: (\S+)')
_MOUNT = re.compile(r'failed for volume "([^"]+)"')
# kubelet: security_context.go; kubelet_pods.go; API validation of volume mounts.
_AS_ROOT = re.compile(r"runAsNonRoot and image (?:will run as root|has non-numeric user \(([^)]*)\))")
_NO_VOLUME = re.compile(r'cannot find volume "([^"]+)" to mount|volumeMounts\[\d+\]\.name: Not found: "([^"]+)"')
# runc and Go's os/exec; dash, bash, busybox. The launcher quotes the first form.
_EXEC = re.compile(
    r'(?:exec|fork/exec):? "?([^\s":]+)"?: (?:stat [^\s:]+: )?'
    r"(executable file not found|no such file or directory|permission denied|is a directory)",
    re.IGNORECASE,
)
_SHELL = re.compile(
    r"^[\w./-]+: (?:line )?(?:\d+: )?([^\s:]+): "
    r"(command not found|not found|No such file or directory|Permission denied|cannot execute)"
)


@dataclass(frozen=True, slots=True)
class MissingReference:
    """A Secret or ConfigMap that is absent, or the key that it lacks. `volume`: the volume that wants it, when one does.

    `name` is "" where the text names only the volume.
    """

    holder: Holder
    name: str
    key: str | None = None
    volume: str | None = None


def parse_missing(text: str) -> MissingReference | None:
    """What the kubelet looked for in vain; None when the text speaks of something else."""
    if found := _NO_KEY.search(text):
        return MissingReference("Secret" if found[2] == "Secret" else "ConfigMap", found[4].rstrip(".,"), found[1])
    if found := _NO_KEY_IN_VOLUME.search(text):
        return MissingReference("Secret" if found[2] == "secret" else "ConfigMap", "", found[3], found[1])
    if found := _ABSENT.search(text):
        volume = _MOUNT.search(text)
        holder: Holder = "Secret" if found[1].lower() == "secret" else "ConfigMap"
        return MissingReference(holder, found[2], volume=volume[1] if volume else None)
    return None


def near_name(wanted: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: the same but for case, dashes, dots or underscores, or else nearly so spelled."""
    there = sorted(names)
    plain = _plain(wanted)
    alike = next((n for n in there if _plain(n) == plain), None)
    return alike or next(iter(difflib.get_close_matches(wanted, there, n=1, cutoff=0.75)), None)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]", "", name).lower()


def parse_as_root(text: str) -> str | None:
    """The user of an image that may not run as root: its name, "root" when it is, None when the text says no such thing."""
    found = _AS_ROOT.search(text)
    return (found[1] or "root") if found else None


def parse_missing_volume(text: str) -> str | None:
    """The volume that a container mounts and the pod does not define."""
    found = _NO_VOLUME.search(text)
    return (found[1] or found[2]) if found else None


@dataclass(frozen=True, slots=True)
class MissingCommand:
    """`allowed` False: it is there and may not be executed."""

    command: str
    allowed: bool = True


def parse_missing_command(text: str) -> MissingCommand | None:
    """The program that could not be started, as the runtime, the launcher or a shell says it."""
    found = _EXEC.search(text) or _SHELL.search(text)
    if found is None:
        return None
    return MissingCommand(found[1], allowed="ermission" not in found[2] and found[2] != "cannot execute")
