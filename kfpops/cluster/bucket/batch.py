"""Many objects deleted by one request (DeleteObjects): the body that is sent, and the answers for each of its keys."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import md5
from itertools import chain, repeat
from typing import Final
from xml.sax.saxutils import escape

from kfpops.cluster.bucket.fates import NO_ANSWER, fate_of
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.question import Question
from kfpops.cluster.bucket.tree import read_xml
from kfpops.model.bucket import Deleted, Deletion

LARGEST: Final = 1000
"""S3 takes no more keys in one request."""

_Name = tuple[str, str]
"""Key and version id: what an answer is known by."""

_CONTROL = [chr(code) for code in range(32) if chr(code) not in "\t\n\r"]
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"}
_SPECIAL = "&<>" + "".join(_ENTITIES)
_SCHEMA = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_BETWEEN = "</Key></Deleted><Deleted><Key>"
_PLAIN = re.compile(rb"<Deleted><Key>([^<&]+)</Key></Deleted>")
_FRAME = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*<DeleteResult[^>]*>\s*</DeleteResult>\s*")


def fits_xml(key: str) -> bool:
    """Whether XML can name this key at all; one with control characters or broken UTF-8 has to go by itself.

    Several keys fit if they do in one piece.
    """
    return not _has_any(_CONTROL, key) and (key.isascii() or not _NOT_IN_XML.search(key))


def _has_any(letters: Iterable[str], text: str) -> bool:
    """Each is looked for by itself: that takes a fifth of the time of a pattern."""
    return any(letter in text for letter in letters)


def delete_batch(line: Line, batch: Sequence[Deletion], *, by_etag: bool = True) -> list[Deleted]:
    """One request, one answer for each, in their order. At most `LARGEST`, and no two of the same key and version.

    With `by_etag`, what has no version of its own is deleted only with the ETag that it was seen with. Raises the errors of
    `Line.ask`; then nobody knows what came of it, unless it is `Declined`: then nothing did.
    """
    asked = _fit(batch)
    body = _body(asked, by_etag).encode()
    # MinIO up to 2025-01 refuses the newer checksums; every store takes this one.
    checksum = b64encode(md5(body, usedforsecurity=False).digest()).decode()
    headers = {"Content-MD5": checksum, "Content-Type": "application/xml"}
    question = Question("POST", query={"delete": ""}, body=body, headers=headers, needs="s3:DeleteObject")
    reply = line.ask(question).body
    # What had to be escaped is answered as each store pleases.
    if asked is batch and _says_all_gone(reply, batch):
        # What NamedTuple's own constructor does, without its Python frame.
        new = tuple.__new__
        return [new(Deleted, (deletion[0], "gone", "", "", "")) for deletion in batch]
    answers = _answers(reply)
    return [_one(deletion, _about(deletion, answers)) for deletion in batch]


def has_version(deletion: Deletion) -> bool:
    """Whether a version is named that can never change; "null" is the one that is overwritten."""
    return deletion.version_id not in ("", "null")


def _fit(batch: Sequence[Deletion]) -> Sequence[Deletion]:
    """As it may stand in XML; the batch itself when nothing in it has to be escaped."""
    keys, etags, _, versions = zip(*batch)
    if not _has_any(_SPECIAL, "".join((*keys, *etags, *versions))):
        return batch
    return [_escaped(deletion) for deletion in batch]


def _body(batch: Sequence[Deletion], by_etag: bool) -> str:
    keys, etags, _, versions = zip(*batch)
    if by_etag and not any(versions):
        # Nearly all are so. One join of all pieces makes no text for each object.
        pieces = zip(repeat("<Object><Key>"), keys, repeat("</Key><ETag>&quot;"), etags, repeat("&quot;</ETag></Object>"))
        objects: Iterable[str] = chain.from_iterable(pieces)
    else:
        objects = (_object(deletion, by_etag) for deletion in batch)
    return f"<Delete{_SCHEMA}>{''.join(objects)}</Delete>"


def _escaped(deletion: Deletion) -> Deletion:
    key, etag, size, version_id = deletion
    return Deletion(escape(key, _ENTITIES), escape(etag, _ENTITIES), size, escape(version_id, _ENTITIES))


def _object(deletion: Deletion, by_etag: bool) -> str:
    key, etag, _, version_id = deletion
    version = f"<VersionId>{version_id}</VersionId>" if version_id else ""
    # S3 compares the ETag with the current version, so that one cannot be asked for beside another version.
    condition = f"<ETag>&quot;{etag}&quot;</ETag>" if by_etag and not has_version(deletion) else ""
    return f"<Object><Key>{key}</Key>{version}{condition}</Object>"


def _says_all_gone(body: bytes, batch: Sequence[Deletion]) -> bool:
    """Whether the answer is that each of them is gone, as stores write it and in whatever order, and nothing else."""
    keys, _, _, versions = zip(*batch)
    if any(versions):
        return False
    rows = f"<Deleted><Key>{_BETWEEN.join(keys)}</Key></Deleted>".encode("utf-8", "surrogateescape")
    if len(body) < len(rows):
        return False
    start = body.find(b"<Deleted>")
    end = start + len(rows)
    told = body[start:end]
    if not _FRAME.fullmatch(body[:start] + body[end:]):
        return False
    return told == rows or sorted(_PLAIN.findall(told)) == sorted(key.encode("utf-8", "surrogateescape") for key in keys)


def _answers(body: bytes) -> dict[_Name, list[Deleted]]:
    """What the store said, answer by answer. Raises `BadAnswer` for a body that is cut off or is something else."""
    found: dict[_Name, list[Deleted]] = {}
    for node in read_xml(body, "DeleteResult", "the answers to a delete").children:
        key, version = node.text("Key"), node.text("VersionId")
        if node.name == "Deleted":
            marker = node.text("DeleteMarkerVersionId") if node.text("DeleteMarker") == "true" else ""
            # Deleting a marker tells its id a second time.
            answer = Deleted(key, "gone", "", version, "" if marker == version else marker)
        elif node.name == "Error":
            code = node.text("Code") or "Error"
            answer = Deleted(key, fate_of(code), code, version)
        else:
            continue
        found.setdefault((key, version), []).append(answer)
    return found


def _about(deletion: Deletion, answers: dict[_Name, list[Deleted]]) -> Sequence[Deleted]:
    found = answers.get((deletion.key, deletion.version_id), ())
    unnamed = answers.get((deletion.key, ""), ()) if deletion.version_id else ()
    # SeaweedFS 4.34 names a marker that was deleted only where others name one that was put.
    marker = [answer._replace(marker_id="") for answer in unnamed if answer.marker_id == deletion.version_id]
    # An error that leaves out the version keeps every version of the key.
    return found or marker or [answer for answer in unnamed if answer.fate != "gone"]


def _one(deletion: Deletion, answers: Sequence[Deleted]) -> Deleted:
    """Kept unless the store says that it is gone, and nothing else."""
    if not answers:
        return Deleted(deletion.key, "failed", NO_ANSWER, deletion.version_id)
    if len({answer.fate for answer in answers}) > 1:
        return Deleted(deletion.key, "failed", "contradictory answers", deletion.version_id)
    return answers[-1]._replace(version_id=deletion.version_id)
