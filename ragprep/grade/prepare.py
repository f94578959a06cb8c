"""Makes of an answer what is judged: nothing invisible, nothing said to the grader, no question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragprep.errors import AnswerError
from ragprep.grade.checks import foreign_share, repeats_question
from ragprep.grade.clauses import Cleaned, Span, clean, sentences
from ragprep.grade.injection import injected_instructions
from ragprep.types.guide import Entry

_LONE_LETTER = re.compile(r"\b\w\b")
"""A formula has them, in whatever alphabet: "θ ← θ − α∇J(θ)"."""
MAX_CHARS = 20_000
"""Of an answer: some 3,000 words, twenty minutes of talk."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer as it is judged.

    Attributes:
        given: as the person wrote it.
        kept: what is judged, with places in `given`.
        remarks: what was left out, in words.
    """

    given: str
    kept: Cleaned
    remarks: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is judged; "" if nothing is left."""
        return self.kept.text


def prepare(entry: Entry, answer: str) -> Prepared:
    """Return `answer` as it is judged; a text twice gives the same twice.

    Raises:
        AnswerError: it is too long.
    """
    if len(answer) > MAX_CHARS:
        raise AnswerError(
            f"The answer has {len(answer):,} characters; at most {MAX_CHARS:,} are graded.",
            remedy="Shorten it to what answers the question.",
        )
    remarks = []
    kept = clean(answer)
    addressed = injected_instructions(kept.text)
    kept = kept.without(addressed)
    foreign = [
        sentence
        for sentence in sentences(kept.text)
        if foreign_share(_LONE_LETTER.sub(" ", sentence.text), entry.answer) > 0.5
    ]
    kept = kept.without(foreign)
    repeated = [s for s in sentences(kept.text) if repeats_question(s.text, entry.question)]
    kept = kept.without(repeated)
    if addressed:
        remarks.append(f"Left out, as it is addressed to the grader: {_quoted(addressed)}.")
    if foreign:
        remarks.append(f"Left out, in another alphabet than the guide: {_quoted(foreign)}.")
    if repeated:
        remarks.append(f"Left out, as it only restates the question: {_quoted(repeated)}.")
    return Prepared(answer, kept, tuple(remarks))


def _quoted(spans: list[Span]) -> str:
    texts = [" ".join(span.text.split()) for span in spans]
    shown = [f'"{text[:57]}..."' if len(text) > 60 else f'"{text}"' for text in texts[:3]]
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return ", ".join(shown) + more
