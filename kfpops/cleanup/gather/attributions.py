"""Which runs artifacts are attributed to: a million pairs in a dozen megabytes."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import merge

_CHUNK = 1 << 17


class Attributions:
    """Made of (run, its artifacts), asked by artifact.

    Ids that are no numbers stand by 63 bits of a hash. Two that shared one would each be kept by the runs of both: nothing
    is lost by that. `chunk`: so many pairs are sorted at a time.
    """

    def __init__(self, told: Iterable[tuple[str, Iterable[str]]], chunk: int = _CHUNK) -> None:
        self._runs: list[str] = []
        self._keys, self._numbers = array("Q"), array("L")
        chunks: list[tuple[array[int], array[int]]] = []
        some: list[tuple[int, int]] = []
        for run_id, artifact_ids in told:
            some.extend((_key(id), len(self._runs)) for id in artifact_ids)
            self._runs.append(run_id)
            if len(some) > chunk:
                chunks.append(_columns(some))
                some = []
        for key, number in merge(*(zip(*columns, strict=True) for columns in (*chunks, _columns(some)))):
            self._keys.append(key)
            self._numbers.append(number)

    def of(self, artifact_id: str) -> Iterator[str]:
        """Ids of the runs, in the order in which they were told."""
        key = _key(artifact_id)
        at = bisect_left(self._keys, key)
        while at < len(self._keys) and self._keys[at] == key:
            yield self._runs[self._numbers[at]]
            at += 1


def _columns(pairs: list[tuple[int, int]]) -> tuple[array[int], array[int]]:
    pairs.sort()
    return array("Q", (key for key, _ in pairs)), array("L", (number for _, number in pairs))


def _key(id: str) -> int:
    """Numbers as they are (MLMD's are below 2^63), others above them."""
    if id.isascii() and id.isdecimal() and len(id) < 19 and id[0] != "0":
        return int(id)
    digest = hashlib.blake2b(id.encode("utf-8", "replace"), digest_size=8, usedforsecurity=False).digest()
    return int.from_bytes(digest, "big") | 1 << 63
