"""One family's header and one series' lines, as text 0.0.4 and OpenMetrics 1.0.0 have them.

The lines are the same in both but for exemplars, so that a series without one is written once.
"""

from __future__ import annotations

import math
from itertools import accumulate

from kfpops.exporter.exposition.words import bound, help_text, label_value, number, quoted_help
from kfpops.metrics.family import Family
from kfpops.metrics.value import Distribution, Exemplar, Value

END_OF_OPENMETRICS = b"# EOF\n"
_LONGEST_EXEMPLAR = 128
"""Characters of an exemplar's label names and values together (OpenMetrics 1.0.0, "Exemplars")."""


def header(family: Family) -> bytes:
    return f"# HELP {family.name} {help_text(family.help)}\n# TYPE {family.name} {family.kind}\n".encode()


def openmetrics_header(family: Family) -> bytes:
    """A counter's family is called without `_total`. A unit is only said where the name ends with it."""
    name = family.name.removesuffix("_total") if family.kind == "counter" else family.name
    unit = f"# UNIT {name} {family.unit}\n" if family.unit and name.endswith(f"_{family.unit}") else ""
    return f"# HELP {name} {quoted_help(family.help)}\n# TYPE {name} {family.kind}\n{unit}".encode()


def label_text(family: Family, values: tuple[str, ...]) -> str:
    """Without braces: a histogram's `le` is still to come. Empty for a family without labels."""
    return ",".join(f'{name}="{label_value(value)}"' for name, value in zip(family.labels, values, strict=True))


class Lines:
    """The lines of one family's series; what is the same for all of them is written once."""

    def __init__(self, family: Family) -> None:
        self._name = family.name
        self._bounds = tuple(bound(value) for value in (*family.buckets, math.inf))

    def of(self, labels: str, value: Value, exemplar: Exemplar | None = None) -> bytes:
        """`labels` from `label_text`. With `exemplar`, or a distribution that has some, only OpenMetrics reads it."""
        if isinstance(value, Distribution):
            return self._histogram(labels, value).encode()
        braces = f"{{{labels}}}" if labels else ""
        return f"{self._name}{braces} {number(value)}{_behind(exemplar)}\n".encode()

    def _histogram(self, labels: str, value: Distribution) -> str:
        start = f'{self._name}_bucket{{{labels}{"," if labels else ""}le="'
        rows = zip(self._bounds, accumulate(value.buckets), strict=True)
        lines = [f'{start}{bound}"}} {count}' for bound, count in rows]
        for bucket, exemplar in value.exemplars:
            lines[bucket] += _behind(exemplar)
        braces = f"{{{labels}}}" if labels else ""
        lines += [f"{self._name}_count{braces} {value.count}", f"{self._name}_sum{braces} {number(value.sum)}", ""]
        return "\n".join(lines)


def _behind(exemplar: Exemplar | None) -> str:
    """One whose run's id is too long is left out: it would make the whole scrape fail."""
    if exemplar is None or len("run_id" + exemplar.run_id) > _LONGEST_EXEMPLAR:
        return ""
    at = f" {exemplar.at:.3f}" if exemplar.at else ""
    return f' # {{run_id="{label_value(exemplar.run_id)}"}} {number(exemplar.value)}{at}'
