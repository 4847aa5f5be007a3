"""A plan file of three entries, and what spoils one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from kfpops.cleanup.plan.entry import Entry, Footer, Header
from kfpops.cleanup.plan.summary import Tally
from kfpops.cleanup.plan.write import PlanFile, lines_of
from kfpops.cleanup.verdict import Verdict

RUN = "9ea64bbb-5fee-4621-a24c-4494f08a5836"
ROOT = "minio://mlpipeline/v2/artifacts"


def a_header(**changes: Any) -> Header:
    header = Header(
        id="p1",
        made_at="2026-11-21T12:00:00Z",
        expires_at="2026-11-22T12:00:00Z",
        source="cluster prod",
        kfp_namespace="kubeflow",
        roots=(ROOT,),
        buckets=("minio://mlpipeline",),
        policy="kinds: {orphans: {}}\n",
        policy_name="policy.yaml",
        live=10,
    )
    return msgspec.structs.replace(header, **changes)


def an_entry(key: str, **changes: Any) -> Entry:
    entry = Entry(
        bucket="mlpipeline",
        key=f"v2/artifacts/train/{RUN}/{key}",
        size=64,
        etag="0cc175b9c0f1b6a831c399e269772661",
        modified_at=1790000000.0,
        kind="orphans",
        label="orphan",
        reason="run-deleted",
        who=RUN,
    )
    return msgspec.structs.replace(entry, **changes)


ENTRIES = (an_entry("train/a/model"), an_entry("train/b/metrics"), an_entry("train/b/rows", size=1))


def tally_of(entries: Iterable[Entry]) -> Tally:
    tally = Tally()
    for entry in entries:
        tally.go(Verdict(True, "orphan", entry.reason, entry.who, entry.rule), entry.size or 0)  # type: ignore[arg-type]
    tally.keep({("live", "run-kept"): (2, 128), ("foreign", "outside-roots"): (1, 5)})
    return tally


def a_plan(path: Path, entries: Iterable[Entry] = ENTRIES, header: Header | None = None) -> Footer:
    entries = list(entries)
    with PlanFile(path, header or a_header()) as file:
        file.add(lines_of(entries))
        return file.finish(tally_of(entries).footer())
