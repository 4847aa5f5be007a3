"""One family's header and one series' message as protobuf: `io.prometheus.client.MetricFamily` behind its length.

By field number, as prometheus/client_model's `metrics.proto` has them. The only format in which native histograms travel.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from itertools import accumulate

from kfpops.exporter.exposition.words import readable
from kfpops.metrics.family import Family
from kfpops.metrics.value import NATIVE_SCHEMA, NATIVE_ZERO, Distribution, Exemplar, Value

_TYPES = {"counter": 0, "gauge": 1, "histogram": 4}
_VARINT, _DOUBLE, _BYTES = 0, 1, 2


class Messages:
    """The messages of one family's series."""

    def __init__(self, family: Family, *, native: bool) -> None:
        """`native`: a distribution that has native buckets for all its events shows them, beside the classic ones."""
        self._family, self._native = family, native
        self._start = _text(1, family.name) + _text(2, family.help) + _integer(3, _TYPES[family.kind])
        self._bounds = tuple(_double(2, value) for value in (*family.buckets, math.inf))

    def header(self, size: int) -> bytes:
        """What stands before `size` bytes of the family's series."""
        return _varint(len(self._start) + size) + self._start

    def of(self, labels: tuple[str, ...], value: Value, exemplar: Exemplar | None = None) -> bytes:
        pairs = b"".join(_pair(name, each) for name, each in zip(self._family.labels, labels, strict=True))
        return _message(4, pairs + self._value(value, exemplar))

    def _value(self, value: Value, exemplar: Exemplar | None) -> bytes:
        if isinstance(value, Distribution):
            return _message(7, self._histogram(value))
        if self._family.kind == "gauge":
            return _message(2, _double(1, value))
        return _message(3, _double(1, value) + (_message(2, _exemplar(exemplar)) if exemplar else b""))

    def _histogram(self, value: Distribution) -> bytes:
        exemplars = {bucket: _message(3, _exemplar(exemplar)) for bucket, exemplar in value.exemplars}
        rows = enumerate(zip(accumulate(value.buckets), self._bounds, strict=True))
        buckets = (_message(3, _integer(1, n) + bound + exemplars.get(i, b"")) for i, (n, bound) in rows)
        native = _native(value) if self._native and _complete(value) else b""
        return _integer(1, value.count) + _double(2, value.sum) + b"".join(buckets) + native


def _complete(value: Distribution) -> bool:
    return value.zeros + sum(events for _, events in value.native) == value.count


def _native(value: Distribution) -> bytes:
    """The threshold alone tells Prometheus that a histogram without events is a native one."""
    spans = b"".join(_message(12, _signed(1, offset) + _integer(2, length)) for offset, length in _spans(value.native))
    counts = [events for _, events in value.native]
    deltas = b"".join(_signed(13, after - before) for before, after in zip([0, *counts], counts))
    return _signed(5, NATIVE_SCHEMA) + _double(6, NATIVE_ZERO) + _integer(7, value.zeros) + spans + deltas


def _spans(native: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    """Runs of neighbouring buckets: (distance from the end of the run before, or from 0; length)."""
    start = end = after = 0
    for index, _ in native:
        if index != end:
            if end > start:
                yield start - after, end - start
                after = end
            start = index
        end = index + 1
    if end > start:
        yield start - after, end - start


def _exemplar(exemplar: Exemplar) -> bytes:
    return _message(1, _pair_fields("run_id", exemplar.run_id)) + _double(2, exemplar.value) + _timestamp(exemplar.at)


def _timestamp(at: float) -> bytes:
    """google.protobuf.Timestamp."""
    seconds, part = divmod(round(at * 1000), 1000)
    return _message(3, _integer(1, seconds) + _integer(2, part * 1_000_000)) if at > 0 else b""


def _pair(name: str, value: str) -> bytes:
    return _message(1, _pair_fields(name, value))


def _pair_fields(name: str, value: str) -> bytes:
    return _text(1, name) + _text(2, readable(value))


def _text(field: int, value: str) -> bytes:
    return _message(field, value.encode())


def _message(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | _DOUBLE) + struct.pack("<d", value)


def _integer(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _signed(field: int, value: int) -> bytes:
    """Zigzag: 0, -1, 1, -2 … become 0, 1, 2, 3 …"""
    return _integer(field, value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first. `value` is not negative."""
    if value < 0x80:
        return bytes((value,))
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
