"""`python -m benchmarks.exposition`: what a scrape of 180,000 samples costs, beside prometheus_client with the same.

Exit status 1 when a promise is not kept: a scrape after a few series changed costs a twentieth of `generate_latest` at most.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

from benchmarks.exposition_series import Row, changed, fill_ours, fill_theirs, series
from benchmarks.promises import Promises
from kfpops.exporter.exposition import Exposition, Format

_TIMES_LESS = 20
_CHANGED = 20
_ROUNDS = 5
_MILLISECOND = 1e-3


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of a core. `few`: some series changed; `none`: nothing did; `plain`: some changed, without compression."""

    few: float
    none: float
    plain: float


def bench(promises: Promises, samples: int = 180_000) -> None:
    rows = list(series(samples))
    registry = fill_theirs(rows)
    for form in (Format.TEXT, Format.OPENMETRICS):
        _one_format(promises, rows, registry, form)


def _one_format(promises: Promises, rows: Sequence[Row], registry: CollectorRegistry, form: Format) -> None:
    """Both answers are compared before anything is measured: a quick wrong answer is worth nothing."""
    encoder, ours = _their_encoder(form), fill_ours(rows)
    body, first = encoder(registry), _cpu(lambda: ours.body().gzip(form))
    if _samples(body) != _samples(ours.body().text(form)):
        sys.exit(f"not the same samples in {form.value}")
    quickest = min(_cpu(lambda: encoder(registry)) for _ in range(3))
    packed = _cpu(lambda: gzip.compress(body))
    print(f"     {form.value}: {len(_samples(body)):,} samples, {len(body) / 1e6:.1f} MB;", end=" ")
    print(f"prometheus_client's generate_latest {quickest:.2f} s of a core, its gzip {packed:.2f} s more;", end=" ")
    print(f"our first body {first:.2f} s, compressed {len(ours.body().gzip(form)) / 1e6:.2f} MB", flush=True)
    _say(promises, form, _costs(ours, form), quickest)


def _say(promises: Promises, form: Format, found: Costs, theirs: float) -> None:
    """Ours with compression, theirs without: what the promise compares is to our disadvantage."""
    limit = theirs / _TIMES_LESS / _MILLISECOND
    for what, cost in (
        (f"scrape after {_CHANGED} series changed, {form.value}", found.few),
        ("  the same without compression", found.plain),
        ("  nothing changed", found.none),
    ):
        promises.line(what, cost / _MILLISECOND, limit, "ms", f"{theirs / max(cost, 1e-6):,.0f} times less")


def _costs(ours: Exposition, form: Format) -> Costs:
    few, none, plain = [], [], []
    for turn in range(0, 2 * _ROUNDS, 2):
        few.append(_cpu(partial(_after_changes, ours, form, turn)))
        none.append(_cpu(lambda: ours.body().gzip(form)))
        plain.append(_cpu(partial(_after_changes, ours, form, turn + 1, gzip=False)))
    return Costs(min(few), min(none), min(plain))


def _after_changes(ours: Exposition, form: Format, turn: int, *, gzip: bool = True) -> bytes:
    for one, value in changed(_CHANGED, turn):
        ours.set(one, value)
    ours.publish()
    return ours.body().gzip(form) if gzip else ours.body().text(form)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _their_encoder(form: Format) -> Callable[[CollectorRegistry], bytes]:
    return openmetrics if form is Format.OPENMETRICS else generate_latest


def _samples(body: bytes) -> dict[tuple[str, ...], float]:
    """By name and labels, whose order differs, as the way to write a number does. No value here has a comma or an escape."""
    lines = (line.rpartition("} ") for line in body.decode().splitlines() if not line.startswith("#"))
    return {tuple(sorted(name.replace("{", ",").split(","))): float(value) for name, _, value in lines}


def main() -> int:
    promises = Promises()
    bench(promises)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    sys.exit(main())
