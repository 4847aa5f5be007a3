"""`python -m benchmarks.ingest [--scale 1] [--pages 1]`: a million runs of history into the checkpoint, and a start from it.

Promised for a million runs on a machine that does nothing else. Exit status 1 when a promise is not kept.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import measure
from benchmarks.promises import Promises

MILLION = 1_000_000
_MIB = 2**20


def bench(promises: Promises, scale: float, pages: int = 1) -> None:
    runs = int(MILLION * scale)
    worker = [sys.executable, "-m", "benchmarks.ingest_worker"]
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "checkpoint.db")
        cold, warm = measure([*worker, path, str(runs), str(pages)]), measure([*worker, path, "warm"])
        made = measure([*worker, path, "make", str(runs)])
    if cold.code or warm.code or made.code:
        sys.exit("the ingest failed")
    said, again = json.loads(cold.output), json.loads(warm.output)
    _expect(said, again, runs)
    cpu = f"{cold.cpu_seconds:.1f} s of a core, of which {made.cpu_seconds:.1f} s are making and counting runs"
    promises.line(f"ingest of {runs:,} runs of history", cold.seconds, 120 * scale, "s", cpu)
    promises.line("  its peak memory", cold.peak_bytes / _MIB, 80, "MiB", f"{said['series']:,} series")
    promises.line("  the file", (said["size"] + said["log"]) / _MIB, 20 + 60 * scale, "MiB", f"log {said['log'] / _MIB:.0f}")
    promises.line("start from it to all series read", again["seconds"], 1, "s", f"{warm.peak_bytes / _MIB:.0f} MiB")


def _expect(said: dict[str, int], again: dict[str, int], runs: int) -> None:
    """A quick ingest is worth nothing when it miscounts."""
    retried = (runs + 24) // 25
    attempts = {"kfp_runs_finished_total": runs + retried, "kfp_run_retries_total": retried}
    for answer in (said, again):
        for name, number in attempts.items():
            if answer[name] != number:
                sys.exit(f"wrong answer: {name} is {answer[name]} instead of {number}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Ingest of a history into the checkpoint.")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is a million runs")
    parser.add_argument("--pages", type=int, default=1, help="pages of 200 runs in a transaction")
    asked = parser.parse_args()
    print(f"load of this machine at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    promises = Promises()
    bench(promises, asked.scale, asked.pages)
    return 1 if promises.broken else 0


if __name__ == "__main__":
    sys.exit(main())
