"""Runs a command: streams made safe, every error turned into one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from ragprep.cli import render
from ragprep.cli.commands import app
from ragprep.errors import RagprepError

INTERRUPTED = 130
"""What shells report for a command ended by Ctrl-C (128 + SIGINT); typer returns the same."""

PIPE_CLOSED = 1
"""As typer, Rich and Python's documentation on SIGPIPE do."""

BUG = 70
"""EX_SOFTWARE of sysexits.h."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        argv: without the program's name; `sys.argv[1:]` when None.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    render.prepare_streams()
    show_error = render.show_json_error if _wants_json(arguments) else render.show_error
    try:
        code = _run(arguments)
        render.flush()
    except RagprepError as error:
        show_error(str(error), error.remedy)
        return error.exit_code
    except BrokenPipeError:
        render.drop_stdout()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        if os.environ.get("RAGPREP_DEBUG"):
            raise
        show_error(*_unforeseen(error))
        if isinstance(error, OSError):
            render.drop_stdout()
            return 1
        return BUG
    if code == INTERRUPTED:
        show_error("Interrupted.", "The index is as it was.")
    return code


def _run(arguments: list[str]) -> int:
    """Return the exit code of a command; a usage error is shown here, by typer's own words."""
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="ragprep", standalone_mode=False)
    except typer.TyperException as error:
        if not _wants_json(arguments):
            error.show()  # type: ignore[attr-defined]  # its subclasses have it
        else:
            render.show_json_error(error.format_message(), "`--help` shows the usage.")
        return error.exit_code
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _wants_json(arguments: list[str]) -> bool:
    """Return whether `--json` is on, also where the rest of the command is unusable."""
    return "--json" in arguments[: arguments.index("--") if "--" in arguments else None]


def _unforeseen(error: Exception) -> tuple[str, str]:
    """Return the message and remedy of an error that is not ragprep's own."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError):  # of the system: no space behind `> file`, too many open files
        return f"The system refused: {said}.", "Mend that and try again."
    return (
        f"This is a bug in ragprep: {said}.",
        "Please report it with what RAGPREP_DEBUG=1 shows for the same command.",
    )
