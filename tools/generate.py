"""Write everything that is made from the code (tools/pages.py); `--check` only says what would change, and fails."""

from __future__ import annotations

import sys
from pathlib import Path

from pages import pages

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    made = pages(ROOT)
    stale = [p for p in (ROOT / "docs" / "causes").glob("*.md") if p not in made]
    changed = [p for p, text in made.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in sorted(changed + stale):
            print(f"not as the code says: {path.relative_to(ROOT)} (make generate)")
        return 1 if changed or stale else 0
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8")
    for path in stale:
        path.unlink()
    print(f"{len(made)} files, {len(changed)} changed, {len(stale)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
