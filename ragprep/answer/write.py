"""A language model's answer: asked for, checked sentence by sentence, asked for once more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from ragprep.answer.extract import choose_entries
from ragprep.answer.ground import Grounding, Similarity
from ragprep.answer.prompts import pack, write_prompt
from ragprep.answer.shown import Shown
from ragprep.answer.statements import Points, is_block, statements
from ragprep.answer.support import Evidence
from ragprep.errors import LLMError
from ragprep.text.sanitize import without_surrogates
from ragprep.types.answer import Sentence

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


class Writing:
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

    def write(self, llm: LLM, show: Shown) -> str:
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
        texts = [kept.text for kept in self._kept if set(kept.citations) & set(sentence.citations)]
        return bool(texts) and all(
            label in self._sources and self._sources[label].said_by(int(number) - 1, texts)
            for label, _, number in (name.rpartition(".") for name in sentence.statements)
        )

    def _take(self, grounding: Grounding, show: Shown, piece: str) -> None:
        self._add(grounding.feed(without_surrogates(piece)), show)

    def _wait_for(self, llm: LLM) -> None:
        self._waiting_for = f"waiting for {getattr(llm, 'whereabouts', llm.name)}"
        if self._progress is not None:
            self._progress(self._waiting_for, 0, 1)

    def _end_wait(self) -> None:
        if self._progress is not None and self._waiting_for:
            self._progress(self._waiting_for, 1, 1)
        self._waiting_for = ""

    def _add(self, sentences: list[Sentence], show: Shown) -> None:
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
