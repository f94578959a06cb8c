"""The arguments and options of the commands, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ragprep.config import LLMChoice

Words = Annotated[list[str], typer.Argument(metavar="QUESTION", hidden=True)]
Ref = Annotated[str, typer.Argument(metavar="ENTRY", hidden=True)]
Refs = Annotated[list[str], typer.Argument(metavar="ENTRY", hidden=True)]
GuideFile = Annotated[Path, typer.Argument(metavar="FILE", hidden=True)]
GuidePaths = Annotated[list[Path] | None, typer.Argument(metavar="PATH", hidden=True)]
# Hidden: typer would list them as "QUESTION <list[str]>". The usage line has them, and the
# commands' docstrings say what they are.

Top = Annotated[int, typer.Option("--top", "-k", metavar="N", help="How many entries.")]
Section = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Only sections with this text in their name."),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Show what put each entry there, retriever by retriever.")
]
Points = Annotated[
    bool, typer.Option("--points", help="The key points of the answer, each with its line.")
]
LLM = Annotated[
    LLMChoice | None,
    typer.Option(
        help="Who writes: ollama; none, for the guide's own sentences; or auto, which is ollama "
        "when it runs. Otherwise as set, and auto when not."
    ),
]
LLMModel = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="The Ollama model. Otherwise the best installed."),
]
Shipped = Annotated[
    bool, typer.Option("--shipped", help="The guide that comes with ragprep, beside any PATH.")
]
Queries = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Judged queries, JSON Lines (eval/README.md). Otherwise our own."
    ),
]
RunOut = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write what was found as a TREC run.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object; errors are one on stderr.")
]
Home = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Where the index is kept. Otherwise RAGPREP_HOME."),
]
