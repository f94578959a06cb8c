"""An answer with its citations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item of an answer and the labels it cites.

    Two are equal when they say the same and cite the same.

    Attributes:
        text: without markers.
        citations: labels.
        statements: key points it rests on, as the prompt numbers them ("q3.2"), where known; an
            entry without key points has one statement, its whole answer ("q3.1").
        support: 0 to 1, share of its words that are the guide's own; 1 for the guide's own words.
        origin: whose words they are.
    """

    text: str
    citations: tuple[str, ...]
    statements: tuple[str, ...] = field(default=(), compare=False)
    support: float = field(default=1.0, compare=False)
    origin: Literal["guide", "model"] = field(default="guide", compare=False)


@dataclass(frozen=True, slots=True)
class Source:
    """An entry an answer was written from; `path` is its guide's file, "" where not known."""

    label: str
    question: str
    lines: tuple[int, int]
    guide: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations.

    Attributes:
        question: as asked.
        text: as shown, with its markers "[q3]".
        refused: the guides do not cover the question, or have no answer to it; `text` says which.
        sentences: of `text`, in order, with the labels each cites.
        sources: entries cited, in the order of their first citation; when refused, those named.
        model: the LLM that wrote it; None when extractive.
        omitted: statements of the entries cited that an extractive answer leaves out, because they
            are not about the point asked.
        note: what the person should know about how it came about ("" if nothing).
        verdict: "answered" by a model, "extractive" in the guide's own words alone, "refused", or
            "asked back" in a conversation, where a question refers to nothing.
        first_s: seconds until its first text, 0 when not measured.
        whole_s: seconds in all, 0 when not measured.
    """

    question: str
    text: str
    refused: bool
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    model: str | None
    note: str = ""
    verdict: Literal["answered", "extractive", "refused", "asked back"] = "extractive"
    first_s: float = 0.0
    whole_s: float = 0.0
    omitted: tuple[Sentence, ...] = ()
