"""The report of a mock interview as Markdown and as a page of HTML; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ragprep.types.grade import Grade, PointStatus
from ragprep.types.session import InterviewAnswer, InterviewReport

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mock interview</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42em; margin: 2em auto; padding: 0 1em; }}
blockquote {{ border-left: 3px solid #888; margin-left: 0; padding-left: 1em; }}
</style>
{body}
</html>
"""

_HEADINGS = {
    PointStatus.CONTRADICTED: "Contradicted",
    PointStatus.MISSING: "Left out",
    PointStatus.PARTIAL: "Said in part",
}


def to_markdown(report: InterviewReport) -> str:
    """Return the score, what to work on, and each question with its answer and grade."""
    return "\n".join(_lines(report)) + "\n"


def to_page(report: InterviewReport) -> str:
    """Return the same as a page of HTML that runs no script and loads nothing."""
    from ragprep.export.hypertext import to_html

    return PAGE.format(body=to_html(to_markdown(report)))


def _lines(report: InterviewReport) -> Iterator[str]:
    asked, planned = len(report.answers), len(report.answers) + len(report.not_asked)
    minutes = sum(answer.taken.total_seconds() for answer in report.answers) / 60
    yield f"# Mock interview of {report.began:%Y-%m-%d %H:%M}"
    yield ""
    yield (
        f"{report.score} of 100 on average; {asked} of {planned} questions "
        f"in {minutes:.0f} of {report.minutes:g} minutes."
    )
    if report.to_work_on:
        yield from ("", "## To work on", "")
    for number, item in enumerate(report.to_work_on, start=1):
        what = _escaped(item.what)
        yield f"{number}. **{_escaped(item.entry.question)}** ({item.entry.label}): {what}"
    for number, answer in enumerate(report.answers, start=1):
        yield from _answer(number, answer)


def _answer(number: int, answer: InterviewAnswer) -> Iterator[str]:
    seconds = answer.taken.total_seconds()
    yield from ("", f"## {number}. {_escaped(answer.entry.question)}", "")
    section = " > ".join(answer.entry.section)
    yield "; ".join(filter(None, (answer.entry.label, _escaped(section), f"{seconds:.0f} s")))
    if not answer.said:
        yield from ("", "Passed over.")
        return
    yield ""
    yield from (f"> {_escaped(line)}".rstrip() for line in answer.said.splitlines())
    if answer.grade is None:
        yield from ("", f"Not graded: {_escaped(answer.failure)}")
        return
    yield from ("", f"**{answer.grade.score} of 100.** {_escaped(answer.grade.verdict)}")
    yield from _points(answer.grade)


def _points(grade: Grade) -> Iterator[str]:
    for status, heading in _HEADINGS.items():
        points = [point for point in grade.points if point.status is status]
        if points:
            yield from ("", f"{heading}:", "")
            for point in points:
                under = f"{point.heading}: " if point.heading else ""
                yield f"- {_escaped(under + point.point)}"


def _escaped(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_<\[\]#$|~])", r"\\\1", " ".join(text.split()))
