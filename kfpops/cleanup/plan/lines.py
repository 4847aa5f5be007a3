"""Lines of a plan for what may go of a page: a million of them are written as texts, each as its `Entry` would be."""

from __future__ import annotations

from itertools import chain, repeat
from typing import Final

import msgspec

from kfpops.cleanup.live import Group, Judged
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.entry import Entry, Kind
from kfpops.cleanup.plan.kind import KIND_OF
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import ObjectRows

_encode: Final = msgspec.json.Encoder().encode
_encode_lines: Final = msgspec.json.Encoder().encode_lines
_NOT_AS_THEY_ARE: Final = ('"', "\\", *map(chr, range(32)))
"""What JSON writes in another way (RFC 8259, 7). Each is looked for by itself: that takes less time than a pattern."""


class _End(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the lines of a group end with: the last fields of `Entry`, in its order."""

    kind: Kind
    label: str
    reason: str
    who: str = ""
    rule: str = ""
    artifact_id: str = ""


def page_lines(bucket: str, judged: Judged) -> bytes:
    """Of all that may go, in its order. Raises `UnicodeEncodeError` for a key that is no Unicode text."""
    rows = judged.goes
    if rows.version_ids or not (all(rows.etags) and all(rows.modified)) or _has_escapes(rows):
        return _encode_lines([entry_of(bucket, obj, group.verdict, group.mark) for obj, group in judged.each()])
    begin = f'{{"bucket":{_encode(bucket).decode()},"key":"'
    moments = {moment: f'","modified_at":{_encode(moment).decode()},' for moment in set(rows.modified)}
    ends = chain.from_iterable(repeat(_end(group), group.objects) for group in judged.groups)
    lines = [
        f'{begin}{key}","size":{size},"etag":"{etag}{moments[modified]}{end}'
        for key, size, etag, modified, end in zip(rows.keys, rows.sizes, rows.etags, rows.modified, ends, strict=True)
    ]
    return "".join(lines).encode()


def _has_escapes(rows: ObjectRows) -> bool:
    texts = "".join(chain(rows.keys, rows.etags))
    return any(letter in texts for letter in _NOT_AS_THEY_ARE)


def _end(group: Group) -> str:
    _, label, reason, who, rule = group.verdict
    end = _End(KIND_OF[reason], label, reason, who, rule, group.mark.id if group.mark else "")
    return f"{_encode(end).decode()[1:]}\n"


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
