"""What an S3 store says when it does not do as asked → an error of kfpops.

Only the store's error code is passed on: its texts may hold access keys and what was signed.
"""

from __future__ import annotations

import re
from typing import Final

from kfpops.cluster.bucket.question import Question, Reply
from kfpops.cluster.s3_client import ABSENT, DENIED, WRONG_KEYS_HINT
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable

TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be better in a moment: SlowDown and ServiceUnavailable are 503, InternalError is 500."""

WRONG_KEYS: Final = frozenset({"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "RequestTimeTooSkewed"})
"""Refusals of whoever asks, not of one object: asking for the next is of no use."""

NOT_OFFERED: Final = frozenset(
    {"NotImplemented", "MalformedXML", "InvalidArgument", "MethodNotAllowed", "400", "405", "501"}
)
"""How stores say that they do not know a request, or a part of it."""

_CODE = re.compile(rb"<Error>.{0,4096}?<Code>([A-Za-z0-9._-]{1,80})</Code>", re.DOTALL)


class Declined(BadAnswer):
    """The store understood, and said no to this one request. `code`: why, in S3's words, or the HTTP status."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def code_of(reply: Reply) -> str:
    """S3's error code; the status where the body tells none (the answer to a HEAD never does)."""
    found = _CODE.search(reply.body)
    return found[1].decode("ascii") if found else str(reply.status)


def refusal(store: str, bucket: str, question: Question, reply: Reply) -> KfpopsError:
    """The error for an answer that is no success. `store`: whom we asked ("the object store at …")."""
    code = code_of(reply)
    name = f"{store[:1].upper()}{store[1:]}"
    about = f"{question.method} {bucket}/{question.key}".rstrip("/")
    if code in DENIED or reply.status in (401, 403):
        right = f"{question.needs} on {bucket}"
        return Forbidden(f"{name} refuses {about} ({code}).", WRONG_KEYS_HINT, right)
    if code in ABSENT or reply.status == 404:
        what = f"bucket {bucket}" if code == "NoSuchBucket" or not question.key else f"object {bucket}/{question.key}"
        return NotFound(f"There is no {what} in {store} ({code}).")
    if reply.status in TRY_AGAIN:
        return Unreachable(f"{name} is overloaded or failed ({code}).", hint="Try again later.")
    if 300 <= reply.status < 400:
        return Unreachable(f"{name} answered with a redirect ({code}).", hint="Check --store-endpoint.")
    return Declined(f"{name} did not accept {about} ({code}).", code)
