"""The ports that change something, of one cluster: what of them there is, and which lock keeps others out."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Callable, Mapping
from uuid import uuid4

from kfpops.cluster.file_lock import FileLock, lock_path
from kfpops.cluster.http import Http
from kfpops.cluster.kfp_changes import KfpChanges
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.lease import LeaseLock
from kfpops.cluster.lineage_choice import LineageChoice
from kfpops.cluster.refusals import NoSuchPath
from kfpops.errors import Busy, Forbidden, NotFound
from kfpops.ports import BucketChanges, Changes, LineageChanges

Say = Callable[[str], None]


class EitherLock:
    """`kfpops.ports.Lock`: the Lease where the cluster allows it, else the lock file. `say` is told which, and why."""

    def __init__(self, lease: LeaseLock, file: FileLock, say: Say) -> None:
        self._lease, self._file, self._say = lease, file, say
        lease.say = say
        self._held: LeaseLock | FileLock | None = None

    @property
    def told(self) -> str:
        return self._held.told if self._held else ""

    def acquire(self) -> int:
        try:
            generation = self._lease.acquire()
            self._held = self._lease
        except (Forbidden, NotFound, NoSuchPath) as error:
            generation = self._file.acquire()
            self._held = self._file
            self._say(f"No Lease can be held ({error.message.rstrip('.')}), so this holds {self._held.told}.")
        return generation

    def renew(self) -> None:
        if self._held is None:
            raise Busy("No lock is held.")
        self._held.renew()

    def release(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.release()


def changes_of(
    http: Http,
    route: KfpRoute,
    lineage: LineageChoice,
    bucket: Callable[[str], BucketChanges],
    home: Callable[[], str],
    say: Say,
) -> Changes:
    """`http`: the API server. Chooses the lineage store, if nobody has yet. `home`: KFP's namespace, where the Lease is."""
    holder = holder_name(os.environ)

    def lock(uri: str) -> EitherLock:
        name = uri.partition("://")[2].partition("/")[0] or uri
        return EitherLock(LeaseLock(http, home(), name, holder), FileLock(lock_path(name, os.environ), holder), say)

    return Changes(bucket, KfpChanges(route), lineage_changes(lineage), lock)


def lineage_changes(choice: LineageChoice) -> LineageChanges | None:
    """None where the back end cannot be written to: a database, or KFP's own API, which has no states of artifacts."""
    from kfpops.cluster.mlmd.changes import MlmdChanges
    from kfpops.cluster.mlmd.store import MlmdRpc

    found = choice.chosen()
    return MlmdChanges(found.transport) if isinstance(found, MlmdRpc) else None


def holder_name(environ: Mapping[str, str]) -> str:
    """Who holds a lock, for people, and unlike that of every other process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = environ.get("USER", "somebody")
    return f"{user}@{socket.gethostname()} (process {os.getpid()}, {uuid4().hex[:8]})"
