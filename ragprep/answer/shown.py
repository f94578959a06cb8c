"""The text of an answer as it is shown, piece by piece, and the sentences that it consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ragprep.answer.ground import is_item
from ragprep.answer.statements import is_block
from ragprep.text.words import fold
from ragprep.types.answer import Sentence


class Shown:
    """What has been shown of an answer so far."""

    def __init__(self, on_text: Callable[[str], None] | None) -> None:
        self._on_text = on_text
        self._folded: set[str] = set()
        self.sentences: list[Sentence] = []
        self.text = ""

    def add(self, sentences: Iterable[Sentence], *, gap: bool = True) -> None:
        """Show `sentences` but for those already shown; `gap`: a space or line end comes first."""
        for sentence in sentences:
            folded = fold(sentence.text)
            if folded in self._folded and not sentence.text.endswith(":"):
                continue
            self._folded.add(folded)
            markers = "".join(f"[{label}]" for label in sentence.citations)
            space = _gap(self.sentences[-1], sentence) if self.sentences and gap else ""
            gap = True
            self.sentences.append(sentence)
            behind = "\n" if is_block(sentence.text) else " "  # a marker would end no code fence
            self.say(f"{space}{sentence.text}{behind if markers else ''}{markers}")

    def say(self, text: str) -> None:
        """Show `text` as it is."""
        self.text += text
        if self._on_text is not None:
            self._on_text(text)


def render(sentences: Iterable[Sentence]) -> str:
    """Return the text of an answer: each sentence with its markers, list items on their lines."""
    show = Shown(None)
    show.add(sentences)
    return show.text


def _gap(before: Sentence, after: Sentence) -> str:
    """Return what stands between two sentences: a new line for a list or other sources."""
    is_list = is_item(before.text) or is_item(after.text) or after.text.endswith(":")
    is_list = is_list or is_block(before.text) or is_block(after.text)
    return "\n" if is_list or not set(before.citations) & set(after.citations) else " "
