"""That an exporter counts each attempt once, wherever it is killed.

    python tools/prove_ingest.py [--histories N] [--seed N]

Each history is pages of a KFP that goes on, with runs told again and twice; after each page the files are put into states
that a kill can leave (tests/exporter/checkpoint/crashes.py), and each state must come to the truth. A process for each core.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.exporter.checkpoint.crashes import check_history

_PAGES = 5


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        looked = sum(pool.map(_history, range(asked.seed, asked.seed + asked.histories), chunksize=20))
    print(f"{asked.histories:,} histories, {looked:,} states of a killed exporter: each came to the truth.")
    return 0


def _history(seed: int) -> int:
    """In memory where there is such a folder: nothing is proven about the disk itself."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        return check_history(Path(folder), seed, _PAGES)


if __name__ == "__main__":
    sys.exit(main())
