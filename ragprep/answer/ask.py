"""Turns a search result into an answer: refused, extractive, or written by a model and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from ragprep.answer.extract import choose_entries, extract
from ragprep.answer.ground import Grounding, Similarity, is_item
from ragprep.answer.prompts import pack, write_prompt
from ragprep.answer.statements import Points, has_answer, is_block, statements
from ragprep.answer.support import Evidence
from ragprep.errors import LLMError
from ragprep.text.content import topic_words
from ragprep.text.sanitize import without_surrogates
from ragprep.text.words import fold
from ragprep.types.answer import Answer, Sentence, Source
from ragprep.types.search import SearchResult

if TYPE_CHECKING:
    from ragprep.protocols import LLM, Progress
    from ragprep.types.search import Hit

SURE = 0.6
"""Relevance from which retrieval is believed rather than a model that finds no answer. Of the 362
answerable dev checks and queries 41 lie below, of the 71 others that retrieval lets through 45:
a small model refuses far too often to be asked about all."""

ATTEMPTS = 2
"""How often a model is asked at most."""

FAILED_SHOWN = 5
"""Of its unsupported sentences, how many a model is shown when it is asked again; a guess."""

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
    similarity: Mapping[str, Sequence[float]] | None = None,
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
        similarity: entry id -> cosine of each of its key points to the question.
        similarity_to: of a sentence and a label, the cosine to each key point of that entry.
        on_text: called with the pieces of `Answer.text` in order. A model's sentence is handed on
            when it is complete and checked, so nothing unsupported is ever shown.
        progress: told that the model is waited for, from 0 to 1, until there is text.
    """
    show = _Shown(on_text)
    if not result.covered or not result.hits:
        return _refuse(question, result.hits, show)
    unanswered = [h for h in choose_entries(question, result.hits) if not has_answer(h.entry)]
    hits = _answered(result.hits)
    if not hits:
        return _say_unanswered(question, unanswered, show)
    note = _unanswered_note(unanswered)
    extracted = extract(question, hits, points, similarity=similarity)
    if llm is None:
        show.add(extracted)
        return _finished(question, hits, show, note=note)
    writing = _Writing(question, hits, points, similarity_to, progress)
    note = f"{note} {writing.write(llm, show)}".strip()
    if writing.refused and hits[0].relevance < SURE:
        return _refuse(question, hits, show, model=llm.name, note=note)
    if not show.sentences:
        show.add(extracted)
        return _finished(question, hits, show, note=note)
    missing = writing.left_out(extracted)
    if missing:
        show.say(f"\n\n{OWN_WORDS}\n")
        show.add(missing, gap=False)
    return _finished(question, hits, show, model=llm.name, note=note)


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

    def add(self, sentences: Iterable[Sentence], *, gap: bool = True) -> None:
        """Show `sentences` but for those already shown; `gap`: a space or line end comes first."""
        for sentence in sentences:
            said = fold(sentence.text)
            if said in self._said and not sentence.text.endswith(":"):
                continue
            self._said.add(said)
            markers = "".join(f"[{label}]" for label in sentence.citations)
            space = _gap(self.sentences[-1], sentence) if self.sentences and gap else ""
            gap = True
            self.sentences.append(sentence)
            behind = "\n" if is_block(sentence.text) else " "  # a marker would end no code fence
            self.say(f"{space}{sentence.text}{behind if markers else ''}{markers}")

    def say(self, text: str) -> None:
        """Show `text` as it is."""
        self.text += text
        if self._on_text is not None:
            self._on_text(text)


class _Writing:
    """A model's answer, as far as the sources support it.

    Attributes:
        refused: the model says that the sources do not answer.
    """

    def __init__(
        self,
        question: str,
        hits: Sequence[Hit],
        points: Points,
        similarity_to: Similarity | None,
        progress: Progress | None,
    ) -> None:
        wanted = choose_entries(question, hits)
        self._question, self._points, self._similarity = question, points, similarity_to
        self._best = hits[0]
        self._packed = pack(question, wanted, points)
        self._sources = {
            hit.entry.label: Evidence(hit.entry.question, statements(hit.entry, points))
            for hit in self._packed
        }
        self._kept: list[Sentence] = []
        self._progress = progress
        self._waiting_for = ""
        self.refused = False

    def write(self, llm: LLM, show: _Shown) -> str:
        """Show what `llm` writes as it is checked; return what is to be said about it ("").

        A model of whose sentences no more than half are supported is asked once more.
        """
        if not self._packed:
            label = self._best.entry.label
            return f"The question and {label} are too long for a model's prompt."
        failed: list[str] = []
        for attempt in range(ATTEMPTS):
            unused = self._unused() if attempt else ()
            prompt = write_prompt(
                self._question,
                self._packed,
                self._points,
                may_refuse="must answer" if self._best.relevance >= SURE else "may refuse",
                failed=failed[:FAILED_SHOWN],
                unused=unused,
            )
            grounding = Grounding(self._sources, self._similarity)
            if not show.text:  # a line about waiting is no company for text on the screen
                self._wait_for(llm)
            try:
                llm.complete(prompt, on_text=partial(self._take, grounding, show))
            except LLMError as error:
                return f"{error} {error.remedy}"
            finally:
                self._end_wait()
            self._add(grounding.finish(), show)
            failed = grounding.failed
            if grounding.refused and not self._kept:
                self.refused = True
                return f"{llm.name} found no answer in the nearest entries."
            if len(self._kept) > len(failed):
                return ""
        if self._kept:
            return ""
        return (
            f"{llm.name} wrote nothing that the guides support, so these are their own sentences; "
            "try another --model."
        )

    def left_out(self, extracted: Sequence[Sentence]) -> list[Sentence]:
        """Return the statements of the extractive answer that the model's sentences do not say."""
        missing = [s for s in extracted if s.text.endswith(":") or not self._is_said(s)]
        return [
            sentence
            for sentence, after in zip_longest(missing, missing[1:])
            if not sentence.text.endswith(":") or (after and not after.text.endswith(":"))
        ]

    def _is_said(self, sentence: Sentence) -> bool:
        if is_block(sentence.text):  # code is given as code, whatever is said about it
            return False
        said = [kept.text for kept in self._kept if set(kept.citations) & set(sentence.citations)]
        return bool(said) and all(
            label in self._sources and self._sources[label].said_by(int(number) - 1, said)
            for label, _, number in (name.rpartition(".") for name in sentence.statements)
        )

    def _take(self, grounding: Grounding, show: _Shown, piece: str) -> None:
        self._add(grounding.feed(without_surrogates(piece)), show)

    def _wait_for(self, llm: LLM) -> None:
        self._waiting_for = f"waiting for {getattr(llm, 'whereabouts', llm.name)}"
        if self._progress is not None:
            self._progress(self._waiting_for, 0, 1)

    def _end_wait(self) -> None:
        if self._progress is not None and self._waiting_for:
            self._progress(self._waiting_for, 1, 1)
        self._waiting_for = ""

    def _add(self, sentences: list[Sentence], show: _Shown) -> None:
        if sentences:
            self._end_wait()
        self._kept += sentences
        show.add(sentences)

    def _unused(self) -> list[str]:
        """Return the numbers of the statements of the sources that nothing kept rests on."""
        used = {number for sentence in self._kept for number in sentence.statements}
        return [
            name
            for hit in self._packed
            for number in range(len(statements(hit.entry, self._points)))
            if (name := f"{hit.entry.label}.{number + 1}") not in used
        ]


def _answered(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that an answer can be made from.

    Where the best has no answer, only those whose question names all that its question names.
    """
    answered = [hit for hit in hits if has_answer(hit.entry)]
    if has_answer(hits[0].entry):
        return answered
    asked = topic_words(hits[0].entry.question)
    return [hit for hit in answered if asked and asked <= topic_words(hit.entry.question)]


def _unanswered_note(unanswered: Sequence[Hit]) -> str:
    """Return what to say of entries that an answer should have been made from; "" if of none."""
    named = ", ".join(f'"{hit.entry.question}" ({hit.entry.label})' for hit in unanswered)
    return f"The guides have no answer to {named}." if named else ""


def _say_unanswered(question: str, hits: Sequence[Hit], show: _Shown) -> Answer:
    """Say that the guides have the question and no answer to it."""
    show.say("The guides have this question, but no answer to it:")
    for hit in hits:
        show.say(f"\n- {hit.entry.question} [{hit.entry.label}]")
    sources = tuple(_source(hit) for hit in hits)
    return Answer(question, show.text, True, (), sources, None, "", "refused")


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
    return Answer(question, show.text, True, (), sources, model, note, "refused")


def _finished(
    question: str, hits: Sequence[Hit], show: _Shown, *, model: str | None = None, note: str = ""
) -> Answer:
    by_label = {hit.entry.label: hit for hit in hits}
    cited = dict.fromkeys(label for s in show.sentences for label in s.citations)
    sources = tuple(_source(by_label[label]) for label in cited)
    verdict: Literal["answered", "extractive"] = "answered" if model else "extractive"
    given = tuple(show.sentences)
    return Answer(question, show.text, False, given, sources, model, note, verdict)


def _source(hit: Hit) -> Source:
    entry = hit.entry
    return Source(entry.label, entry.question, entry.lines, entry.guide)


def _gap(before: Sentence, after: Sentence) -> str:
    """Return what stands between two sentences: a new line for a list or other sources."""
    is_list = is_item(before.text) or is_item(after.text) or after.text.endswith(":")
    is_list = is_list or is_block(before.text) or is_block(after.text)
    return "\n" if is_list or not set(before.citations) & set(after.citations) else " "
