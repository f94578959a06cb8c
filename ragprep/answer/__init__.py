"""Answers: from a question and its hits to cited sentences, with a model or without one.

respond.py     answers a question by a snapshot: searches, resolves who writes, takes the time
ask.py         turns hits into an answer: refused, extractive or written (pure but for the model)
statements.py  what of an entry can be shown, numbered and cited (pure)
extract.py     picks the guide's statements that answer (pure)
write.py       has a model write, and keeps what the guide supports
prompts.py     writes the prompt (pure)
ground.py      checks a model's sentences against their sources (pure)
shown.py       the text as it is shown (pure)
verify.py      checks whole answers, for the evaluation (pure)

support.py, subjects.py, claims.py, agreement.py and synonyms.py decide what an entry supports.
"""

from __future__ import annotations

from ragprep.answer.ask import answer

__all__ = ["answer"]
