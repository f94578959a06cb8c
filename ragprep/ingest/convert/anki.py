"""Notes of Anki as cards: their fields, cloze deletions, decks and tags; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragprep.ingest.convert.columns import ANSWER, QUESTION, key_of, pick
from ragprep.ingest.convert.hypertext import to_markdown
from ragprep.ingest.document import Card

_SOUND = re.compile(r"\[(?:sound:[^\[\]]*|anki:play:[^\[\]]*)\]")
_CLOZE = re.compile(
    r"\{\{c\d{1,3}::((?:[^{}:]|:(?!:)|\{(?!\{)|\}(?!\}))*)(?:::((?:[^{}]|\}(?!\}))*))?\}\}"
)
_SAYS = re.compile(r"[^\W\d_]|!\[")


def card_of(
    fields: Sequence[str],
    *,
    names: Sequence[str] = (),
    lines: tuple[int, int],
    deck: str = "",
    tags: str = "",
) -> Card | None:
    """Return a note as a card; None when it has no front.

    Args:
        fields: HTML.
        names: of the fields; empty when they are not known.
        lines: of the note.
        deck: "Storage::Disks"; "" when it is not known.
        tags: separated by spaces; the section of a note without a deck.
    """
    texts = [to_markdown(_SOUND.sub("", field)) for field in fields]
    section = section_of(deck, tags)
    cloze = next((at for at, text in enumerate(texts) if _CLOZE.search(text)), -1)
    if cloze >= 0:
        shown = _CLOZE.sub(lambda match: f"[{match[2] or '...'}]", texts[cloze])
        filled = _CLOZE.sub(lambda match: match[1], texts[cloze])
        more = [text for at, text in enumerate(texts) if at != cloze and _SAYS.search(text)]
        return Card(" ".join(shown.split()), "\n\n".join([filled, *more]), lines, section)
    keys = [key_of(name) for name in names]
    front = max(pick(keys[: len(texts)], QUESTION), 0)
    if not any(texts[front : front + 1]):
        return None
    back = pick(keys, ANSWER, (front,))
    if back < 0 or back >= len(texts) or not texts[back]:
        back = next((at for at, text in enumerate(texts) if at > front and text), -1)
    rest = [
        text
        for at, text in enumerate(texts)
        if at not in (front, back) and at > front and _SAYS.search(text)
    ]
    answer = "\n\n".join([*([texts[back]] if back >= 0 else []), *rest])
    return Card(texts[front], answer, lines, section)


def section_of(deck: str, tags: str) -> tuple[str, ...]:
    """Return the section of a note: its deck, or else its tags."""
    if deck and deck != "Default":
        return tuple(part.strip() for part in re.split(r"::|\x1f", deck) if part.strip())
    names = [tag for tag in tags.split() if tag not in ("leech", "marked")]
    if len(names) == 1:
        return tuple(part.replace("_", " ") for part in names[0].split("::") if part)
    return (", ".join(names),) if names else ()
