"""Where a bucket's listing may be cut so that several threads read it: at pipelines, at parts of run ids, at workflows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kfpops.ports import Bucket

# So many pieces below a root, and so many of the logs: enough that none is large, few enough that a request each is little.
_PIECES, _LOG_PIECES = 64, 32
# Run ids are version 4 UUIDs (KFP: backend/src/apiserver/resource, util.NewUUID): their first digit is evenly spread.
_DIGITS = "0123456789abcdef"
_MOST_NAMESPACES = 16


@dataclass(frozen=True, slots=True)
class Span:
    """The keys after `after` up to and with `upto`, in the order of the store; None: to the end."""

    after: str = ""
    upto: str | None = None


WHOLE = Span()


def spans_of(bucket: Bucket, roots: Sequence[str], logs: Sequence[str]) -> tuple[Span, ...]:
    """Spans that join without a gap from the first key to the last.

    `roots`, `logs`: key prefixes that end with `/`; below a log prefix stand namespaces, below these workflows.
    """
    cuts: set[str] = set()
    for root in roots:
        cuts |= {root, *_pipelines(bucket.folders(root))}
    for prefix in logs:
        cuts |= {prefix, *_workflows(bucket, prefix)}
    return between(cuts)


def by_components(key: str) -> str:
    """A key's rank where paths are ordered part by part: there `/` is the least of all characters."""
    return key.replace("/", "\0")


def between(cuts: Iterable[str], rank: Callable[[str], str] = str) -> tuple[Span, ...]:
    """The spans between these keys, and before the first and after the last, in the order of their ranks."""
    ends = sorted(set(cuts) - {""}, key=rank)
    if not ends:
        return (WHOLE,)
    return (Span("", ends[0]), *(Span(a, b) for a, b in pairwise(ends)), Span(ends[-1], None))


def _pipelines(folders: Sequence[str]) -> list[str]:
    """Few pipelines are cut by the first digit of their runs' ids, many are taken together."""
    each = max(1, min(len(_DIGITS), _PIECES // max(len(folders), 1)))
    digits = [digit for digit in _DIGITS[:: len(_DIGITS) // each] if digit != "0"]
    return [cut for folder in thinned(folders, _PIECES) for cut in (folder, *(folder + digit for digit in digits))]


def _workflows(bucket: Bucket, prefix: str) -> list[str]:
    namespaces = bucket.folders(prefix)
    if len(namespaces) > _MOST_NAMESPACES:
        return thinned(namespaces, _LOG_PIECES)
    most = max(1, _LOG_PIECES // max(len(namespaces), 1))
    return [cut for namespace in namespaces for cut in (namespace, *thinned(bucket.folders(namespace), most))]


def thinned(names: Sequence[str], most: int) -> list[str]:
    """At most so many of them, evenly."""
    ordered = sorted(names)
    step = -(-len(ordered) // most) or 1
    return ordered[::step]
