"""A metric family: a name, a kind, labels and what they mean. One row of data each, in `metrics/<topic>.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]

DURATIONS: Final = (
    15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 43200.0,
    86400.0, 172800.0, 604800.0,
)  # fmt: skip
"""Upper bounds in seconds, to seven days: pipelines that train run for seconds or for a week."""


class Series(NamedTuple):
    """A family's name and the values of its labels, in the family's order."""

    family: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """`name` as it is in PromQL: a counter's ends in `_total`, a unit stands at the end (`_seconds`, `_bytes`).

    `help`: one sentence, without a dot at its end. `buckets`: upper bounds of a histogram, without `+Inf`.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""
    buckets: tuple[float, ...] = ()
