"""A question with choices as the answer of a card: the choices, and the right one folded; pure.

What stands above a folded answer belongs to the question (`ragprep.ingest.points`): a wrong choice
is shown, and is never a point of the answer that is cited or graded by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERED = re.compile(r"[(\[]?[A-Za-z][.):\]]\s+")
_KEY = re.compile(r"(?:option|choice|answer)?[\s_-]*\(?([A-Za-z]|\d{1,2})\)?[.):]?", re.IGNORECASE)


def with_choices(choices: Sequence[str], right: Sequence[str], explanation: str = "") -> str:
    """Return the answer of a question with choices.

    Args:
        choices: Markdown of each, in order.
        right: which are right; "" among nothing else when it is not said.
        explanation: Markdown; "" when there is none.
    """
    listed = [
        f"- {text if _LETTERED.match(text) else f'{letter}. {text}'}"
        for letter, text in zip(LETTERS, choices, strict=False)
    ]
    parts = [*(text for text in right if text), *([explanation] if explanation else [])]
    if not parts:
        return "\n".join(listed)
    body = "\n\n".join(parts)
    return "\n".join(
        [*listed, "", "<details><summary>Answer</summary>", "", body, "", "</details>"]
    )


def right_choices(choices: Sequence[str], key: str, *, first: int | None = None) -> list[str]:
    """Return the choices that a key names: by their text, a letter, or a number.

    Args:
        choices: Markdown of each, in order.
        key: "B", "2", "A,C" or the text of a choice.
        first: the number of the first choice; None when the key is written for people (1).
    """
    key = key.strip()
    folded = [_bare(choice) for choice in choices]
    if _bare(key) in folded:
        return [_lettered(choices, folded.index(_bare(key)))]
    places = []
    for part in re.split(r"[,;&|]|\band\b", key):
        match = _KEY.fullmatch(part.strip())
        if match is None:
            if _bare(part) in folded:
                places.append(folded.index(_bare(part)))
                continue
            return [key] if key else []
        sign = match[1]
        offset = 1 if first is None else first
        places.append(int(sign) - offset if sign.isdecimal() else LETTERS.index(sign.upper()))
    if not all(0 <= place < len(choices) for place in places):
        return [key] if key else []
    return [_lettered(choices, place) for place in places]


def _lettered(choices: Sequence[str], place: int) -> str:
    text = choices[place]
    if _LETTERED.match(text) or place >= len(LETTERS):
        return text
    return f"{LETTERS[place]}. {text}"


def _bare(text: str) -> str:
    text = text.strip()
    match = _LETTERED.match(text)
    return " ".join((text[match.end() :] if match else text).casefold().split()).rstrip(".")
