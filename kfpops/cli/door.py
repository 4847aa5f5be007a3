"""The one error door: every outcome becomes an exit code, a sentence on stderr, and never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from kfpops.errors import KfpopsError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
INTERRUPTED = 130
BUG = 70


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (docs/exit-codes.md)."""
    for stream in (sys.stdout, sys.stderr):
        # Names and log lines hold every character there is; a terminal that lacks one gets a question mark.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(given)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_left()
    except KeyboardInterrupt:
        code = INTERRUPTED
    return code


def _run(arguments: list[str]) -> int:
    try:
        from kfpops.cli.main import root

        result = root.main(arguments, prog_name="kfpops", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except KfpopsError as error:
        _say(error)
        return error.exit_code
    except SystemExit as left:
        # click leaves so after completion (0), and when the reader of a pipe is gone (1).
        if left.code in (0, None):
            return 0
        raise BrokenPipeError from None
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno not in _FULL:
            return _bug(error, arguments)
        print(f"Error: The output cannot be written: {error.strerror}.", file=sys.stderr)
        return KfpopsError.exit_code
    except Exception as error:
        return _bug(error, arguments)


def _say(error: KfpopsError) -> None:
    from kfpops.render.layout import safe

    print(f"Error: {safe(error.message)}", file=sys.stderr)
    if error.hint:
        print(safe(error.hint), file=sys.stderr)


def _bug(error: Exception, arguments: list[str]) -> int:
    from kfpops.cli.bug_report import write_report

    path = write_report(error, arguments)
    print("Error: kfpops met something that it was not written for. This is a bug, not your mistake.", file=sys.stderr)
    print(f"A report is in {path}. It holds no data of the cluster but the error itself.", file=sys.stderr)
    return BUG


def _reader_left() -> int:
    """The reader of a pipe has seen enough (`| head`): that is fine, and Python must not complain about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0
