"""Answers: from a question and its hits to cited sentences, with a model or without one.

ask.py      joins the others: refused, extractive or written
extract.py  picks the guide's own statements (pure)
prompts.py  writes the prompt (pure)
ground.py   checks a model's sentences against their sources (pure)
llm/        asks a language model: Ollama, an OpenAI-protocol server, or a model file
words.py    folds words so that they can be compared (pure)
"""

from __future__ import annotations

from ragprep.answer.ask import answer

__all__ = ["answer"]
