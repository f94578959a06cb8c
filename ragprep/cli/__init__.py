"""The command line: parses a command, calls one `Prep` method, shows its result."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ragprep.cli.help import show_help
from ragprep.cli.interrupt import heard_between_imports

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        argv: without the program's name; when None it is `sys.argv[1:]`, and the process is to end
            with the command.
    """
    if argv is not None:
        from ragprep.cli.app import run

        return run(argv)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads spin for 20 ms each
    try:
        with heard_between_imports():
            if show_help(sys.argv[1:]):
                return 0
            from ragprep.cli.app import run

            return run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command began, or a second one after it was told
        return 130
