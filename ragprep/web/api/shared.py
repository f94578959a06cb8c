"""What the routes share: their parameters, their responses, and how work is run for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from ragprep.grade.prepare import MAX_CHARS
from ragprep.search.query import MAX_QUERY_CHARS
from ragprep.web import problems

T = TypeVar("T")

MAX_TOP = 50
"""Entries of one result; a guess: more than anybody looks at."""

MAX_NAME_CHARS = 200
"""Of a label, an id, or a part of a section's name; a guess."""

MAX_PATH_CHARS = 4096
"""Of a path; as Linux has it."""

VISIBLE = r"[^\s\x00-\x20\x7f-\xa0]"
"""What a question needs one of."""

QUESTIONS = ["What is dropout?", "How do I stop a network from learning the data by heart?"]
LABELS = ["q1", "q3"]
"""Examples, of the shipped guide."""

# limits that ragprep checks itself, with a remedy, are only published
_TEXT: dict[str, Any] = {"minLength": 1, "maxLength": MAX_QUERY_CHARS, "pattern": VISIBLE}

QueryText = Annotated[str, Field(json_schema_extra=_TEXT)]
AnswerText = Annotated[str, Field(json_schema_extra={"maxLength": MAX_CHARS})]
Name = Annotated[str, Field(max_length=MAX_NAME_CHARS)]

QueryParam = Annotated[
    str,
    Query(
        description="In your own words, or keywords.", json_schema_extra=_TEXT, examples=QUESTIONS
    ),
]
TopParam = Annotated[int, Query(ge=1, le=MAX_TOP, description="How many entries.", examples=[3])]
SectionParam = Annotated[
    str | None,
    Query(max_length=MAX_NAME_CHARS, description="Only sections with this text in their name."),
]
GuideParam = Annotated[
    str | None,
    Query(max_length=MAX_NAME_CHARS, description="Only guides with this text in their name."),
]
EntryParam = Annotated[
    str,
    Query(
        description="A label (q3), an id, or words that find an entry.",
        json_schema_extra=_TEXT,
        examples=LABELS,
    ),
]
RefParam = Annotated[
    str | None,
    Query(max_length=MAX_NAME_CHARS, description="A label (q3) or an id.", examples=LABELS),
]
RefPath = Annotated[
    str, Path(max_length=MAX_NAME_CHARS, description="A label (q3) or an id.", examples=LABELS)
]
NamePath = Annotated[
    str, Path(max_length=MAX_NAME_CHARS, description="The last part of `Location`.")
]

PROBLEM: dict[str, Any] = {
    "description": inspect.getdoc(problems.problem),
    "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

RETURNS_NOTHING: dict[str, Any] = {
    "status_code": 204,
    "response_class": Response,
    "responses": {"default": PROBLEM},
}

STREAM = "text/event-stream"


class Body(BaseModel):
    """What is sent; a key that nobody reads, or a value of another type, is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True)


class TextBody(Body):
    """An answer, in the person's own words."""

    answer: AnswerText


def returns(
    shape: Any,
    wire: Callable[..., object],
    *,
    status: int = 200,
    streams: str = "",
    location: str = "",
) -> dict[str, Any]:
    """Return what a route's decorator says of its responses.

    Args:
        shape: of the result.
        wire: whose docstring says what the keys mean.
        status: of HTTP.
        streams: what the stream of server-sent events has, for a route that may send one.
        location: what the header `Location` leads to, for a route that has it.
    """
    described: dict[str, Any] = {"model": shape, "description": inspect.getdoc(wire)}
    if streams:
        stream = {"schema": {"type": "string", "description": streams}}
        described["content"] = {STREAM: stream}
    if location:
        header = {"description": location, "required": True, "schema": {"type": "string"}}
        described["headers"] = {"Location": header}
    responses = {status: described, "default": PROBLEM}
    return {"responses": responses, "status_code": status, "response_class": JSONResponse}


def streams_wanted(request: Request) -> bool:
    """Return whether the client accepts server-sent events."""
    return STREAM in request.headers.get("accept", "")


def left() -> Response:
    """Return the response to a client that did not wait for it."""
    return Response(status_code=204)
