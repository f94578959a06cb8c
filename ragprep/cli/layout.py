"""Results as lines for people; pure. How a line is printed is for render to know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Literal

from ragprep.types.guide import Role
from ragprep.types.search import Strength
from ragprep.wire import section

if TYPE_CHECKING:
    from ragprep.chat import Turn
    from ragprep.expand import Expansion
    from ragprep.types.answer import Answer
    from ragprep.types.check import Check
    from ragprep.types.export import Exported
    from ragprep.types.guide import Entry, Guide, KeyPoint, Span
    from ragprep.types.index import BuildReport, FileRead, Manifest
    from ragprep.types.search import Hit, Related, SearchResult

Style = Literal["plain", "label", "heading", "faint", "good", "fair", "poor"]

STYLE_OF: dict[Strength, Style] = {
    Strength.STRONG: "good",
    Strength.LIKELY: "fair",
    Strength.WEAK: "faint",
}

_FILES_SHOWN = 20
"""Files of an index that are listed one by one."""

_NAMES_SHOWN, _NAME_WIDTH = 6, 40
"""Statements that an answer leaves out are named up to so many, in at most so many columns."""

LABEL = 6
"""Columns for a label and the space after it: four digits fit."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of output; where it is longer than the terminal is wide, it is wrapped.

    Attributes:
        pieces: text with its style, in order.
        indent: columns before its first row.
        hang: columns before its other rows.
        link: where its last piece leads to, in terminals that follow links; "" nowhere.
    """

    pieces: tuple[tuple[str, Style], ...] = ()
    indent: int = 0
    hang: int = 0
    link: str = ""

    @classmethod
    def of(cls, text: str, style: Style = "plain", indent: int = 0) -> Line:
        """Return a line of one piece."""
        return cls(((text, style),), indent, indent)


BLANK = Line()


def search(result: SearchResult, *, explain: bool) -> Iterator[Line]:
    """Show the hits; when the guides do not cover the query, say so first."""
    if not result.covered:
        yield Line.of("The guides do not cover this question.", "heading")
        if result.hits:
            yield Line.of("Closest:")
            yield BLANK
    yield from _hits(result.hits, explain=explain)


def related(entry: Entry, related_entries: Sequence[Related]) -> Iterator[Line]:
    """Show what to look at next after an entry, and why."""
    if not related_entries:
        yield Line.of("There is no other entry.")
        return
    yield Line((("After ", "faint"), (entry.label, "label"), (f" {entry.question}", "faint")))
    for item in related_entries:
        yield BLANK
        yield _labelled(item.entry.label, (item.entry.question, "heading"))
        marked = item.near_duplicate and item.reason != "near-duplicate"
        reason = f"{item.reason}, near-duplicate" if marked else item.reason
        where = f"  {section(item.entry)}".rstrip()
        yield Line(((reason, "good"), (where, "faint")), LABEL, LABEL)
        if item.detail:
            yield Line.of(item.detail, indent=LABEL)


def after_answer(answer: Answer) -> Iterator[Line]:
    """End the streamed text and show its sources; a refusal names the nearest entries itself."""
    yield BLANK
    if answer.refused or not answer.sources:
        return
    yield BLANK
    yield from _sources(answer)
    yield from omitted(answer)


def omitted(answer: Answer) -> Iterator[Line]:
    """Say what else the entries have that an answer cites, a line for each."""
    for label, group in groupby(answer.omitted, key=lambda sentence: sentence.citations[0]):
        names = [shorten(s.text.partition(": ")[0], _NAME_WIDTH, placeholder="...") for s in group]
        more = f"; {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        also = f"The entry also has: {'; '.join(names[:_NAMES_SHOWN])}{more} "
        yield Line(((also, "faint"), (f"(ragprep show {label})", "label")), 0, 2)


def chat_sources(turn: Turn | None) -> Iterator[Line]:
    """Show where the last answer of a conversation comes from."""
    if turn is None:
        yield Line.of("Nothing was said yet.")
    elif not turn.answer.sources:
        yield Line.of("The last answer has no sources.")
    else:
        yield from _sources(turn.answer)
    yield BLANK


def chat_help() -> Iterator[Line]:
    """List the commands of a conversation."""
    from ragprep.chat import HELP

    for name, what in HELP.items():
        yield Line(((f"/{name:<9}", "label"), (what, "plain")), 0, 10)
    yield BLANK


def _sources(answer: Answer) -> Iterator[Line]:
    yield Line.of("Sources:" if not answer.refused else "Nearest:", "heading")
    for source in answer.sources:
        first, last = source.lines
        where = f"{source.guide}:{first}-{last}"
        question: tuple[str, Style] = (f"{source.question}  ", "plain")
        # The fragment is how terminals that open files at a line are told the line (kitty, iTerm2).
        link = f"{Path(source.path).as_uri()}#{first}" if Path(source.path).is_absolute() else ""
        line = _labelled(source.label, question, (where, "faint"), indent=2)
        yield replace(line, link=link)


def entries_shown(entries: Iterable[tuple[Entry, Sequence[KeyPoint] | None]]) -> Iterator[Line]:
    """Show whole entries, or their key points."""
    for place, (entry, points) in enumerate(entries):
        if place:
            yield BLANK
        yield _labelled(entry.label, (entry.question, "heading"))
        first, last = entry.lines
        where = f"{section(entry)}  {entry.guide}:{first}-{last}"
        yield Line.of(where.strip(), "faint", LABEL)
        yield BLANK
        if points is None:
            yield from _markdown(entry.answer)
        for heading, members in groupby(points or (), key=lambda point: point.heading):
            if heading:
                yield Line.of(f"{heading}:", indent=LABEL)
            for point in members:
                number = f"{point.line:>{LABEL - 2}}  "
                yield Line(((number, "faint"), (point.text, "plain")), 0, LABEL)


def listing(entries: Iterable[Entry]) -> Iterator[Line]:
    """Show the questions, section by section."""
    for place, (name, members) in enumerate(groupby(entries, key=section)):
        if place:
            yield BLANK
        if name:
            yield Line.of(name, "heading")
        for entry in members:
            yield _labelled(entry.label, (entry.question, "plain"), *_unanswered(entry))


def build(report: BuildReport) -> Iterator[Line]:
    """Show what a build did."""
    manifest = report.manifest
    guides = counted(len(manifest.guides), "guide")
    yield Line.of(
        f"Indexed {counted(manifest.entries, 'entry', 'entries')} of {guides}: "
        f"{counted(manifest.views, 'view')}, {report.embedded:,} embedded, "
        f"{report.reused:,} reused, in {report.seconds:.1f} s."
    )
    yield from _files(report.files)


def _files(files: Sequence[FileRead]) -> Iterator[Line]:
    """Show what came of each file; of many only those that need a look."""
    shown = files if len(files) <= _FILES_SHOWN else [f for f in files if f.skipped or f.missed]
    for file in shown:
        if file.skipped:
            yield Line(((f"{file.path}: ", "plain"), (f"left out: {file.skipped}", "fair")), 2, 4)
            continue
        unanswered = f", {file.unanswered:,} without an answer" if file.unanswered else ""
        missed = (
            f"; {counted(file.missed, 'question-like line')} in no entry" if file.missed else ""
        )
        text = f"{file.path}: {counted(file.entries, 'entry', 'entries')}{unanswered}"
        yield Line(((text, "plain"), (missed, "fair")), 2, 4)
    if len(shown) < len(files):
        yield Line(((f"and {counted(len(files) - len(shown), 'other file')}", "faint"),), 2, 4)


def status(manifest: Manifest, place: Path | str) -> Iterator[Line]:
    """Show what the index at a place is made of."""
    yield _field("Index", f"{place} (format {manifest.format})")
    yield _field("Entries", f"{manifest.entries:,}")
    yield _field("Views", f"{manifest.views:,}, searched by a {manifest.index_type} index")
    yield _field("Model", f"{manifest.model}, {manifest.dim} dimensions")
    for guide in manifest.guides:
        entries = counted(guide.entries, "entry", "entries")
        yield _field("Guide", f"{guide.name}: {entries}, {guide.path}")


def lint(guide: Guide) -> Iterator[Line]:
    """Show by line the entries and what was left out, the diagnostics as compilers do, counts."""
    styles: dict[str, Style] = {"info": "faint", "warning": "fair", "error": "poor"}
    left_out = [span for span in guide.account if span.role is Role.LEFT_OUT]
    rows: list[tuple[int, int, Line]] = [  # entries may share a line, as in JSON
        *((*entry.lines, _linted(entry)) for entry in guide.entries),
        *((s.first, s.last, _left_out(s)) for s in left_out),
    ]
    rows.sort(key=lambda row: row[:2])
    yield from (line for _, _, line in rows)
    for diagnostic in guide.diagnostics:
        where, level = f"{guide.path}:{diagnostic.line}: ", f"{diagnostic.level}: "
        yield Line(
            ((where, "plain"), (level, styles[diagnostic.level]), (diagnostic.message, "plain")),
            0,
            2,
        )
    levels = Counter(diagnostic.level for diagnostic in guide.diagnostics)
    yield Line.of(
        f"{counted(len(guide.entries), 'entry', 'entries')}; {counted(levels['error'], 'error')}, "
        f"{counted(levels['warning'], 'warning')}, {levels['info']} to know."
    )


def _linted(entry: Entry) -> Line:
    size = f"{len(entry.answer):,} characters" if entry.answer else "no answer"
    pieces: tuple[tuple[str, Style], ...] = (
        (_lines_column(*entry.lines), "faint"),
        (f"{entry.label:<5} ", "label"),
        (entry.question, "plain"),
        (f"  ({size})", "faint"),
    )
    return Line(pieces, 0, 19)


def _left_out(span: Span) -> Line:
    where = _lines_column(span.first, span.last)
    return Line(((where, "faint"), (f"left out: {span.reason}", "fair")), 0, 13)


def _lines_column(first: int, last: int) -> str:
    where = f"{first}-{last}" if first < last else f"{first}"
    return f"{where:>11}  "


def lint_folder(guides: Sequence[Guide]) -> Iterator[Line]:
    """Show each guide of a folder, then the totals."""
    for guide in guides:
        yield Line(((guide.path, "heading"),), 0, 2)
        yield from lint(guide)
        yield Line.of("")
    entries = [entry for guide in guides for entry in guide.entries]
    unanswered = sum(not entry.answer for entry in entries)
    missed = sum(guide.missed for guide in guides)
    skipped = sum(bool(guide.skipped) for guide in guides)
    yield Line.of(
        f"{counted(len(guides), 'file')}, {skipped:,} left out; "
        f"{counted(len(entries), 'entry', 'entries')}, {unanswered:,} without an answer; "
        f"{counted(missed, 'question-like line')} in no entry."
    )


def formats(described: Sequence[tuple[str, str, Sequence[str]]]) -> Iterator[Line]:
    """Show the formats that are read: name, description and suffixes of each."""
    for name, description, suffixes in described:
        yield Line(
            (
                (f"{name:<12} ", "label"),
                (description, "plain"),
                (f"  {' '.join(suffixes)}", "faint"),
            ),
            0,
            13,
        )


def expand(expansion: Expansion) -> Iterator[Line]:
    """Show what was written, what was kept, and whether it helps."""
    written = counted(expansion.written, "phrase")
    entries = counted(expansion.entries, "entry", "entries")
    yield Line.of(
        f"{expansion.model} wrote {written} for {entries} ({expansion.asked} now, in "
        f"{expansion.seconds:.0f} s); {expansion.kept:,} passed."
    )
    for reason, number in sorted(expansion.dropped.items(), key=lambda item: -item[1]):
        yield Line.of(f"{number:>6,}  {reason}", "faint")
    verdict = expansion.verdict
    if verdict is not None:
        yield Line.of(
            f"Covered and found first, of {counted(verdict.queries, 'phrase')} of a "
            f"kind not indexed: "
            f"{verdict.without:.1%} without aliases, {verdict.with_aliases:.1%} with (gain at "
            f"least {verdict.lower:+.1%}); of the titles {verdict.titles_without:.1%} and "
            f"{verdict.titles_with:.1%}."
        )
    if expansion.used:
        yield Line.of("They help: they stand beside the guide now.", "good")
    else:
        yield Line.of(
            "They do not surely help, so they are not used; a larger model may write better ones.",
            "fair",
        )


def export(exported: Exported) -> Iterator[Line]:
    """Say what was written, and where."""
    entries = counted(exported.entries, "entry", "entries")
    verb = "Replaced" if exported.replaced else "Wrote"
    yield Line.of(f"{verb} {exported.path}: {entries}.")
    for deck in exported.decks:
        yield Line(((f"deck {deck}", "faint"),), 2, 4)


def doctor(checks: Iterable[Check]) -> Iterator[Line]:
    """Show a line for each check, with the remedy where it failed."""
    for check in checks:
        word, style = _outcome(check)
        text = check.message if check.ok else f"{check.message} {check.remedy}"
        name = check.name.ljust(8)
        yield Line(((word.ljust(10), style), (name, "heading"), (text, "plain")), 0, 18)


def _hits(hits: Iterable[Hit], *, explain: bool) -> Iterator[Line]:
    for place, hit in enumerate(hits):
        if place:
            yield BLANK
        yield _labelled(hit.entry.label, (hit.entry.question, "heading"), *_unanswered(hit.entry))
        where = f"  {section(hit.entry)}".rstrip()
        strength = f"{hit.strength} {hit.relevance:.2f}", STYLE_OF[hit.strength]
        yield Line((strength, (where, "faint")), LABEL, LABEL)
        if hit.matched != hit.entry.question:
            for row in hit.matched.splitlines():
                yield Line.of(row, indent=LABEL)
        for trace in hit.trace if explain else ():
            evidence = f"{trace.retriever} {trace.score:.3f}, rank {trace.rank}, {trace.view}: "
            yield Line(
                ((evidence, "faint"), (" ".join(trace.text.split()), "faint")), LABEL, LABEL + 2
            )


def _outcome(check: Check) -> tuple[str, Style]:
    if check.ok:
        return "ok", "good"
    return ("optional", "fair") if check.optional else ("fail", "poor")


def _unanswered(entry: Entry) -> Iterator[tuple[str, Style]]:
    if not entry.answer:
        yield "  (no answer)", "faint"


def _labelled(label: str, *pieces: tuple[str, Style], indent: int = 0) -> Line:
    name = label.ljust(LABEL - 1) + " "
    return Line(((name, "label"), *pieces), indent, indent + LABEL)


def _field(name: str, text: str) -> Line:
    return Line(((name.ljust(9), "faint"), (text, "plain")), 0, 9)


def _markdown(text: str) -> Iterator[Line]:
    """Show Markdown as it stands; what is bold in it is a piece of its own, marks and all.

    It is not rendered: a renderer would take the stars of a formula for emphasis.
    """
    for row in text.splitlines():
        body = row.lstrip(" ")
        indent = len(row) - len(body)
        hang = (
            indent + len(match[0]) if (match := re.match(r"([-*+]|\d+[.)])\s+", body)) else indent
        )
        pieces: list[tuple[str, Style]] = [
            (piece, "heading" if piece.startswith("**") else "plain")
            for piece in re.split(r"(\*\*[^*\n]+\*\*)", body)
            if piece
        ]
        yield Line(tuple(pieces), indent, hang)


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 entry", "1,200 entries"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
