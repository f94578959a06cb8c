"""Finds injected instructions: what an answer says to its grader and not about its question; pure.

They are left out before anything reads the answer, so they move no grade at all. The patterns know
plain ones only. What else is said to the grader is for the reader to see through: it speaks of no
point. A wider list gained nothing by that (docs/why.md), and took sentences out of right answers.
"""

from __future__ import annotations

import re

from ragprep.grade.clauses import clauses_of
from ragprep.text.sentences import Span, sentences

_BLOCK = re.compile(
    r"<\|im_start\|>.*?<\|im_end\|>|\[INST\].*?\[/INST\]|<<SYS>>.*?<</SYS>>",
    re.DOTALL | re.IGNORECASE,
)
"""Stretches between the marks of chats with language models, whatever stands in them."""

_GRADER = (
    r"(?:grader|examiner|assessor|evaluator|(?:grading|scoring|marking) (?:model|system|ai))s?"
)
_KIND = r"(?:kind|lenient|generous|helpful|friendly|fair|strict|automated|human|ai)"
_ANSWER = r"(?:this|my|the above) (?:answer|response|submission)"
_MARKS = (
    r"(?:full|maximum|top|good|better|high(?:est)?|perfect|passing) (?:marks?|credits?|grades?)"
)
_GIVE = r"(?:^\W*|[,;:(]\s*|\b(?:please|kindly|and|so|now|then|must|should)\s+)(?:give|award|grant)"
_INSTRUCTION = re.compile(
    r"(?:\b(?:so|please|now|kindly)\s+)*(?:"
    + "|".join(
        (
            # its instructions or its rubric are declared void
            r"\b(?:ignore|disregard|forget)(?: (?:all|any|the|of|your|my|these|those))*"
            r" (?:previous|prior|above|earlier|preceding|your)"
            r" (?:\w+ )?(?:instructions|prompts?)\b",
            r"\b(?:ignore|disregard|(?:do not|don't) follow) (?:the|your|any) "
            r"(?:rubric|mark(?:ing)? scheme)(?=\W*$|[.,;]| and\b| when you (?:grade|mark)\b)",
            # it is spoken to
            rf"(?:^\W*|[,;:(]\s*)(?:dear|hey|hello|hi|attention|(?:note|message) (?:to|for))"
            rf"(?: the| my| any)?(?: {_KIND})* {_GRADER}(?=\W*$|\s*[,:!]|\s+(?:please|you)\b)",
            rf"\byou are(?: now)? (?:an?|the|my)(?: {_KIND})+ {_GRADER}\b",
            rf"\bas (?:an?|the|my)(?: {_KIND})* {_GRADER},? (?:you|please)\b",
            # marks are demanded for the answer
            rf"{_GIVE}(?: me| us| it| {_ANSWER})?(?: an?)? {_MARKS}(?! (?:to|of|on|in|for|per)\b)",
            # the answer speaks of its own marks
            rf"\b(?:i|{_ANSWER}) (?:deserves?|should (?:get|receive)) (?:an? )?(?:{_MARKS}|100)\b",
            rf"\b{_ANSWER} covers (?:every|all) (?:the )?points? of the rubric\b",
        )
    )
    + ")",
    re.IGNORECASE,
)

DICTATED = 4
"""Words before an instruction in the first clause that make them an answer. A guess."""
_CLOSING = re.compile(r"(?:[.!?][\"'”’)\]]*\s+|[。！？]\s*|\s*\n\s*(?:[-*•+–]\s+|\d+[.)]\s+)?)\Z")
"""The end of a sentence that is not the last."""


def injected_instructions(text: str) -> list[Span]:
    """Return the parts of a cleaned answer that are addressed to its grader, in order.

    A clause to the end of its sentence where what stands before it is an answer, else the sentence.
    """
    spans = [Span(match[0], *match.span()) for match in _BLOCK.finditer(text)]
    rest = _BLOCK.sub(lambda match: " " * len(match[0]), text)
    for sentence in sentences(rest):
        spans += _in_sentence(sentence)
    return sorted(spans, key=lambda span: span.start)


def _in_sentence(sentence: Span) -> list[Span]:
    """Return what of a sentence is addressed to the grader: nothing, its end, or all of it."""
    found = _INSTRUCTION.search(sentence.text)
    if found is None:
        return []
    start = sentence.start + found.start()
    clauses = clauses_of(sentence)
    place = next(i for i, clause in enumerate(clauses) if clause.end > start)
    lead = sentence.text[clauses[place].start - sentence.start : found.start()].split()
    if place == 0:
        return [_to_end(sentence, start) if len(lead) >= DICTATED else sentence]
    return [_to_end(sentence, start if lead else clauses[place - 1].end)]


def _to_end(sentence: Span, start: int) -> Span:
    """Return a sentence from `start` on, without its closing punctuation.

    Spaces and marks between `start` and the last word before it are removed too.
    """
    closing = _CLOSING.search(sentence.text)
    end = sentence.start + closing.start() if closing else sentence.end
    start = sentence.start + len(sentence.text[: start - sentence.start].rstrip(" ,;:-–—(["))
    return Span(sentence.text[start - sentence.start : end - sentence.start], start, end)
