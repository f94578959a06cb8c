"""The commands that ask, `practice` and `mock`: each runs the loop of a session of `Prep`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ragprep.cli.opening import opened
from ragprep.cli.options import AsJson, Force, Guide, Home, Section

practising = typer.Typer(rich_markup_mode=None)

New = Annotated[
    int | None,
    typer.Option(metavar="N", min=0, help="How many new entries. Otherwise what the day needs."),
]
Questions = Annotated[int | None, typer.Option(metavar="N", min=1, help="Ask at most so many.")]
Minutes = Annotated[
    float | None, typer.Option(metavar="M", min=0, help="Ask nothing new after so many minutes.")
]
Until = Annotated[
    datetime | None,
    typer.Option(
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="The day of the interview, 2026-12-20; it is kept, and all is asked before it.",
    ),
]
NoTranscript = Annotated[
    bool, typer.Option("--no-transcript", help="Keep the grades, and not what you say.")
]
AsJsonLines = Annotated[
    bool,
    typer.Option("--json", help="Print a JSON object a line; an error is one on stderr."),
]
InterviewMinutes = Annotated[
    float, typer.Option("--minutes", metavar="M", min=1, help="How long the interview takes.")
]
ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE", help="Write the report there: .md, or .html for a page."
    ),
]


@practising.command()
def practice(
    section: Section = None,
    guide: Guide = None,
    new: New = None,
    minutes: Minutes = None,
    questions: Questions = None,
    until: Until = None,
    no_transcript: NoTranscript = False,
    as_json: AsJsonLines = False,
    home: Home = None,
) -> None:
    """Be asked what is due, then what you know least, then what is new; your answers are graded.

    After each answer you see what to fix first, and when the entry comes again: Enter takes the
    proposed rating, 1 to 4 (or a, h, g, e) another, s skips, u undoes, ? shows the entry, q ends.

    From a pipe an answer ends at a line with a single "." or with the input, and a line is a key;
    an answer that is not rated is kept, and offered next time.

    Example: ragprep practice --section "deep learning" --minutes 15
    """
    from ragprep.cli.practice import practise

    with opened(home) as prep:
        session = prep.practice(
            section=section,
            guide=guide,
            new=new,
            minutes=minutes,
            questions=questions,
            until=until.date() if until else None,
            transcript=not no_transcript,
        )
        all_well = practise(session, as_json=as_json)
    raise typer.Exit(int(not all_well))


@practising.command()
def mock(
    minutes: InterviewMinutes = 30,
    section: Section = None,
    guide: Guide = None,
    questions: Questions = None,
    report: ReportFile = None,
    force: Force = False,
    no_transcript: NoTranscript = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Sit a mock interview: questions across the sections, and no feedback until its end.

    Then the report: what you said, the grades, and the three things to work on. An empty answer
    passes a question over, q alone ends the interview. It does not change when entries come again.

    Example: ragprep mock --minutes 30 --report interview.html
    """
    from ragprep.cli.interview import check_report, hold

    check_report(report, force=force)
    with opened(home) as prep:
        interview = prep.mock(
            minutes=minutes,
            questions=questions,
            section=section,
            guide=guide,
            transcript=not no_transcript,
        )
        hold(interview, report, as_json=as_json)
