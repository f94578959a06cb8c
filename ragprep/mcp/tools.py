"""The tools that read: search, ask, entry, related, grade and due; each calls one `Prep` method."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import Field

from ragprep import wire
from ragprep.errors import NotCovered
from ragprep.grade.prepare import MAX_CHARS
from ragprep.mcp.results import Call, Ctx, OnText, Serving, errors_told, output
from ragprep.search.query import MAX_QUERY_CHARS
from ragprep.types.answer import Answer
from ragprep.wire import shapes

MAX_HITS = 50
"""A guess: more than a model reads with profit."""

MAX_NAME_CHARS = 200
"""Of a label, an id, or a part of a section's name; a guess."""

Found = output(shapes.SearchJson, wire.search)
Answered = output(shapes.AnswerJson, wire.answer)
Shown = output(shapes.EntriesJson, wire.entries_shown)
RelatedFound = output(shapes.RelatedJson, wire.related)
Graded = output(shapes.GradeJson, wire.grade)
Due = output(shapes.DueJson, wire.due)

# limits that ragprep checks itself, with a remedy, are only published
Query = Annotated[
    str,
    Field(
        description="In the person's own words, or keywords.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUERY_CHARS},
    ),
]
Top = Annotated[int, Field(ge=1, le=MAX_HITS, description="How many entries.")]
Ref = Annotated[str, Field(max_length=MAX_NAME_CHARS, description="A label (q3) or an id.")]
RefOrText = Annotated[
    str,
    Field(
        description="A label (q3), an id, or words that find an entry.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUERY_CHARS},
    ),
]
AnswerText = Annotated[
    str,
    Field(
        description="The person's own words, unchanged.",
        json_schema_extra={"maxLength": MAX_CHARS},
    ),
]
Section = Annotated[
    str | None,
    Field(max_length=MAX_NAME_CHARS, description="Only sections with this text in their name."),
]


def add_reading_tools(server: MCPServer[Serving]) -> None:
    """Add the tools that change nothing."""
    for tool, title in (
        (search, "Search the guides"),
        (ask, "Answer from the guides"),
        (entry, "Show an entry"),
        (related, "Find related entries"),
        (grade, "Grade an answer"),
        (due, "Show what comes due"),
    ):
        reading = ToolAnnotations(title=title, read_only_hint=True, open_world_hint=False)
        server.add_tool(tool, title=title, annotations=reading)


@errors_told()
def search(
    query: Query, ctx: Ctx, top: Top = 5, section: Section = None
) -> Annotated[CallToolResult, Found]:
    """Find the entries of the person's interview guides that answer a question, best first.

    `covered` says whether the guides answer it at all; `entry` shows a whole one.
    """
    call = Call(ctx)
    result = call.prep.search(query, top, section=section, **call.tell)
    return call.result(wire.search(result, explain=False))


async def ask(question: Query, ctx: Ctx) -> Annotated[CallToolResult, Answered]:
    """Answer a question from the person's guides alone, each sentence cited; refuse what they lack.

    Keep the citations ("[q3]") where you pass the answer on.
    """
    call = Call(ctx)

    def written(on_text: OnText) -> Answer:
        return call.prep.ask(question, on_text=on_text, notice=call.notices.append)

    with errors_told():
        # what takes long before a first answer is told here; `write` may have no worker thread
        await anyio.to_thread.run_sync(lambda: call.prep.snapshot(**call.tell))
        return call.result(wire.answer(await call.write(written)))


@errors_told()
def entry(entry: Ref, ctx: Ctx) -> Annotated[CallToolResult, Shown]:
    """Show a whole entry of the guides: its answer in Markdown, and its key points."""
    call = Call(ctx)
    shown = call.prep.entry(entry, **call.tell)
    points = call.prep.points(shown.id, **call.tell)
    return call.result(wire.entries_shown([(shown, points)]))


@errors_told()
def related(entry: RefOrText, ctx: Ctx, top: Top = 5) -> Annotated[CallToolResult, RelatedFound]:
    """Say what to look at next after an entry, with the reason for each."""
    call = Call(ctx)
    try:
        after = call.prep.find(entry, **call.tell)
    except NotCovered:
        return call.result(wire.related(None, ()))
    return call.result(wire.related(after, call.prep.related(after.id, top, **call.tell)))


@errors_told()
def grade(entry: RefOrText, answer: AnswerText, ctx: Ctx) -> Annotated[CallToolResult, Graded]:
    """Grade the person's answer to an entry, point by point; nothing is kept.

    Use it before you tell the key points, and `review` to keep the answer.
    """
    call = Call(ctx)
    return call.result(wire.grade(call.prep.grade(entry, answer, **call.tell)))


@errors_told()
def due(ctx: Ctx, section: Section = None) -> Annotated[CallToolResult, Due]:
    """Say which entries the person practised come due, and when, and how many new ones to meet."""
    call = Call(ctx)
    entries, new, _ = call.prep.due(section=section, **call.tell)
    return call.result(wire.due(entries, new))
