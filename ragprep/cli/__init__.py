"""The command line: parses a command, calls one `Prep` method, shows its result."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from ragprep.cli.help import show_help
from ragprep.cli.interrupt import heard_between_imports

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        argv: without the program's name; when None it is `sys.argv[1:]`, and the process is to end
            with the command.
    """
    if argv is None:
        _end(_run_process())
    from ragprep.cli.app import run

    return run(argv)


def _run_process() -> int:
    try:
        with heard_between_imports():
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's spin for 20 ms each
            if show_help(sys.argv[1:]):
                return 0
            from ragprep.cli.app import run

            return run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command began, or a second one after it was told
        return 130


def _end(code: int) -> NoReturn:
    """End the process without taking the interpreter apart, which is an eighth of a search.

    As multiprocessing ends a process: what is registered is run, and what is buffered written.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed, full, or without a reader
            stream.flush()
    os._exit(code)
