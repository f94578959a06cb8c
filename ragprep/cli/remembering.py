"""The commands of `ragprep history`; without the name of one it shows what was answered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ragprep import wire
from ragprep.cli import render, standing
from ragprep.cli.layout import Line, counted
from ragprep.cli.opening import opened
from ragprep.cli.options import AsJson, Home


class ShownByDefault(TyperGroup):
    """A group whose command `show` may go without its name: `ragprep history q3`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the name before arguments that begin with no command and do not ask for help."""
        if args[:1] not in [[name] for name in (*self.commands, "--help", "-h")]:
            args = ["show", *args]
        return list(super().parse_args(ctx, args))


remembering = typer.Typer(rich_markup_mode=None, cls=ShownByDefault)


@remembering.callback()
def history() -> None:
    """Hold the commands together; `show` is what `history` does without one."""


@remembering.command()
def show(
    entry: Annotated[
        str | None, typer.Argument(metavar="[ENTRY]", help="A label (q3) or an id.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Show what you answered and how it went, all of it or of one entry; `show` may be left out.

    Example: ragprep history show q3
    """
    with opened(home) as prep:
        reviews, state = prep.history(entry)
    if as_json:
        render.show_json(wire.history(reviews, state))
    else:
        render.show(standing.history(reviews, state))


@remembering.command()
def undo(
    move: Annotated[str, typer.Argument(help="Its id, as the notice said.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Take back that the history of an entry went over to another.

    Example: ragprep history undo 1747401aab8440638fd23a3b9760ee31
    """
    with opened(home) as prep:
        prep.undo_move(move)
    if as_json:
        render.show_json(wire.move_undone(move))
    else:
        render.show([Line.of("The history is the earlier entry's again.")])


@remembering.command()
def restore(as_json: AsJson = False, home: Home = None) -> None:
    """Bring back the last sound backup of what you answered; what it replaces is kept beside it.

    Example: ragprep history restore
    """
    with opened(home) as prep:
        backup, aside = prep.restore_history()
    if as_json:
        render.show_json(wire.restored(backup, aside))
        return
    render.show([Line.of(f"Restored {counted(backup.reviews, 'review')} from {backup.path}.")])
    if aside is not None:
        render.show([Line.of(f"The damaged history is kept as {aside}.", "faint")])


@remembering.command("export")
def export_history(
    file: Annotated[Path, typer.Argument(help="Is written, as JSON Lines.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Write all that you answered to a file, for another machine.

    Example: ragprep history export answers.jsonl
    """
    with opened(home) as prep:
        reviews = prep.export_history(file)
    if as_json:
        render.show_json(wire.reviews_kept(reviews, file))
    else:
        render.show([Line.of(f"Wrote {counted(reviews, 'review')} to {file}.")])


@remembering.command("import")
def import_history(
    file: Annotated[Path, typer.Argument(help="That `history export` wrote.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Add what you answered on another machine; what is there already is not added twice.

    Example: ragprep history import answers.jsonl
    """
    with opened(home) as prep:
        added = prep.import_history(file)
    if as_json:
        render.show_json(wire.reviews_kept(added, file))
    else:
        render.show([Line.of(f"Added {counted(added, 'review')} from {file}.")])


@remembering.command()
def forget(
    entry: Annotated[str, typer.Argument(help='A label (q3), an id, or "all".')],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Remove what you answered to an entry, or everything, from the history and its backups.

    Example: ragprep history forget q3
    """
    with opened(home) as prep:
        removed = prep.forget_history(None if entry == "all" else entry)
    if as_json:
        render.show_json(wire.forgotten(removed))
    else:
        render.show([Line.of(f"Removed {counted(removed, 'review')}, also from the backups.")])
