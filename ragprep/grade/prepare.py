"""Leaves out of an answer what is not graded: invisible text, instructions, the question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ragprep.errors import AnswerError
from ragprep.grade.checks import foreign_share, repeats_question
from ragprep.grade.cleaned import Cleaned, clean
from ragprep.grade.injection import injected_instructions
from ragprep.text.sentences import Span, sentences
from ragprep.types.grade import Evidence
from ragprep.types.guide import Entry

_LONE_LETTER = re.compile(r"\b\w\b")
"""A formula has them, in whatever alphabet: "θ ← θ − α∇J(θ)"."""
MAX_CHARS = 20_000
"""Of an answer: some 3,000 words, twenty minutes of talk."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer as it is graded.

    Attributes:
        answer: as the person wrote it.
        kept: what is graded, with places in `answer`.
        remarks: what was left out, in words.
    """

    answer: str
    kept: Cleaned
    remarks: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is graded; "" if nothing is left."""
        return self.kept.text

    def evidence(self, clause: Span) -> Evidence:
        """Return a clause of `text` as the person wrote it."""
        start, end = self.kept.place(clause.start, clause.end)
        return Evidence(self.answer[start:end], start, end)


def prepare(entry: Entry, answer: str) -> Prepared:
    """Return `answer` as it is graded; the same text gives the same.

    Raises:
        AnswerError: it is too long.
    """
    if len(answer) > MAX_CHARS:
        raise AnswerError(
            f"The answer has {len(answer):,} characters; at most {MAX_CHARS:,} are graded.",
            remedy="Shorten it to what answers the question.",
        )
    kept = clean(answer)
    instructions = injected_instructions(kept.text)
    kept = kept.without(instructions)
    foreign = [
        sentence
        for sentence in sentences(kept.text)
        if foreign_share(_LONE_LETTER.sub(" ", sentence.text), entry.answer) > 0.5
    ]
    kept = kept.without(foreign)
    repeated = [s for s in sentences(kept.text) if repeats_question(s.text, entry.question)]
    kept = kept.without(repeated)
    left_out = (
        ("as it is addressed to the grader", instructions),
        ("in another alphabet than the guide", foreign),
        ("as it only restates the question", repeated),
    )
    remarks = [f"Left out, {why}: {_quoted(spans)}." for why, spans in left_out if spans]
    return Prepared(answer, kept, tuple(remarks))


def _quoted(spans: list[Span]) -> str:
    texts = [" ".join(span.text.split()) for span in spans]
    shown = [f'"{text[:57]}..."' if len(text) > 60 else f'"{text}"' for text in texts[:3]]
    more = f" and {len(texts) - 3} more" if len(texts) > 3 else ""
    return ", ".join(shown) + more
