"""Everything that CI checks, what is quick to know first: format, lint, types, layers, tests, generated files."""

from __future__ import annotations

import subprocess
import sys
import time

CHECKS = (
    ("format", ["ruff", "format", "--check", "--quiet"]),
    ("lint", ["ruff", "check", "--quiet"]),
    ("types", ["mypy"]),
    ("layers", ["lint-imports"]),
    ("tests", [sys.executable, "-m", "pytest", "-n", "auto"]),
    ("generated files", [sys.executable, "tools/generate.py", "--check"]),
)


def main() -> int:
    """Runs all of them, whatever fails, and says which did."""
    failed = []
    for name, command in CHECKS:
        print(f"== {name}: {' '.join(command)}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, check=False).returncode
        print(f"== {name}: {'ok' if code == 0 else f'FAILED ({code})'}, {time.monotonic() - began:.1f} s\n", flush=True)
        if code:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
