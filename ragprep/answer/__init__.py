"""Answers: from a question and its hits to cited sentences, with a model or without one.

ask.py      joins the others: refused, extractive or written
extract.py  picks the guide's own statements (pure)
prompts.py  writes the prompt (pure)
ground.py   checks a model's sentences against their sources (pure)
llm.py      asks Ollama, by connect.py, which turns its failures into ragprep's errors
words.py    folds words so that they can be compared (pure)
"""

from __future__ import annotations

from ragprep.answer.ask import answer
from ragprep.answer.connect import Timeouts, is_up
from ragprep.answer.llm import OllamaLLM, installed_models, open_ollama

__all__ = ["OllamaLLM", "Timeouts", "answer", "installed_models", "is_up", "open_ollama"]
