"""`python -m benchmarks.lineage`: a closure of 500 nodes in a large store, by SQL and gRPC, beside ml-metadata's client.

Exit status 1 when a promise is not kept. The promises are made for a store of scale 1.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lineage_closure import DEPTH, NODES, Closure, runs_of
from benchmarks.measure import measure
from benchmarks.promises import Promises

_MEMORY = 100
_SQL, _GRPC = 0.3, 1.0
_LARGE = 100_000
_DATABASE = "kfpops_bench"
_THEIRS = "ml-metadata's own client"


def bench(promises: Promises, scale: float, *, store: Path | None = None, mysql: str = "", rounds: int = 5) -> None:
    """`store`: an SQLite file, used if it is there, and kept. `mysql`: a server where a database may be made."""
    with tempfile.TemporaryDirectory() as folder:
        path = (store or Path(folder) / "mlmd.db").absolute()
        if not path.exists():
            _made(str(path), scale)
        print(f"     {path.stat().st_size / 1e9:.1f} GB of SQLite", flush=True)
        with _serving(path) as address, _database(mysql, scale) as url:
            ways = {"SQLite": ("sql", f"sqlite:///{path}"), "gRPC": ("grpc", address)}
            ways |= {"MySQL": ("sql", url)} if url else {}
            ways |= {_THEIRS: ("ml-metadata", address)}
            _closures(promises, ways, Closure.within(runs_of(scale)).start, rounds)
        _large(promises, path, runs_of(scale) * 10 - 10)


def _closures(promises: Promises, ways: Mapping[str, tuple[str, str]], start: int, rounds: int) -> None:
    """In turns, each in a process of its own: what else runs here disturbs all alike. The quickest of the rounds counts."""
    found: dict[str, list[Found]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (kind, address) in ways.items():
            found[way].append(_walk(kind, address, str(start), str(DEPTH)))
            if (found[way][-1].nodes, found[way][-1].depth) != (NODES, DEPTH):
                sys.exit(f"{way}: a wrong answer: {found[way][-1]}")
    theirs = found.pop(_THEIRS)
    for way, each in found.items():
        what = f"closure of {NODES} nodes, depth {DEPTH}, {way}"
        promises.line(what, min(f.again for f in each), _GRPC if way == "gRPC" else _SQL, "s", _note(each))
        promises.line("  its peak memory", max(f.peak_mib for f in each), _MEMORY, "MiB")
    print(f"     ml-metadata's own client, over gRPC: {min(f.again for f in theirs):.2f} s", _note(theirs), end=", ")
    print(f"{max(f.peak_mib for f in theirs):.0f} MiB")
    for way, each in found.items():
        again, first = (_ratio([getattr(f, n) for f in theirs], [getattr(f, n) for f in each]) for n in ("again", "first"))
        print(f"       {again:.1f} times as long as ours over {way}, {first:.1f} times with loading and connecting")


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """The middle one of the pairs that ran one after the other."""
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))


def _note(each: Sequence[Found]) -> str:
    middle, first, cpu = statistics.median(f.again for f in each), min(f.first for f in each), min(f.cpu for f in each)
    return f"(middle {middle:.2f}; {cpu:.2f} of a core; with loading and connecting {first:.2f})"


def _large(promises: Promises, path: Path, start: int) -> None:
    """Upwards from one of the last artifacts lies nearly all of the store: it is cut, and says so."""
    found = _walk("sql", f"sqlite:///{path}", str(start), "0", str(_LARGE))
    ended = "cut" if found.truncated else "whole"
    note = f"({found.nodes:,} nodes, {found.depth:,} hops, {ended}; {found.cpu:.1f} of a core, {found.peak_mib:.0f} MiB)"
    promises.line(f"closure with a limit of {_LARGE:,} nodes, SQLite", found.first, 30, "s", note)


@dataclass(frozen=True, slots=True)
class Found:
    """What `lineage_walk` prints, and its largest resident set."""

    first: float
    again: float
    cpu: float
    nodes: int
    depth: int
    truncated: bool
    peak_mib: float


def _walk(*arguments: str) -> Found:
    measured = measure([sys.executable, "-m", "benchmarks.lineage_walk", *arguments])
    if measured.code:
        sys.exit(f"lineage_walk {arguments[0]} failed")
    return Found(**json.loads(measured.output), peak_mib=measured.peak_bytes / 2**20)


def _made(where: str, scale: float) -> None:
    """In a process of its own: this one stays small, as a child begins with its size."""
    made = measure([sys.executable, "-m", "benchmarks.lineage_store", where, str(scale)])
    if made.code:
        sys.exit("no store could be made")
    print(f"     {made.output.strip()}", flush=True)


@contextmanager
def _serving(path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.lineage_server", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        yield child.stdout.readline().strip()
        child.stdin.close()
        child.wait(30)


@contextmanager
def _database(mysql: str, scale: float) -> Iterator[str]:
    """The URL of a database of our own, which is dropped at the end; "" without a server."""
    if not mysql:
        yield ""
        return
    url = f"{mysql.rstrip('/')}/{_DATABASE}"
    try:
        _made(url, scale)
        yield url
    finally:
        measure([sys.executable, "-m", "benchmarks.lineage_store", url, "0"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.lineage", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="1: a million artifacts, ten million events, 8 GB")
    parser.add_argument("--store", type=Path, help="an SQLite file, made when it is not there, and kept")
    parser.add_argument("--mysql", default="", help=f"mysql://user:password@host:port: in its database {_DATABASE}, too")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    promises = Promises()
    bench(promises, given.scale, store=given.store, mysql=given.mysql, rounds=given.rounds)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    sys.exit(main())
