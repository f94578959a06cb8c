"""Turns a search result into an answer: refused, extractive, or written by a model and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from ragprep.answer.extract import choose_entries, extract, omitted
from ragprep.answer.ground import Similarity
from ragprep.answer.shown import Shown
from ragprep.answer.statements import Points, has_answer
from ragprep.answer.write import SURE, Writing
from ragprep.text.content import topic_words
from ragprep.types.answer import Answer, Sentence, Source
from ragprep.types.search import SearchResult

if TYPE_CHECKING:
    from ragprep.protocols import LLM, Progress
    from ragprep.types.search import Cosines, Hit

OWN_WORDS = "In the guide's own words:"
"""Stands between a model's sentences and the statements that it left out."""

NEAREST = 3
"""Questions offered when the guides do not cover the one asked."""


def answer(
    question: str,
    result: SearchResult,
    points: Points,
    *,
    llm: LLM | None = None,
    cosines: Mapping[str, Cosines] | None = None,
    similarity_to: Similarity | None = None,
    on_text: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Answer `question` from `result`; whatever happens to the model, there is an answer.

    Args:
        question: as asked.
        result: of the search for it; its hits hold all that may be said.
        points: entry id -> its key points, for each hit.
        llm: writes the answer; None for the extractive one.
        cosines: entry id -> how similar the entry is to the question.
        similarity_to: of a sentence and a label, the cosine to each key point of that entry.
        on_text: called with the pieces of `Answer.text` in order. A model's sentence is handed on
            when it is complete and checked, so nothing unsupported is ever shown.
        progress: told that the model is waited for, from 0 to 1, until there is text.
    """
    show = Shown(on_text)
    if not result.covered or not result.hits:
        return _refuse(question, result.hits, show)
    chosen = choose_entries(question, result.hits)
    unanswered = [hit for hit in chosen if not has_answer(hit.entry)]
    hits = _answered(chosen, result.hits)
    if not hits:
        return _say_unanswered(question, unanswered, show)
    note = _unanswered_note(unanswered)
    extracted = extract(question, hits, points, cosines=cosines)
    left_out = omitted(extracted, hits, points)
    if llm is None:
        show.add(extracted)
        return _finished(question, hits, show, note=note, left_out=left_out)
    writing = Writing(question, hits, points, similarity_to, progress)
    note = f"{note} {writing.write(llm, show)}".strip()
    if writing.refused and hits[0].relevance < SURE:
        return _refuse(question, hits, show, model=llm.name, note=note)
    if not show.sentences:
        show.add(extracted)
        return _finished(question, hits, show, note=note, left_out=left_out)
    missing = writing.left_out(extracted)
    if missing:
        show.say(f"\n\n{OWN_WORDS}\n")
        show.add(missing, gap=False)
    return _finished(question, hits, show, model=llm.name, note=note)


def _answered(chosen: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that have an answer.

    Where no chosen one has, only those whose question names all that the best one's names.
    """
    answered = [hit for hit in hits if has_answer(hit.entry)]
    if any(hit in answered for hit in chosen):
        return answered
    asked = topic_words(chosen[0].entry.question)
    return [hit for hit in answered if asked and asked <= topic_words(hit.entry.question)]


def _unanswered_note(unanswered: Sequence[Hit]) -> str:
    """Return what to say of entries that an answer should have been made from; "" if of none."""
    named = ", ".join(f'"{hit.entry.question}" ({hit.entry.label})' for hit in unanswered)
    return f"The guides have no answer to {named}." if named else ""


def _say_unanswered(question: str, hits: Sequence[Hit], show: Shown) -> Answer:
    """Say that the guides have the question and no answer to it."""
    show.say("The guides have this question, but no answer to it:")
    for hit in hits:
        show.say(f"\n- {hit.entry.question} [{hit.entry.label}]")
    sources = tuple(_source(hit) for hit in hits)
    return Answer(question, show.text, True, (), sources, None, "", "refused")


def _refuse(
    question: str, hits: Sequence[Hit], show: Shown, *, model: str | None = None, note: str = ""
) -> Answer:
    """Say that the guides do not cover the question and offer the nearest ones."""
    nearest = hits[:NEAREST]
    show.say("The guides do not cover this question.")
    if nearest:
        show.say(" The nearest they have:")
    for hit in nearest:
        show.say(f"\n- {hit.entry.question} [{hit.entry.label}]")
    sources = tuple(_source(hit) for hit in nearest)
    return Answer(question, show.text, True, (), sources, model, note, "refused")


def _finished(
    question: str,
    hits: Sequence[Hit],
    show: Shown,
    *,
    model: str | None = None,
    note: str = "",
    left_out: Sequence[Sentence] = (),
) -> Answer:
    by_label = {hit.entry.label: hit for hit in hits}
    cited = dict.fromkeys(label for s in show.sentences for label in s.citations)
    sources = tuple(_source(by_label[label]) for label in cited)
    verdict: Literal["answered", "extractive"] = "answered" if model else "extractive"
    sentences = tuple(show.sentences)
    return Answer(
        question,
        show.text,
        False,
        sentences,
        sources,
        model,
        note,
        verdict,
        omitted=tuple(left_out),
    )


def _source(hit: Hit) -> Source:
    entry = hit.entry
    return Source(entry.label, entry.question, entry.lines, entry.guide)
