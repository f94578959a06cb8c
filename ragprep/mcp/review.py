"""The tool that writes: it keeps an answer in the history, once the person was asked."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import AcceptedElicitation, Elicit, ElicitationResult, MCPServer, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ToolAnnotations
from pydantic import BaseModel, Field, create_model

from ragprep import wire
from ragprep.mcp.results import Call, Ctx, Serving, errors_told, output
from ragprep.mcp.tools import AnswerText, Ref
from ragprep.types.practice import Rating, RatingName
from ragprep.types.session import Answered
from ragprep.wire import shapes

CANNOT_ASK = (
    "Nothing was kept: a review is kept only after the person agreed, and this client cannot ask "
    "them (it offers no elicitation). To keep one they can answer the entry in `ragprep practice`, "
    "or use a client with elicitation."
)
DECLINED = "Nothing was kept: the person did not agree. Do not ask again unless they want it."

Reviewed = output(shapes.ReviewJson, wire.reviewed)


class Rated(BaseModel):
    """What the person is asked for."""

    rating: RatingName


def add_review_tool(server: MCPServer[Serving]) -> None:
    """Add the tool."""
    title = "Keep an answer in the practice history"
    writing = ToolAnnotations(
        title=title,
        read_only_hint=False,
        destructive_hint=False,
        idempotent_hint=False,
        open_world_hint=False,
    )
    server.add_tool(review, title=title, annotations=writing)


@errors_told()
def graded(entry: Ref, answer: AnswerText, ctx: Ctx) -> Answered:
    """Return the answer with its grade; nothing is kept."""
    call = Call(ctx)
    return call.prep.propose_review(entry, answer, **call.tell)


def asked(answered: Annotated[Answered, Resolve(graded)], ctx: Ctx) -> Elicit[Rated]:
    """Return the question to the person; the rating that the grade proposes is chosen already.

    Raises:
        ToolError: the client cannot ask.
    """
    if not _can_ask(ctx):
        raise ToolError(CANNOT_ASK)
    entry, grade, proposal = answered.entry, answered.grade, answered.proposal
    proposed = proposal.rating if proposal else None
    default: Any = proposed.name.lower() if proposed else ...
    rating: Any = (RatingName, Field(default=default, title="How well did you know it?"))
    message = (
        f"Keep this answer in your practice history?\n\n{entry.label}. {entry.question}\n\n"
        f"Your answer: {answered.said}\n\nGrade: {grade.score} of 100, {grade.verdict}"
    )
    if proposed is None:
        message += "\n\nThe grade is too unsure to propose a rating: choose one."
    return Elicit(message, create_model("Rated", __base__=Rated, rating=rating))


@errors_told()
def review(
    entry: Ref,  # noqa: ARG001 - it is what `graded` takes
    answer: AnswerText,  # noqa: ARG001 - likewise
    answered: Annotated[Answered, Resolve(graded)],
    rated: Annotated[ElicitationResult[Rated], Resolve(asked)],
    ctx: Ctx,
) -> Annotated[CallToolResult, Reviewed]:
    """Keep the person's answer to an entry in their practice history, from which `due` is told.

    The person is asked first, and rates how well they knew it; without their yes nothing is kept.
    """
    if not isinstance(rated, AcceptedElicitation):
        raise ToolError(DECLINED)
    call, rating = Call(ctx), Rating[rated.data.rating.upper()]
    kept = call.prep.keep_review(answered, rating, **call.tell)
    return call.result(wire.reviewed(answered, rating, kept))


def _can_ask(ctx: Ctx) -> bool:
    """Return whether the client can show the person a form; one that names no mode can."""
    capabilities = ctx.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        return False
    return capabilities.elicitation.form is not None or capabilities.elicitation.url is None
