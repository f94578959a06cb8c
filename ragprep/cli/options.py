"""The arguments and options of the commands, each described once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EngineName(StrEnum):
    """What embeds the texts of a build."""

    LOCAL = "local"
    RAY = "ray"


Words = Annotated[
    list[str],
    typer.Argument(metavar="QUESTION...", help="In your own words, or keywords. Quotes optional."),
]
RefOrText = Annotated[
    list[str],
    typer.Argument(metavar="ENTRY...", help="A label (q3), an id, or words that find an entry."),
]
Refs = Annotated[
    list[str], typer.Argument(metavar="ENTRY...", help="Labels (q3) or ids, one or more.")
]
GuideFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A guide, or for lint a folder; it need not be indexed."),
]
GuidePaths = Annotated[
    list[str] | None,  # of a Path nobody could tell "" from the current folder
    typer.Argument(
        metavar="PATH...",
        help="Guides or folders of guides. Without any, what is indexed now.",
        show_default=False,
    ),
]

Top = Annotated[int, typer.Option("--top", "-k", metavar="N", help="How many entries.")]
Section = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Only sections with this text in their name."),
]
Guide = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Only guides with this text in their name."),
]
Svg = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the same as a picture (SVG), too.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
Explain = Annotated[
    bool, typer.Option("--explain", help="Show what put each entry there, retriever by retriever.")
]
Points = Annotated[
    bool, typer.Option("--points", help="The key points of the answer, each with its line.")
]
LLM = Annotated[
    str | None,
    typer.Option(
        metavar="WHO",
        help="Who writes: ollama; openai, a server with that protocol (RAGPREP_OPENAI_URL); "
        "gguf:PATH, a model file; none, for the guide's own sentences; or auto, for what runs. "
        "By default auto, unless set otherwise.",
    ),
]
LLMModel = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME", help="The model of a server. Otherwise its best."),
]
Verbose = Annotated[bool, typer.Option("--verbose", help="All numbers, and how the score adds up.")]
AnswerText = Annotated[
    str | None, typer.Option("--answer", metavar="TEXT", help="The answer to grade.")
]
AnswerFile = Annotated[
    Path | None,
    typer.Option(
        "--file", metavar="FILE", help="The answer is in this file. Otherwise stdin, or $EDITOR."
    ),
]
Second = Annotated[
    str | None,
    typer.Option(
        "--llm",
        metavar="WHO",
        help="Who gives a second opinion on each point, as in `ask`. Without it, nobody does.",
    ),
]
Answers = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Graded answers, JSON Lines or CSV (eval/README.md). Otherwise our own.",
    ),
]
Calibrate = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Some more answers that people graded: one line from our scores to theirs is fitted "
        "to these, and applied before the others are compared.",
    ),
]
Pairs = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Minimal pairs, JSON Lines (eval/README.md). Otherwise our own."
    ),
]
Rotated = Annotated[
    bool,
    typer.Option(
        "--rotated",
        help="Make the pairs of the guides' own points: as they are, and each said of the next "
        "name. No file is needed.",
    ),
]
Engine = Annotated[
    EngineName,
    typer.Option(help="What embeds: this process, or a cluster of Ray."),
]
Address = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Of a cluster of Ray; otherwise this machine alone."),
]
Shipped = Annotated[
    bool, typer.Option("--shipped", help="Index the guide that comes with ragprep, too.")
]
Formats = Annotated[
    bool, typer.Option("--formats", help="Show which kinds of files are read, and nothing else.")
]
Queries = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Judged queries, JSON Lines (eval/README.md). Otherwise our own."
    ),
]
Corpus = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Another corpus, in BEIR layout (corpus.jsonl, queries.jsonl, qrels/test.tsv), in "
        "place of the index; --queries then names a file like its queries.jsonl.",
    ),
]
LeaveOut = Annotated[
    bool,
    typer.Option(
        "--leave-out",
        help="Ask each query twice, the second time with the entries that answer it taken away, "
        "and see how often that is noticed. Without --queries the guides' own questions and "
        "aliases are asked, so no labels are needed.",
    ),
]
Judgments = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Judged entries, JSON Lines (eval/related.md). Otherwise our own."
    ),
]
Checks = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Answer checks, JSON Lines (eval/README.md). Otherwise our own."
    ),
]
Writers = Annotated[
    list[str] | None,
    typer.Option(
        "--llm",
        metavar="WHO",
        help="Who writes, as in `ask`; more than once for more. Each is compared "
        "with the extractive answer. Without it, that alone.",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Ask only so many, spread over the file."),
]
RunOut = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write what was found as a TREC run.")
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON object; an error is one, the last line of stderr."),
]
Home = Annotated[
    str | None,
    typer.Option(metavar="FOLDER", help="Where the index is kept. Otherwise RAGPREP_HOME."),
]
