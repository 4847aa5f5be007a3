"""Lines of a plan for what may go of a page: a million of them are written as texts, each as its `Entry` would be."""

from __future__ import annotations

from itertools import chain, repeat
from typing import Final

import msgspec

from kfpops.cleanup.live import Group, Judged
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.kind import KIND_OF
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import ObjectRows

_encode: Final = msgspec.json.Encoder().encode
_encode_lines: Final = msgspec.json.Encoder().encode_lines
_NOT_AS_THEY_ARE: Final = ('"', "\\", *map(chr, range(32)))
"""What JSON writes in another way (RFC 8259, 7). Each is looked for by itself: that takes less time than a pattern."""


_KIND: Final = '"kind":'
"""No text in JSON has a quote that is not escaped, so it stands nowhere else."""

_NOTHING: Final = BucketObject("", 0, "", 0.0)


def page_lines(bucket: str, judged: Judged) -> bytes:
    """Of all that may go, in its order. Raises `UnicodeEncodeError` for a key that is no Unicode text."""
    rows = judged.goes
    if rows.version_ids or not (all(rows.etags) and all(rows.modified)) or _has_escapes(rows):
        return _encode_lines([entry_of(bucket, obj, group.verdict, group.mark) for obj, group in judged.each()])
    begin = f'{{"bucket":{_encode(bucket).decode()},"key":"'
    moments = {moment: f'","modified_at":{_encode(moment).decode()},' for moment in set(rows.modified)}
    ends = chain.from_iterable(repeat(_end(bucket, group), group.objects) for group in judged.groups)
    lines = [
        f'{begin}{key}","size":{size},"etag":"{etag}{moments[modified]}{end}'
        for key, size, etag, modified, end in zip(rows.keys, rows.sizes, rows.etags, rows.modified, ends, strict=True)
    ]
    return "".join(lines).encode()


def _has_escapes(rows: ObjectRows) -> bool:
    texts = "".join(chain(rows.keys, rows.etags))
    return any(letter in texts for letter in _NOT_AS_THEY_ARE)


def _end(bucket: str, group: Group) -> str:
    """What the lines of a group end with: all that comes behind an object's own fields."""
    line = _encode(entry_of(bucket, _NOTHING, group.verdict, group.mark)).decode()
    return f"{line[line.index(_KIND) :]}\n"


def entry_of(bucket: str, obj: BucketObject, verdict: Verdict, mark: Mark | None = None) -> Entry:
    """What a plan says of something that may go. `mark`: the artifact's that names it."""
    key, size, etag, modified_at, version_id = obj
    return Entry(
        bucket=bucket,
        key=key,
        size=size,
        etag=etag,
        version_id=version_id,
        modified_at=modified_at,
        kind=KIND_OF[verdict.reason],
        label=verdict.label,
        reason=verdict.reason,
        who=verdict.who,
        rule=verdict.rule,
        artifact_id=mark.id if mark else "",
    )
