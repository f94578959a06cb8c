"""The loop of `ragprep mock`: one question after another, then the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ragprep import wire
from ragprep.cli import render, session_layout
from ragprep.cli.answering import EDIT, InputEnded, Pipe, source
from ragprep.cli.layout import Line
from ragprep.cli.practice import hear_hangups
from ragprep.cli.written import edited
from ragprep.errors import ConfigError, ExportError
from ragprep.files import write_whole

if TYPE_CHECKING:
    from ragprep.practice.mock import Interview
    from ragprep.types.session import InterviewReport

PAGES = {".html", ".htm"}


def check_report(file: Path | None, *, force: bool) -> None:
    """See to it that a report may be written to `file`.

    Raises:
        ConfigError: its name has another ending, or it exists and is not to be replaced.
    """
    if file is None:
        return
    if file.suffix.lower() not in {".md", *PAGES}:
        raise ConfigError(f"{file} is no name of a report.", remedy="End it in .md or .html.")
    if file.exists() and not (force and file.is_file()):
        raise ConfigError(f"{file} exists.", remedy="Replace it with --force, or name another.")


def hold(interview: Interview, file: Path | None, *, as_json: bool) -> None:
    """Ask until the time is up or the person leaves; then show the report, or write it."""
    hear_hangups()
    typed = source(as_json=as_json)
    if not as_json:
        render.say(session_layout.interview_help(len(interview.entries), interview.minutes))
    try:
        while (entry := interview.question) is not None:
            number, of = len(interview.answers) + 1, len(interview.entries)
            seconds = interview.time_left.total_seconds()
            if not as_json:
                render.show(session_layout.interview_question(entry, number, of, seconds))
                render.flush()
            text = typed.answer("", (EDIT, "s", "q"), lambda _: None)
            if text == "q":
                break
            interview.answer(
                edited(entry.question)
                if text == EDIT and not isinstance(typed, Pipe)
                else ""
                if text == "s"
                else text
            )
    except InputEnded as ended:
        if ended.text.strip():
            interview.answer(ended.text)
    report = interview.report()
    try:
        if file is not None:
            _write(report, file)
    except ExportError:
        file = None  # it is shown instead
        raise
    finally:
        _show(report, file, as_json=as_json)


def _show(report: InterviewReport, file: Path | None, *, as_json: bool) -> None:
    if as_json:
        render.show_json(wire.interview(report))
    elif file is not None:
        render.show(session_layout.interview_result(report, file))
    else:
        from ragprep.practice.report import to_markdown

        render.show(Line.of(line) for line in to_markdown(report).splitlines())


def _write(report: InterviewReport, file: Path) -> None:
    from ragprep.practice.report import to_markdown, to_page

    text = to_page(report) if file.suffix.lower() in PAGES else to_markdown(report)
    try:
        write_whole(file, text.encode())
    except OSError as exc:
        raise ExportError(
            f"{file} cannot be written: {exc.strerror or exc}.",
            remedy="Name a file in a folder that is writable and has room.",
        ) from exc
