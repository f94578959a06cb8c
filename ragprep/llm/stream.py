"""What all backends do with a model's text: hide reasoning, keep to limits, end endless loops."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Generator, Iterable, Sequence

from ragprep.config import is_cloud_model
from ragprep.errors import LLMLooped
from ragprep.text.sanitize import without_surrogates
from ragprep.text.tokens import approx_tokens

PREFERRED = ("qwen3", "gemma3", "llama3.2", "qwen2.5", "llama3.1", "mistral", "phi")
"""Families that follow the citation rules and run on a laptop, best first. A guess."""

MAX_ANSWER_TOKENS = 1024
"""Several times the longest answer of a guide; a reasoning model thinks within it too."""

MAX_ANSWER_CHARS = 8 * MAX_ANSWER_TOKENS
"""Our own limit, for a server that does not keep to the one in tokens."""

CONTEXT_STEP = 4096
"""A context is rounded up to this: Ollama loads the model anew whenever it changes."""

MAX_CYCLE, MIN_TURNS, MIN_LOOP = 400, 4, 120
"""Characters of the longest cycle looked for, and how often and for how many characters it must
have come. Guesses: a few sentences; no answer says one thing four times over in a row."""

LOOK_EVERY = 80
"""Characters between two looks for a loop; about a sentence."""


def read_whole(
    pieces: Generator[str],
    *,
    model: str,
    may_loop: bool,
    on_text: Callable[[str], None] | None,
) -> str:
    """Return the text of `pieces`, reasoning left out; hand it on to `on_text` as it arrives.

    Args:
        pieces: as a model writes them; closed on any way out, Ctrl-C too, and with it whatever
            connection they come by.
        model: named when it loops.
        may_loop: for JSON, which repeats itself by nature.
        on_text: called with each visible piece.

    Raises:
        LLMLooped: the model says the same again and again.
    """
    text = ""
    with contextlib.closing(pieces):
        watched = pieces if may_loop else stop_loops(pieces, model=model)
        for piece in hide_thinking(watched):
            text += piece
            if on_text is not None:
                on_text(piece)
    return text


def visible_pieces(pieces: Generator[tuple[str, str]], heard: Callable[[], None]) -> Generator[str]:
    """Yield the texts of (text, reasoning) pairs until they are `MAX_ANSWER_CHARS` long together.

    Args:
        pieces: closed on any way out.
        heard: called for each pair that is not empty, and when its text has been dealt with.
    """
    room = MAX_ANSWER_CHARS
    with contextlib.closing(pieces):
        for text, reasoning in pieces:
            if text or reasoning:
                heard()
            shown = without_surrogates(text)[:room]
            if shown:
                yield shown
                heard()
            room -= len(shown) + len(reasoning)
            if room <= 0:
                return


def stop_loops(pieces: Iterable[str], *, model: str) -> Generator[str]:
    """Yield `pieces` until they go round in a circle.

    Raises:
        LLMLooped: they do.
    """
    text, unseen = "", 0
    for piece in pieces:
        text = (text + piece)[-MAX_CYCLE * (MIN_TURNS + 1) :]
        unseen += len(piece)
        if unseen >= LOOK_EVERY:
            unseen = 0
            if loops(text):
                raise LLMLooped(
                    f"{model} began to repeat itself without end and was stopped.",
                    remedy="Try another --model, or --llm none.",
                )
        yield piece


def loops(text: str) -> bool:
    """Return whether `text` ends in a cycle, whatever numbers count its turns."""
    text = re.sub(r"\d+", "0", text)
    for cycle in range(1, MAX_CYCLE + 1):
        span = cycle * max(MIN_TURNS, math.ceil(MIN_LOOP / cycle))
        if span > len(text):
            continue
        if text[-span:-cycle] == text[len(text) - span + cycle :]:
            return True
    return False


def hide_thinking(pieces: Iterable[str]) -> Generator[str]:
    """Yield `pieces` without <think> blocks, cut anywhere, and without white space in front."""
    rest, hidden, begun = "", False, False
    for piece in pieces:
        rest += piece
        while True:
            tag = "</think>" if hidden else "<think>"
            before, matched, after = rest.partition(tag)
            if not matched:  # the end of `rest` may be the beginning of the tag
                cut = next(n for n in range(len(tag) - 1, -1, -1) if rest.endswith(tag[:n]))
                before, after = rest[: len(rest) - cut], rest[len(rest) - cut :]
            shown = "" if hidden else before if begun else before.lstrip()
            rest = after
            if shown:
                begun = True
                yield shown
            if not matched:
                break
            hidden = not hidden
    if rest and not hidden:
        yield rest


def choose_model(installed: Sequence[str]) -> str | None:
    """Return the first of `installed` from the best family that is there, else the first.

    A cloud model, which would send what it is asked to its maker, is never chosen: None where
    there is no other.
    """
    local = [name for name in installed if not is_cloud_model(name)]
    for family in PREFERRED:
        for name in local:
            if name.rpartition("/")[2].lower().startswith(family):
                return name
    return next(iter(local), None)


def context_tokens(prompt: str) -> int:
    """Return the tokens of a context that holds `prompt` and an answer."""
    needed = approx_tokens(prompt) + MAX_ANSWER_TOKENS
    return CONTEXT_STEP * math.ceil(needed / CONTEXT_STEP)
