"""One request to a store, and what came back: plain values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_ERROR = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*<Error[\s>]")


@dataclass(frozen=True, slots=True)
class Question:
    """`key` "" asks about the bucket. `needs`: the right it takes, as S3 names it.

    `again`: it only reads, so that it may be sent again when the store is busy or the connection breaks.
    """

    method: str
    key: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    needs: str = "s3:ListBucket"
    again: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def good(self) -> bool:
        """Whether the store did as asked. S3 may say 200 first and the error afterwards, in the body."""
        return 200 <= self.status < 300 and not _ERROR.match(self.body)
