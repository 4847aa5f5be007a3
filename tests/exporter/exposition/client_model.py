"""`io.prometheus.client.MetricFamily` made with google.protobuf at run time: the reference for what we write by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

_PACKAGE = "io.prometheus.client"
_TYPES: Final = {
    "double": 1, "int64": 3, "uint64": 4, "int32": 5, "string": 9, "message": 11, "uint32": 13, "enum": 14,
    "sint32": 17, "sint64": 18,
}  # fmt: skip
_KINDS = ("COUNTER", "GAUGE", "SUMMARY", "UNTYPED", "HISTOGRAM", "GAUGE_HISTOGRAM")
# As in prometheus/client_model: number, name, type. "*": repeated. Other types than those above are messages.
_MESSAGES = {
    "LabelPair": "1 name string, 2 value string",
    "Gauge": "1 value double",
    "Exemplar": "1 label *LabelPair, 2 value double, 3 timestamp google.protobuf.Timestamp",
    "Counter": "1 value double, 2 exemplar Exemplar",
    "Bucket": "1 cumulative_count uint64, 2 upper_bound double, 3 exemplar Exemplar",
    "BucketSpan": "1 offset sint32, 2 length uint32",
    "Histogram": "1 sample_count uint64, 2 sample_sum double, 3 bucket *Bucket, 5 schema sint32, 6 zero_threshold double,"
    "7 zero_count uint64, 12 positive_span *BucketSpan, 13 positive_delta *sint64",
    "Metric": "1 label *LabelPair, 2 gauge Gauge, 3 counter Counter, 6 timestamp_ms int64, 7 histogram Histogram",
    "MetricFamily": "1 name string, 2 help string, 3 type enum, 4 metric *Metric",
}


def _file() -> descriptor_pb2.FileDescriptorProto:
    found = descriptor_pb2.FileDescriptorProto(name="metrics.proto", package=_PACKAGE, syntax="proto2")
    found.dependency.append(timestamp_pb2.DESCRIPTOR.name)
    kinds = found.enum_type.add(name="MetricType")
    for number, name in enumerate(_KINDS):
        kinds.value.add(name=name, number=number)
    for name, rows in _MESSAGES.items():
        message = found.message_type.add(name=name)
        for row in rows.split(","):
            _field(message, *row.split())
    return found


def _field(message: descriptor_pb2.DescriptorProto, number: str, name: str, kind: str) -> None:
    bare = kind.lstrip("*")
    field = message.field.add(name=name, number=int(number), label=3 if kind != bare else 1, type=_TYPES.get(bare, 11))
    if bare == "enum":
        field.type_name = f".{_PACKAGE}.MetricType"
    elif bare not in _TYPES:
        field.type_name = f".{bare}" if "." in bare else f".{_PACKAGE}.{bare}"


def _message_class() -> Any:
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(_file().SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.MetricFamily"))


MetricFamily = _message_class()


def families(body: bytes) -> Iterator[Any]:
    """Each stands behind its length."""
    at = 0
    while at < len(body):
        size, at = _varint(body, at)
        yield MetricFamily.FromString(body[at : at + size])
        at += size
    assert at == len(body)


def _varint(body: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while body[at] & 0x80:
        found, shift, at = found | (body[at] & 0x7F) << shift, shift + 7, at + 1
    return found | body[at] << shift, at + 1
