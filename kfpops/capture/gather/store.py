"""The logs that KFP and Argo keep in the object store for the runs: their last bytes, and that they are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Json, Part
from kfpops.capture.gather.live import gap_of
from kfpops.capture.store import BYTES, OBJECTS, bucket_and_key
from kfpops.errors import KfpopsError, NotFound, Unreachable
from kfpops.ports import Store

LARGEST = 48 * 1024
_MOST = 100
# The output `executor-logs` of a step (kubeflow/pipelines v2/component/launcher_v2.go); retries add a number.
_EXECUTOR_LOGS = re.compile(rb"(?:minio|s3|gs)://[\w.-]{1,255}/[\w./=+ -]{1,900}/executor-logs(?:-\d{1,3})?")


def executor_log_uris(bodies: Iterable[bytes], runs: Iterable[str]) -> tuple[str, ...]:
    """The URIs of executor logs that these texts name and that belong to the runs, each once."""
    wanted = tuple(runs)
    found = (m.group().decode() for body in bodies for m in _EXECUTOR_LOGS.finditer(body))
    return tuple(dict.fromkeys(uri for uri in found if any(run in uri for run in wanted)))


def read_store(store: Store, uris: Iterable[str]) -> Iterator[Part]:
    """The last bytes of these objects. The first error that is not about one object ends it."""
    objects: list[dict[str, Json]] = []
    rows: list[dict[str, Json]] = []
    for number, uri in enumerate(list(uris)[:_MOST]):
        bucket, key = bucket_and_key(uri)
        try:
            body = store.tail(uri, LARGEST)
        except NotFound:
            continue
        except Unreachable as error:
            yield gap_of("object store", error)
            break
        except KfpopsError as error:
            yield Gap(f"object {bucket}/{key}", gap_of("", error).why)
            continue
        path = f"store/bytes/{number:04}"
        yield Entry(path, body, "GetObject, the end", cut=len(body) == LARGEST)
        objects.append({"bucket": bucket, "key": key, "size": len(body) if len(body) < LARGEST else None})
        rows.append({"bucket": bucket, "key": key, "path": path})
    yield Entry(OBJECTS, _lines(objects), "executor logs that are there", len(objects))
    yield Entry(BYTES, _lines(rows), f"the last {LARGEST} bytes of executor logs", len(rows))


def _lines(rows: list[dict[str, Json]]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
