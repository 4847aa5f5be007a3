"""One series' value with its bytes in each format, made when they are first asked for, and then kept."""

from __future__ import annotations

from kfpops.exporter.exposition.format import Format
from kfpops.exporter.exposition.protobuf import Messages
from kfpops.exporter.exposition.text import Lines, header, label_text, openmetrics_header
from kfpops.metrics.family import Family
from kfpops.metrics.value import Distribution, Exemplar, Value


class Layout:
    """What all series of a family share."""

    def __init__(self, family: Family, *, native: bool) -> None:
        self.family = family
        self.lines = Lines(family)
        self.messages = Messages(family, native=native)
        self._headers = {Format.TEXT: header(family), Format.OPENMETRICS: openmetrics_header(family)}

    def header(self, form: Format, size: int) -> bytes:
        """What stands before `size` bytes of series. In protobuf a family without series is not said."""
        if form is Format.PROTOBUF:
            return self.messages.header(size) if size else b""
        return self._headers[form]


class Entry:
    """Never changed: another value is another entry. Threads that make the same bytes at once make equal ones."""

    __slots__ = ("_bytes", "exemplar", "labels", "layout", "text", "value")

    def __init__(self, layout: Layout, labels: tuple[str, ...], text: str, value: Value, exemplar: Exemplar | None) -> None:
        """`text`: the labels as they are written; it outlives the entry."""
        self.layout, self.labels, self.text, self.value, self.exemplar = layout, labels, text, value, exemplar
        self._bytes: dict[Format, bytes] = {}

    @classmethod
    def first(cls, layout: Layout, labels: tuple[str, ...], value: Value, exemplar: Exemplar | None) -> Entry:
        return cls(layout, labels, label_text(layout.family, labels), value, exemplar)

    def says(self, value: Value, exemplar: Exemplar | None) -> bool:
        return self.value == value and self.exemplar == exemplar

    def then(self, value: Value, exemplar: Exemplar | None) -> Entry:
        return Entry(self.layout, self.labels, self.text, value, exemplar)

    @property
    def has_exemplars(self) -> bool:
        return self.exemplar is not None or (isinstance(self.value, Distribution) and bool(self.value.exemplars))

    def bytes_of(self, form: Format) -> bytes:
        if form is Format.OPENMETRICS and not self.has_exemplars:
            form = Format.TEXT
        found = self._bytes.get(form)
        if found is None:
            found = self._bytes[form] = self._made(form)
        return found

    def _made(self, form: Format) -> bytes:
        match form:
            case Format.TEXT:
                return self.layout.lines.of(self.text, _without_exemplars(self.value))
            case Format.OPENMETRICS:
                return self.layout.lines.of(self.text, self.value, self.exemplar)
            case Format.PROTOBUF:
                return self.layout.messages.of(self.labels, self.value, self.exemplar)


def _without_exemplars(value: Value) -> Value:
    return Distribution(value.buckets, value.sum) if isinstance(value, Distribution) else value
