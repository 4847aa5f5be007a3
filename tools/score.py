"""Run the score of the labelled recordings in KFPOPS_RECORDINGS on the installed command.

The score stumbles over labels that name no object (`"object": null`), once their cause is right. So it is given a folder
beside: the same recordings, linked, and those labels with an empty object. Nothing else differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    recordings = os.environ.get("KFPOPS_RECORDINGS", "")
    if not recordings:
        sys.exit("KFPOPS_RECORDINGS names no recordings")
    program = Path(recordings) / "score"
    code = 0
    for collection in sorted(p for p in Path(recordings).iterdir() if p.is_dir()):
        with tempfile.TemporaryDirectory() as folder:
            for case in sorted(p for p in collection.iterdir() if p.is_dir()):
                link(case, Path(folder) / case.name)
            print(f"score of {collection.name}:", flush=True)
            code = max(code, subprocess.run([program, folder], check=False).returncode)
    return code


def link(case: Path, target: Path) -> None:
    """The case with links to its recordings and copies of its labels."""
    target.mkdir()
    for file in sorted(p for p in case.iterdir() if p.is_file()):
        if file.name.startswith("label") and file.suffix == ".json":
            label = json.loads(file.read_text())
            if label.get("object", {}) is None:
                label["object"] = {}
            (target / file.name).write_text(json.dumps(label))
        else:
            (target / file.name).symlink_to(file.resolve())


if __name__ == "__main__":
    sys.exit(main())
