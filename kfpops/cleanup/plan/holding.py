"""Who works with a plan's file right now: one who applies it holds it, and one who would replace it cannot meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from kfpops.errors import PlanRefused

_HELD = frozenset({errno.EWOULDBLOCK, errno.EACCES})
"""flock(2) says the first, NFS the second."""


@contextlib.contextmanager
def applied(plan: Path) -> Iterator[None]:
    """Until it ends, no other plan takes the place of this one. Raises `PlanRefused` when one is about to.

    Where the file system knows no locks, nothing is held. A plan that is not there is not complained of here.
    """
    with _locked(plan, exclusive=False) as file:
        if file is not None and not _is_at(file, plan):
            raise PlanRefused(f"{plan} was replaced by another plan at this moment.", "Look at it, then apply it.")
        yield


@contextlib.contextmanager
def replaced(plan: Path) -> Iterator[None]:
    """Until it ends, nobody begins to apply the plan that lies there. Raises `PlanRefused` while somebody applies it."""
    with _locked(plan, exclusive=True):
        yield


@contextlib.contextmanager
def _locked(plan: Path, *, exclusive: bool) -> Iterator[int | None]:
    """The open file; None when there is none. Locks end with their process, however it ends."""
    import fcntl

    try:
        # NFS gives exclusive locks to writers only.
        file = os.open(plan, (os.O_RDWR if exclusive else os.O_RDONLY) | os.O_CLOEXEC)
    except OSError:
        yield None
        return
    try:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            os.close(file)
            doing = (
                "is being applied, or replaced, right now" if exclusive else "is being replaced by another plan right now"
            )
            raise PlanRefused(f"{plan} {doing}.", "Wait until it has ended.") from None
    try:
        yield file
    finally:
        os.close(file)


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False
