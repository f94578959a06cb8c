"""The commands of `ragprep export`: each writes a file and says what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragprep import wire
from ragprep.cli import layout, render
from ragprep.cli.opening import opened
from ragprep.cli.options import AsJson, Force, Guide, Home, Section

exporting = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@exporting.callback()
def export() -> None:
    """Keep `export` a group while it has a single command."""


@exporting.command()
def anki(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Its name ends in .apkg.")],
    section: Section = None,
    guide: Guide = None,
    force: Force = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Write entries as a deck of Anki: question, answer, key points, and a link to the guide.

    Import the file in Anki. Export and import again after you edited a guide: cards are updated,
    none is doubled, and what you reviewed stays.

    Example: ragprep export anki interview.apkg --section "deep learning"
    """
    with opened(home) as prep:
        exported = prep.export_anki(file, section=section, guide=guide, force=force)
    if as_json:
        render.show_json(wire.export(exported))
    else:
        render.show(layout.export(exported))
