"""`python -m kfpops`, and the installed command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    from kfpops.cli.door import run

    sys.exit(run())


if __name__ == "__main__":
    main()
