"""A real ML Metadata gRPC server: `lineage_server FILE` (of SQLite) prints its address, serves until its input ends."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.mlmd_store import Mlmd, serving


def main() -> None:
    with serving(Mlmd(Path(sys.argv[1]))) as served:
        print(served.address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
