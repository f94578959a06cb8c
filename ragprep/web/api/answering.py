"""Answers: as JSON at their end, or as server-sent events while they are written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ConfigDict, JsonValue
from starlette.concurrency import run_in_threadpool

from ragprep import wire
from ragprep.chat import Chat, Turn
from ragprep.errors import RagprepError
from ragprep.web.api import schemas
from ragprep.web.api.shared import (
    QUESTIONS,
    RETURNS_NOTHING,
    STREAM,
    Body,
    Name,
    NamePath,
    QueryText,
    left,
    returns,
    streams_wanted,
)
from ragprep.web.named import Named, new_name
from ragprep.web.problems import UnknownName, problem_of
from ragprep.web.streaming import Abandoned, Done, finished, pieces
from ragprep.wire import shapes

if TYPE_CHECKING:
    from ragprep.service import Prep
    from ragprep.web.llm_queue import LLMQueue

T = TypeVar("T")
Written = Callable[[Callable[[str], None]], T]
"""Writes an answer; calls what it is given with each piece."""

EVENTS = (
    'Asked for with `Accept: text/event-stream`. Events: `text`, data `{"text": ...}`, the next '
    "piece of the answer; at last `answer`, its data the same object as without a stream, or "
    "`problem`, its data a problem."
)


ASK_EXAMPLES: list[JsonValue] = [{"question": question, "llm": "none"} for question in QUESTIONS]


class AskBody(Body):
    """A question.

    Attributes:
        question: in the person's own words.
        llm: the name of the model that writes, "none" for the guide's own sentences; the one that
            the settings choose when null.
    """

    model_config = ConfigDict(json_schema_extra={"examples": ASK_EXAMPLES})

    question: QueryText
    llm: Name | None = None


def router(prep: Prep, queue: LLMQueue) -> APIRouter:
    """Return the routes; answers by a model wait for each other in `queue`."""
    routes = APIRouter()
    chats: Named[Chat] = Named()

    @routes.post("/ask", **returns(shapes.AnswerJson, wire.answer, streams=EVENTS))
    async def ask(body: AskBody, request: Request) -> Response:
        """Answer a question from the guides, each sentence cited."""
        return await _answered(
            lambda on_text: _answering(prep, body.llm).ask(body.question, on_text=on_text),
            wire.answer,
            request,
            queue if _may_write(prep, body.llm) else None,
        )

    @routes.post(
        "/chat",
        **returns(
            schemas.TurnJson, wire.chat, status=201, streams=EVENTS, location="The conversation."
        ),
    )
    async def begin_chat(body: AskBody, request: Request) -> Response:
        """Begin a conversation with a question."""
        return await _turn(body, request, new_name(), None)

    @routes.post("/chat/{name}", **returns(schemas.TurnJson, wire.chat, streams=EVENTS))
    async def continue_chat(name: NamePath, body: AskBody, request: Request) -> Response:
        """Ask a question that may refer to the one before."""
        return await _turn(body, request, name, _known(name))

    @routes.delete("/chat/{name}", **RETURNS_NOTHING)
    def end_chat(name: NamePath) -> Response:
        """Forget a conversation."""
        _known(name)
        chats.forget(name)
        return Response(status_code=204)

    def _known(name: str) -> Chat:
        chat = chats.get(name)
        if chat is None:
            raise UnknownName(
                "There is no such conversation, or no longer.",
                remedy="Begin one: POST /api/v1/chat.",
            )
        return chat

    async def _turn(body: AskBody, request: Request, name: str, before: Chat | None) -> Response:
        def work(on_text: Callable[[str], None]) -> Turn:
            chat = _answering(prep, body.llm).chat(after=before)
            turn = chat.ask(body.question, on_text=on_text)
            chats.keep(name, chat)
            return turn

        asked = queue if _may_write(prep, body.llm) else None
        response = await _answered(work, wire.chat, request, asked)
        if before is None:
            response.status_code = 201
            response.headers["Location"] = f"/api/v1/chat/{name}"
        return response

    return routes


def _answering(prep: Prep, llm: str | None) -> Prep:
    """Return the guides with answers by the model of this name."""
    return prep if llm is None else prep.with_writer(None if llm == "none" else llm)


def _may_write(prep: Prep, llm: str | None) -> bool:
    """Return whether a language model may write, which only one answer at a time has."""
    return llm != "none" and prep.config.llm != "none"


async def _answered(
    work: Written[T],
    shown: Callable[[T], dict[str, Any]],
    request: Request,
    queue: LLMQueue | None,
) -> Response:
    """Return what `work` writes as the client wants it.

    Args:
        work: writes it.
        shown: makes JSON of it.
        request: says what the client accepts.
        queue: before the language model; None where none is asked.
    """
    if queue is None:
        result = await run_in_threadpool(work, lambda _: None)
        if not streams_wanted(request):
            return JSONResponse(shown(result))
        return StreamingResponse(_events(_at_once(result), shown), media_type=STREAM)
    if streams_wanted(request):
        return StreamingResponse(_events(pieces(work, queue), shown), media_type=STREAM)
    try:
        return JSONResponse(shown(await finished(work, queue, gone=request.is_disconnected)))
    except Abandoned:
        return left()


async def _at_once(result: T) -> AsyncIterator[str | Done[T] | RagprepError]:
    yield Done(result)


async def _events(
    written: AsyncIterator[str | Done[T] | RagprepError], shown: Callable[[T], dict[str, Any]]
) -> AsyncIterator[str]:
    sent = 0
    async for piece in written:
        if isinstance(piece, str):
            yield event("text", {"text": piece[sent:]})
            sent = len(piece)
        elif isinstance(piece, RagprepError):
            yield event("problem", problem_of(piece))
        else:
            yield event("answer", shown(piece.value))


def event(name: str, data: dict[str, Any]) -> str:
    """Return a server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
