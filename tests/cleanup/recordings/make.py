"""Make `leftovers.jsonl.gz`: every object of a real KFP 2.17's store, with what a person found it to be, and why.

    python tests/cleanup/recordings/make.py FOLDER

FOLDER holds recording.tar.gz (of its listing the times are taken) and objects.jsonl (labels). Rows are lists: bucket,
key, size, time of writing, label, why. What the lineage store and KFP said at that moment is carried with
tests/lineage/recordings. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    folder = Path(sys.argv[1])
    with tarfile.open(folder / "recording.tar.gz") as archive:
        listing = archive.extractfile("recording/store/objects.jsonl")
        assert listing is not None
        times = {(row["bucket"], row["key"]): row["modified"] for row in map(json.loads, listing)}
    labels = [json.loads(line) for line in (folder / "objects.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [[o["bucket"], o["key"], o["size"], times[o["bucket"], o["key"]], o["label"], o["why"]] for o in labels]
    text = "\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    (HERE / "leftovers.jsonl.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
