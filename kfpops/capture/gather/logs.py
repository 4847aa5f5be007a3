"""The logs of pods, each line with the kubelet's time stamp, and an index of those that were and were not read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Item, Json, Part, field, items, text
from kfpops.capture.gather.live import gap_of
from kfpops.capture.scope import name_of, run_of
from kfpops.errors import BadAnswer, KfpopsError
from kfpops.ports import Raw

LONGEST = 192 * 1024
_LINES, _SYSTEM_LINES, _FEWER_LINES = 5000, 150, 100
_PARALLEL = 4
# Enough to see what is wrong; each costs the node's disk and the API server's time.
MOST_PODS = 200


@dataclass(frozen=True, slots=True)
class _Wanted:
    namespace: str
    pod: str
    container: str
    previous: bool
    lines: int

    @property
    def path(self) -> str:
        return f"logs/{self.namespace}/{self.pod}/{self.container}{'.previous' if self.previous else ''}.log"

    @property
    def row(self) -> dict[str, Json]:
        names: dict[str, Json] = {"namespace": self.namespace, "pod": self.pod, "container": self.container}
        return {**names, "previous": self.previous}


def read_logs(raw: Raw, own: Sequence[Item], system: Sequence[Item], say: Callable[[str], object]) -> Iterator[Part]:
    """Logs of the runs' pods, those that went wrong first, and the last lines of KFP's own."""
    chosen = sorted(own, key=_went_well)[:MOST_PODS]
    if len(own) > len(chosen):
        yield Gap("logs", f"only {MOST_PODS} of {len(own)} pods were read, those that went wrong first")
    jobs = [w for p in chosen for w in _containers(p, _LINES)] + [w for p in system for w in _containers(p, _SYSTEM_LINES)]
    rows: list[dict[str, Json]] = []
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="capture") as pool:
        for number, (job, found) in enumerate(zip(jobs, pool.map(lambda job: _read(raw, job), jobs)), start=1):
            say(f"logs {number} of {len(jobs)}")
            if isinstance(found, bytes):
                cut = len(found) > LONGEST
                body = found[-LONGEST:].partition(b"\n")[2] if cut else found
                yield Entry(job.path, body, "pod log with time stamps", cut=cut)
                rows.append({"path": job.path, **job.row, "bytes": len(body), "cut": cut})
            else:
                rows.append({"path": None, **job.row, "error": gap_of("", found).why})
    index = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    yield Entry("logs/index.jsonl", index, "which logs were read", len(rows))


def is_system(pod: Item, kfp_namespace: str) -> bool:
    """Whether a pod is one of KFP's own programs."""
    return not run_of(pod) and name_of(pod)[0] == kfp_namespace


def _went_well(pod: Item) -> tuple[int, str]:
    phase = text(pod, "status", "phase")
    return ("Failed", "Pending", "Unknown", "Running", "Succeeded").index(phase) if phase in _PHASES else 2, name_of(pod)[1]


_PHASES = frozenset({"Failed", "Pending", "Unknown", "Running", "Succeeded"})


def _containers(pod: Item, lines: int) -> Iterator[_Wanted]:
    """The containers that ran at all; those that were restarted have an earlier log too."""
    namespace, name = name_of(pod)
    for status in (*items(pod, "status", "initContainerStatuses"), *items(pod, "status", "containerStatuses")):
        restarted = bool(field(status, "restartCount"))
        if text(status, "containerID") or restarted:
            yield _Wanted(namespace, name, text(status, "name"), False, lines)
        if restarted:
            yield _Wanted(namespace, name, text(status, "name"), True, lines)


def _read(raw: Raw, job: _Wanted) -> bytes | KfpopsError:
    try:
        return _asked(raw, job, job.lines)
    except BadAnswer as error:
        # Lines of megabytes: fewer of them. A container that never began declines those too.
        try:
            return _asked(raw, job, _FEWER_LINES)
        except KfpopsError:
            return error
    except KfpopsError as error:
        return error


def _asked(raw: Raw, job: _Wanted, lines: int) -> bytes:
    query = {
        "container": job.container,
        "timestamps": "true",
        "tailLines": str(lines),
        "previous": str(job.previous).lower(),
    }
    return raw.raw(f"/api/v1/namespaces/{quote(job.namespace)}/pods/{quote(job.pod)}/log?{urlencode(query)}")
