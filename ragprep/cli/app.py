"""Runs a command: streams made safe, every error turned into one line and an exit code."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from copy import copy

import typer

from ragprep.cli import render
from ragprep.cli.commands import app
from ragprep.errors import RagprepError

INTERRUPTED = 130
"""What shells report for a command ended by Ctrl-C (128 + SIGINT)."""

AFTER_INTERRUPT = {
    "index": "The index is as it was.",
    "expand": "Run it again to go on.",
    "export": "No file was changed.",
    "practice": "What you answered is kept.",
}
"""What is said after Ctrl-C in a command that writes."""

BUG = 70
"""EX_SOFTWARE of sysexits.h."""


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; it raises nothing but SystemExit."""
    arguments = list(arguments)
    render.prepare_streams()
    show_error = render.show_json_error if _wants_json(arguments) else render.show_error
    code = 0
    try:
        code = _run(arguments)
        render.flush()
    except RagprepError as error:
        show_error(str(error), error.remedy)
        code = error.exit_code
    except KeyboardInterrupt:
        show_error("Interrupted.", AFTER_INTERRUPT.get(next(iter(arguments), ""), ""))
        code = INTERRUPTED
    except Exception as error:  # the last edge; a person gets one line
        if isinstance(error, BrokenPipeError) and render.is_unread():
            render.drop_output()  # as behind `| head -1`: the reader had enough
            return code
        if os.environ.get("RAGPREP_DEBUG"):
            raise
        show_error(*_unforeseen(error))
        if not isinstance(error, OSError):
            return BUG
        render.drop_output()
        code = 1
    return code


def _run(arguments: list[str]) -> int:
    """Return the exit code of a command; a usage error is shown here, by typer's own words.

    Typer's own `main` would take a closed pipe for an error and the end of a file for Ctrl-C.
    """
    command = typer.main.get_command(_called(arguments))
    if "_RAGPREP_COMPLETE" in os.environ:  # a shell asks what may follow
        command.main(prog_name="ragprep")
    try:
        with command.make_context("ragprep", arguments) as context:
            command.invoke(context)
    except typer.Exit as ending:
        return ending.exit_code
    except typer.TyperException as error:
        if not _wants_json(arguments):
            error.show()  # type: ignore[attr-defined]  # its subclasses have it
        else:
            render.show_json_error(error.format_message(), "`--help` shows the usage.")
        return error.exit_code
    return 0


def _called(arguments: list[str]) -> typer.Typer:
    """Return the app with the called command alone, which takes typer 1 ms and not 13; or all."""
    only = [
        info
        for info in app.registered_commands
        if info.callback and [info.name or info.callback.__name__] == arguments[:1]
    ]
    if not only:
        return whole()
    called = copy(app)
    called.registered_commands = only
    return called


def whole() -> typer.Typer:
    """Return the app with all commands, those of groups too, which no other has to import."""
    from ragprep.cli.exporting import exporting
    from ragprep.cli.mcp import assisting
    from ragprep.cli.measuring import measuring
    from ragprep.cli.practising import practising
    from ragprep.cli.remembering import remembering
    from ragprep.cli.web import web

    every = copy(app)
    every.registered_groups = []
    every.add_typer(practising)
    every.add_typer(web)
    every.add_typer(assisting)
    every.add_typer(exporting, name="export", help="Write entries for another program.")
    every.add_typer(remembering, name="history", help="Show what you answered, and keep it safe.")
    every.add_typer(measuring, name="eval", help="Measure how good the results are.")
    return every


def _wants_json(arguments: list[str]) -> bool:
    """Return whether `--json` is on, also where the rest of the command is unusable."""
    return "--json" in arguments[: arguments.index("--") if "--" in arguments else None]


def _unforeseen(error: Exception) -> tuple[str, str]:
    """Return the message and remedy of an error that is not ragprep's own."""
    message = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        where = f" for {error.filename}" if error.filename else ""
        return f"There is no space left on the disk{where}.", "Free some space and try again."
    if isinstance(error, OSError):  # of the system: a read-only folder, too many open files
        return f"The system refused: {message}.", "Fix that and try again."
    return (
        f"This is a bug in ragprep: {message}.",
        "Please report it with what RAGPREP_DEBUG=1 shows for the same command.",
    )
