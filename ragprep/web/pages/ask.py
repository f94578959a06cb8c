"""The page Ask: entries as one types, answers with citations, and follow-ups in a conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Header
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from ragprep.errors import IndexMissing, RagprepError
from ragprep.web.named import Named, new_name
from ragprep.web.pages.answers import answer_shown, text_shown
from ragprep.web.pages.html import page, render
from ragprep.web.streaming import Done, finished, pieces
from ragprep.web.writers import Writers

if TYPE_CHECKING:
    from ragprep.chat import Chat, Turn
    from ragprep.service import Prep
    from ragprep.types.answer import Answer
    from ragprep.types.guide import Entry
    from ragprep.types.search import SearchResult
    from ragprep.web.llm_queue import LLMQueue

HITS = 8
"""Entries shown while a question is typed."""

EXAMPLES = 3
"""Questions of the guides that an empty page offers."""

EMPTY = Markup()

Hx = Annotated[str, Header(alias="HX-Request")]
Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class TurnShown:
    """A turn as its template shows it.

    Attributes:
        number: of the turn in its conversation, from 1.
        question: as typed.
        searched: what was searched for.
        body: the answer, or its beginning.
        answer: None while it is written, and where there is none.
        doing: what goes on while it is written.
        problem: why there is no answer.
    """

    number: int
    question: str
    searched: str = ""
    body: Markup = EMPTY
    answer: Answer | None = None
    doing: str = ""
    problem: RagprepError | None = None

    @property
    def writing(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and self.problem is None


def router(prep: Prep, queue: LLMQueue) -> APIRouter:
    """Return the routes of the page; answers by a model wait for each other in `queue`."""
    routes = APIRouter(include_in_schema=False)
    threads: Named[Chat] = Named()
    writers = Writers(prep.writers)

    @routes.get("/")
    def ask(question: str = "") -> Response:
        """Show the form, with the entries closest to a question if there is one."""
        result = prep.search(question, HITS) if question.strip() else None
        return _page(prep, writers, question=question, result=result)

    @routes.get("/results")
    def results(question: str = "") -> Response:
        """Return the entries closest to what has been typed so far."""
        if not question.strip():
            return Response("", media_type="text/html")
        return page("_results.html", result=prep.search(question, HITS))

    @routes.get("/ask/{thread}")
    def conversation(thread: str, llm: str | None = None) -> Response:
        """Show a conversation; one that this process does not know begins anew."""
        chat = threads.get(thread)
        if chat is None:
            return RedirectResponse("/", 303)
        return _page(prep, writers, thread=thread, turns=turns_shown(prep, chat), llm=llm)

    @routes.post("/ask")
    async def post(
        question: Text = "", thread: Text = "", llm: Text = "", hx_request: Hx = ""
    ) -> Response:
        """Answer a question; by a model that is waited for piece by piece where a script asks."""
        before = threads.get(thread)
        name = thread if before else new_name()

        def answered(on_text: Callable[[str], None]) -> Turn:
            chat = prep.with_writer(llm or None).chat(after=before)
            turn = chat.ask(question, on_text=on_text)
            threads.keep(name, chat)
            return turn

        number = len(before.turns) + 1 if before else 1
        if hx_request and llm:
            shown = _streamed(prep, pieces(answered, queue), TurnShown(number, question), name)
            response: Response = StreamingResponse(shown, media_type="text/event-stream")
        else:
            turn = await (
                finished(answered, queue) if llm else run_in_threadpool(answered, lambda _: None)
            )
            shown_turn = await run_in_threadpool(turn_shown, prep, number, turn)
            response = page("_turn_added.html", turn=shown_turn, thread=name)
        if not hx_request:
            return RedirectResponse(f"/ask/{name}?llm={quote(llm)}#turn-{number}", 303)
        response.headers["HX-Push-Url"] = f"/ask/{name}"
        return response

    return routes


def turns_shown(prep: Prep, chat: Chat) -> list[TurnShown]:
    """Return all turns of a conversation."""
    return [turn_shown(prep, number, turn) for number, turn in enumerate(chat.turns, 1)]


def turn_shown(prep: Prep, number: int, turn: Turn) -> TurnShown:
    """Return a turn with its answer."""
    return TurnShown(
        number, turn.question, turn.searched, answer_shown(prep, turn.answer), turn.answer
    )


def _page(
    prep: Prep,
    writers: Writers,
    *,
    question: str = "",
    result: SearchResult | None = None,
    thread: str = "",
    turns: list[TurnShown] | None = None,
    llm: str | None = None,
) -> Response:
    ready = _has_index(prep)
    return page(
        "ask.html",
        current="Ask",
        ready=ready,
        question=question,
        result=result,
        thread=thread,
        turns=turns or [],
        examples=_examples(prep) if ready and not (turns or question) else [],
        llm=llm,
        **_writers(writers),
    )


async def _streamed(
    prep: Prep,
    answer: AsyncIterator[str | Done[Turn] | RagprepError],
    turn: TurnShown,
    thread: str,
) -> AsyncIterator[str]:
    """Yield a turn as server-sent events: first alone, then in place of what was shown before."""
    doing = "The model reads the entries; this takes a while the first time."
    yield _event("_turn_added.html", turn=replace(turn, doing=doing), thread=thread)
    async for piece in answer:
        if isinstance(piece, str):
            shown = replace(turn, body=text_shown(piece), doing="Being written…")
        elif isinstance(piece, RagprepError):
            shown = replace(turn, problem=piece)
        else:
            shown = await run_in_threadpool(turn_shown, prep, turn.number, piece.value)
        yield _event("_turn_changed.html", turn=shown)


def _event(template: str, **values: Any) -> str:
    """Return a template as a server-sent event."""
    lines = render(template, **values).splitlines()
    return "".join(f"data: {line}\n" for line in lines) + "\n"


def _writers(writers: Writers) -> dict[str, Any]:
    """Return who may answer, or why nobody can whom the settings demand."""
    try:
        return {"writers": writers.names(), "writer_problem": None}
    except RagprepError as exc:
        return {"writers": (), "writer_problem": exc}


def _has_index(prep: Prep) -> bool:
    """Return whether the guides have been read: the first search does it, and takes a while."""
    with suppress(RagprepError):  # but for this one, the search says what is wrong
        try:
            prep.status()
        except IndexMissing:
            return False
    return True


def _examples(prep: Prep) -> list[Entry]:
    """Return questions from all over the guides."""
    with suppress(RagprepError):
        entries = prep.entries()
        return list(entries[:: max(1, len(entries) // EXAMPLES)][:EXAMPLES])
    return []
