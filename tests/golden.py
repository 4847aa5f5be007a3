"""Golden files: what a command prints, compared byte for byte. KFPOPS_WRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path


def matches_golden(text: str, path: Path) -> None:
    """Asserts that the file holds exactly this text."""
    if os.environ.get("KFPOPS_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; KFPOPS_WRITE_GOLDEN=1 writes it anew"
