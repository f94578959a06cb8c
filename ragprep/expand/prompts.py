"""What a model is asked for an entry's aliases, and the phrases it answered with; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ragprep.text.sanitize import as_data, without_surrogates

if TYPE_CHECKING:
    from ragprep.types.guide import Entry

PHRASES = 3
"""Asked of each prompt. A 1.5B model repeats itself after the first few (seen by eye)."""

MAX_ANSWER_CHARS = 1500
"""Of an answer shown to the model: 500 tokens, which a laptop reads in some ten seconds."""

SHORTEST, LONGEST = 6, 200
"""Characters of a phrase. A guess: shorter is general, longer is no question."""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "phrases": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": PHRASES,
            "maxItems": PHRASES,
        }
    },
    "required": ["phrases"],
}

_ENTRY = """\
You know this page of an interview guide. People look for it, but do not know its title.

<title>
{question}
</title>
<page>
{answer}
</page>

"""

_RULES = f"""
Write {PHRASES} such phrases, different from each other, each of 6 to 20 words, each so particular
that it fits this page and no other page of the guide. Never repeat the title.
Reply with JSON: {{"phrases": ["...", "..."]}}
"""

KINDS: Mapping[str, str] = {
    "everyday": (
        "Task: somebody needs this page but has forgotten every technical word of it. In plain "
        "everyday words they describe what the page is about: what goes in, what happens, what "
        "comes out, why one wants it. Forbidden words: {banned}."
    ),
    "situation": (
        "Task: somebody at work has the very problem that this page explains or solves. They tell "
        "what they see happening, with their data, model, numbers or machines, as a complaint or "
        "a request. Forbidden words: {banned}."
    ),
    "detail": (
        "Task: somebody half remembers single statements of this page. Ask one question for each "
        "of {count} different statements of it, in other words than the page's, and say in each "
        "what it is about."
    ),
}
"""Kind of phrase -> what is asked. One kind a prompt: asked for all at once, a small model writes
the title again and again. There are no examples: a 1.5B model copies them (seen by eye)."""


def write_prompt(entry: Entry, kind: str, banned: Sequence[str]) -> str:
    """Return the prompt that asks for phrases of one kind.

    The entry stands first: a server that keeps the last prompt reads it once for all kinds.

    Args:
        entry: asked for.
        kind: one of `KINDS`.
        banned: words of the question, which a person who looks for it may not know.
    """
    shown = _ENTRY.format(
        question=as_data(entry.question), answer=as_data(entry.answer)[:MAX_ANSWER_CHARS]
    )
    return (
        shown
        + KINDS[kind].format(banned=", ".join(map(as_data, banned)), count=PHRASES)
        + "\n"
        + _RULES
    )


def read_phrases(reply: str) -> tuple[str, ...]:
    """Return the phrases in a model's answer, in order, each once whatever its case.

    JSON as asked for, cut off or not; else the lines of a list. What is too short or too long to
    be asked is left out.
    """
    phrases: dict[str, str] = {}
    for raw in _strings(reply):
        phrase = " ".join(without_surrogates(raw).split()).strip(" \"'`*")
        if SHORTEST <= len(phrase) <= LONGEST:
            phrases.setdefault(phrase.casefold().rstrip("?.! "), phrase)
    return tuple(phrases.values())


def _strings(reply: str) -> list[str]:
    start = reply.find("{")
    if start >= 0:
        try:
            value = json.JSONDecoder().raw_decode(reply[start:])[0]
        except (ValueError, RecursionError):
            value = None
        phrases = value.get("phrases") if isinstance(value, dict) else None
        if isinstance(phrases, list):
            return [phrase for phrase in phrases if isinstance(phrase, str)]
        # cut off in the middle: the strings that are whole, but for the key
        quoted = re.findall(r'"((?:[^"\\]|\\.)*)"(\s*:)?', reply[start:])
        return [re.sub(r'\\(["\\/])', r"\1", text) for text, is_key in quoted if not is_key]
    lines = re.findall(r"(?m)^\s*(?:[-*•]|\d+[.)])\s+(.+)$", reply)
    return [line.strip() for line in lines]
