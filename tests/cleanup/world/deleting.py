"""Who looks on when clean-up deletes something: what is asked in the very moment, of each object, version and upload.

Nothing here knows how clean-up decides, no more than in `reading`.
"""

from __future__ import annotations

from kfpops.model.bucket import BucketObject, Upload
from tests.cleanup.world.kfp import DAY, workflow_of
from tests.cleanup.world.reading import Reader
from tests.cleanup.world.store import covers, path_of


def aborted(reader: Reader, upload: Upload) -> None:
    """Called when clean-up has ended an upload. Who began it a moment ago still uploads."""
    if reader.kfp.store_time - upload.began_at < DAY:
        reader.losses.append(f"LOST: the upload of {upload.key} began a moment ago, and was aborted")


def version_deleted(reader: Reader, key: str, before: BucketObject | None) -> None:
    """Called when clean-up has deleted a version of an object, or a marker on one, for good; `before`: what was current.

    An old one is no loss as long as a newer one is there, or could be brought back. One that became current after the
    last look at all is as late as an import that came then: no store has a condition for it.
    """
    if before is not None and reader.kfp.store.objects.get(key) != before:
        seen = reader.versions_seen.get(key, -1)
        if seen < reader.looks.get("", -1) or reader.rolled_back.get(key, -1) < seen:
            deleted(reader, key, before.modified_at)
        else:
            reader.late.add(("rolled back", key))
    elif not reader.kfp.store.can_come_back(key):
        rows = reader.kfp.store.versions.get(key, ())
        deleted(reader, key, 0.0, hidden=any(row.is_latest and row.version_id == reader.markers.get(key) for row in rows))


def deleted(reader: Reader, key: str, written_at: float, *, hidden: bool = False) -> None:
    """Called at the very moment when clean-up has deleted an object. One younger than the grace is always live.

    `hidden`: what goes now is behind a marker of ours. Nobody could see it: for all readers it went when the marker came.
    """
    if not hidden:
        reader.went[key] = reader.turn
    if reader.kfp.store_time - written_at < DAY and not any(run in key for run in reader.cut_short):
        reader.losses.append(f"LOST: {key} was written a moment ago")
    if reader.kfp.now.timestamp() < reader.hidden_at + reader.quarantine:
        reader.losses.append(f"LOST: {key} was deleted within the quarantine")
    artifacts = [i for i, a in reader.kfp.artifacts.items() if covers(path_of(a.uri), key)]
    uris = {reader.kfp.artifacts[i].uri for i in artifacts} | {""}
    looks = [reader.looks[uri] for uri in uris if uri in reader.looks]
    if not hidden:
        reader.gone[key] = max(looks, default=None)
    reader.farthest_look = max(reader.farthest_look, reader.points - reader.looked_at)
    for artifact in artifacts:
        if key in reader.kfp.contents[artifact]:
            _judge(reader, key, artifact)
    _judge_log(reader, key)
    _judge_pins(reader, key)


def _judge_pins(reader: Reader, key: str) -> None:
    """A pin that came after the last look at its row is as late as an import that did."""
    for uri in [uri for uri in reader.pins if covers(path_of(uri), key)]:
        if reader.pins[uri] <= reader.looks.get(uri, reader.turn):
            reader.losses.append(f"LOST: {key} is pinned")
        else:
            reader.late.add(("pin", uri))


def _judge(reader: Reader, key: str, artifact: str) -> None:
    for run_id in reader.kfp.runs_of(artifact):
        if reader.lives(run_id):
            reader.misses(run_id, artifact, frozenset({key}), f"LOST: {key} was deleted under a live reference")


def _judge_log(reader: Reader, key: str) -> None:
    for run_id, run in reader.kfp.runs.items():
        if reader.lives(run_id) and f"/{workflow_of(run.pipeline_name, run_id)}/" in key:
            reader.losses.append(f"LOST: the log {key} of run {run_id}")
