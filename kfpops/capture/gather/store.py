"""What the object store has of the runs: the last bytes of their logs, and whether their artifacts are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Json, Part
from kfpops.capture.gather.live import gap_of
from kfpops.capture.lineage import ARTIFACTS
from kfpops.capture.store import ASKED, BYTES, OBJECTS, bucket_and_key
from kfpops.errors import KfpopsError, NotFound, Unreachable
from kfpops.ports import Store

LARGEST = 48 * 1024
_MOST = 100
_MOST_ARTIFACTS = 200
# The output `executor-logs` of a step (kubeflow/pipelines v2/component/launcher_v2.go); retries add a number.
_EXECUTOR_LOGS = re.compile(rb"(?:minio|s3|gs)://[\w.-]{1,255}/[\w./=+ -]{1,900}/executor-logs(?:-\d{1,3})?")


def executor_log_uris(bodies: Iterable[bytes], runs: Iterable[str]) -> tuple[str, ...]:
    """The URIs of executor logs that these texts name and that belong to the runs, each once."""
    wanted = tuple(runs)
    found = (m.group().decode() for body in bodies for m in _EXECUTOR_LOGS.finditer(body))
    return tuple(dict.fromkeys(uri for uri in found if any(run in uri for run in wanted)))


def artifact_uris(parts: Iterable[Part]) -> tuple[str, ...]:
    """The URIs of the artifacts in a bundle's lineage, each once."""
    lines = (line for p in parts if isinstance(p, Entry) and p.path == ARTIFACTS for line in p.body.splitlines())
    return tuple(dict.fromkeys(uri for line in lines if (uri := msgspec.json.decode(line, type=_Located).uri)))


class _Located(msgspec.Struct, frozen=True):
    uri: str = ""


def read_store(store: Store, logs: Iterable[str], artifacts: Sequence[str] = ()) -> Iterator[Part]:
    """The last bytes of these logs, and whether these artifacts are there. The first error of the store as such ends it."""
    found = _Found()
    yield from _read_logs(store, list(logs)[:_MOST], found)
    if not found.broken:
        yield from _ask_about(store, [uri for uri in artifacts if bucket_and_key(uri)[1]], found)
    yield Entry(OBJECTS, _lines(found.objects), "logs and artifacts that are there", len(found.objects))
    yield Entry(BYTES, _lines(found.rows), f"the last {LARGEST} bytes of executor logs", len(found.rows))
    yield Entry(ASKED, _lines(found.asked), "HeadObject, ListObjectsV2", len(found.asked))


@dataclass
class _Found:
    """Rows of the files, filled one by one. `broken`: the store does not answer, so nothing more is asked."""

    objects: list[dict[str, Json]] = field(default_factory=list)
    rows: list[dict[str, Json]] = field(default_factory=list)
    asked: list[dict[str, Json]] = field(default_factory=list)
    broken: bool = False


def _read_logs(store: Store, uris: Sequence[str], found: _Found) -> Iterator[Part]:
    for number, uri in enumerate(uris):
        bucket, key = bucket_and_key(uri)
        try:
            body = store.tail(uri, LARGEST)
        except NotFound:
            found.asked.append({"bucket": bucket, "key": key})
            continue
        except Unreachable as error:
            found.broken = True
            yield gap_of("object store", error)
            return
        except KfpopsError as error:
            yield Gap(f"object {bucket}/{key}", gap_of("", error).why)
            continue
        path = f"store/bytes/{number:04}"
        yield Entry(path, body, "GetObject, the end", cut=len(body) == LARGEST)
        found.objects.append({"bucket": bucket, "key": key, "size": len(body) if len(body) < LARGEST else None})
        found.rows.append({"bucket": bucket, "key": key, "path": path})
        found.asked.append({"bucket": bucket, "key": key})


def _ask_about(store: Store, uris: Sequence[str], found: _Found) -> Iterator[Part]:
    known = {(row["bucket"], row["key"]) for row in found.asked}
    wanted = [uri for uri in uris if bucket_and_key(uri) not in known]
    if len(wanted) > _MOST_ARTIFACTS:
        yield Gap("other artifacts in the object store", f"only {_MOST_ARTIFACTS} of {len(wanted)} were asked about")
    for uri in wanted[:_MOST_ARTIFACTS]:
        bucket, key = bucket_and_key(uri)
        try:
            one = store.stat(uri)
            # A directory is a prefix, without an object of its own.
            there = one is not None or store.exists(uri)
        except Unreachable as error:
            yield gap_of("artifacts in the object store", error)
            return
        except KfpopsError as error:
            yield Gap(f"object {bucket}/{key}", gap_of("", error).why)
            continue
        found.asked.append({"bucket": bucket, "key": key})
        if one is not None:
            modified = one.modified_at.isoformat() if one.modified_at else None
            found.objects.append({"bucket": bucket, "key": key, "size": one.size, "etag": one.etag, "modified": modified})
        elif there:
            found.objects.append({"bucket": bucket, "key": key.rstrip("/") + "/", "size": None})


def _lines(rows: list[dict[str, Json]]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
