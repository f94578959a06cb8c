"""Turns a search result into an answer: refused, extractive, or written by a model and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ragprep.answer.extract import extract
from ragprep.answer.ground import Grounding, is_item
from ragprep.answer.prompts import pack, write_prompt
from ragprep.answer.words import fold
from ragprep.errors import LLMError
from ragprep.types import Answer, KeyPoint, SearchResult, Sentence, Source

if TYPE_CHECKING:
    from ragprep.protocols import LLM
    from ragprep.types import Hit

MAX_SOURCES = 4
MIN_RELEVANCE = 0.2
"""A hit less relevant than this is no source, unless it is the best. Both are guesses: a small
model is led astray by sources that are beside the point."""

NEAREST = 3
"""Questions offered when the guides do not cover the one asked."""


def answer(
    question: str,
    result: SearchResult,
    points: Mapping[str, Sequence[KeyPoint]],
    *,
    llm: LLM | None = None,
    similarity: Mapping[str, Sequence[float]] | None = None,
    on_text: Callable[[str], None] | None = None,
) -> Answer:
    """Answer `question` from `result`; whatever happens to the model, there is an answer.

    Args:
        question: as asked.
        result: of the search for it; its hits hold all that may be said.
        points: entry id -> the statements of its answer, for each hit.
        llm: writes the answer; None for the extractive one.
        similarity: entry id -> cosine of each statement to the question.
        on_text: called with the pieces of `Answer.text` in order. A model's sentence is handed on
            when it is complete and checked, so nothing unsupported is ever shown.
    """
    show = _Shown(on_text)
    if not result.covered or not result.hits:
        return _refuse(question, result.hits, show)
    note = ""
    if llm is not None:
        note, refused = _write(question, result.hits, llm, show)
        if refused:
            return _refuse(question, result.hits, show, model=llm.name, note=note)
        if not note:
            return _finished(question, result.hits, show, model=llm.name)
        if on_text is None:  # nobody has seen the model's part; it need not stay
            show = _Shown(None)
    model = llm.name if llm is not None and show.sentences else None
    show.add(extract(question, result.hits, points, similarity=similarity))
    return _finished(question, result.hits, show, model=model, note=note)


def render(sentences: Iterable[Sentence]) -> str:
    """Return the text of an answer: each sentence with its markers, list items on their lines."""
    show = _Shown(None)
    show.add(sentences)
    return show.text


class _Shown:
    """What has been shown of an answer so far."""

    def __init__(self, on_text: Callable[[str], None] | None) -> None:
        self._on_text = on_text
        self._said: set[str] = set()
        self.sentences: list[Sentence] = []
        self.text = ""

    def add(self, sentences: Iterable[Sentence]) -> None:
        """Show `sentences` but for those already shown."""
        for sentence in sentences:
            said = fold(sentence.text)
            if said in self._said and not sentence.text.endswith(":"):
                continue
            self._said.add(said)
            markers = "".join(f"[{label}]" for label in sentence.citations)
            gap = _gap(self.sentences[-1], sentence) if self.sentences else ""
            self.sentences.append(sentence)
            self.say(f"{gap}{sentence.text}{' ' if markers else ''}{markers}")

    def say(self, text: str) -> None:
        """Show `text` as it is."""
        self.text += text
        if self._on_text is not None:
            self._on_text(text)


def _write(question: str, hits: Sequence[Hit], llm: LLM, show: _Shown) -> tuple[str, bool]:
    """Let `llm` write and show what of it the sources support.

    Returns:
        Why the extractive answer is needed ("" if it is not), and whether the model refused.
    """
    best, *others = hits[:MAX_SOURCES]
    wanted = [best, *(hit for hit in others if hit.relevance >= MIN_RELEVANCE)]
    packed = pack(question, wanted)
    if not packed:
        return f"The question and {best.entry.label} are too long for a model's prompt.", False
    texts = {hit.entry.label: f"{hit.entry.question}\n{hit.entry.answer}" for hit in packed}
    grounding = Grounding(texts)
    try:
        llm.complete(
            write_prompt(question, packed), on_text=lambda piece: show.add(grounding.feed(piece))
        )
    except LLMError as error:
        return f"{error} {error.remedy}", False
    show.add(grounding.finish())
    if grounding.refused:
        return f"{llm.name} found no answer in the nearest entries.", True
    if grounding.kept <= grounding.dropped:
        return f"{llm.name} wrote too little that the guides support; try another --model.", False
    return "", False


def _refuse(
    question: str, hits: Sequence[Hit], show: _Shown, *, model: str | None = None, note: str = ""
) -> Answer:
    """Say that the guides do not cover the question and offer the nearest ones."""
    nearest = hits[:NEAREST]
    show.say("The guides do not cover this question.")
    if nearest:
        show.say(" The nearest they have:")
    for hit in nearest:
        show.say(f"\n- {hit.entry.question} [{hit.entry.label}]")
    sources = tuple(_source(hit) for hit in nearest)
    return Answer(question, show.text, True, (), sources, model, note)


def _finished(
    question: str, hits: Sequence[Hit], show: _Shown, *, model: str | None, note: str = ""
) -> Answer:
    by_label = {hit.entry.label: hit for hit in hits}
    cited = dict.fromkeys(label for s in show.sentences for label in s.citations)
    sources = tuple(_source(by_label[label]) for label in cited)
    return Answer(question, show.text, False, tuple(show.sentences), sources, model, note)


def _source(hit: Hit) -> Source:
    entry = hit.entry
    return Source(entry.label, entry.question, entry.lines, entry.guide)


def _gap(before: Sentence, after: Sentence) -> str:
    """Return what stands between two sentences: a new line for a list or other sources."""
    is_list = is_item(before.text) or is_item(after.text) or after.text.endswith(":")
    return "\n" if is_list or not set(before.citations) & set(after.citations) else " "
