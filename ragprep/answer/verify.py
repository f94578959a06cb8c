"""Checks a whole answer against the guide after the event, for evaluation; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ragprep.answer.ground import is_item
from ragprep.answer.statements import statements
from ragprep.answer.support import Evidence
from ragprep.text.words import fold
from ragprep.types.answer import Sentence
from ragprep.types.guide import Entry, KeyPoint

_QUOTE = re.compile(r"[\"“]([^\"“”]+)[\"”]")


class Guidebook:
    """The entries of an index, to look up what an answer says of them."""

    def __init__(self, entries: Mapping[str, tuple[Entry, Sequence[KeyPoint]]]) -> None:
        """Hold `entries`, label -> entry and its key points."""
        self._entries = entries
        self._evidence: dict[str, Evidence] = {}
        self._texts: dict[str, str] = {}

    def supports(self, sentence: Sentence) -> bool:
        """Return whether every entry that `sentence` cites says what it says."""
        if not sentence.citations:
            return False
        if sentence.origin == "guide":
            return all(self._has(label, sentence.text) for label in sentence.citations)
        if sentence.text.endswith(":"):
            return all(self._read(at).introduces(sentence.text) for at in sentence.citations)
        return all(self._rests(label, sentence) for label in sentence.citations)

    def quotes_rightly(self, sentence: Sentence) -> bool:
        """Return whether what stands between quotation marks, or is the guide's, is verbatim."""
        whole = [sentence.text] if sentence.origin == "guide" else []
        quoted = [*whole, *_QUOTE.findall(sentence.text)]
        return all(any(self._has(label, text) for label in sentence.citations) for text in quoted)

    def _rests(self, label: str, sentence: Sentence) -> bool:
        """Return whether an entry supports `sentence`, perhaps as going on about a statement."""
        text = re.sub(r"^\s*(?:-|\d+\.)\s+", "", sentence.text)
        places = [
            int(number) - 1
            for at, _, number in (name.rpartition(".") for name in sentence.statements)
            if at == label
        ]
        return any(
            self._read(label).supports(text, subject=subject) is not None
            for subject in (None, *places)
        )

    def _has(self, label: str, text: str) -> bool:
        if label not in self._texts:
            entry, _ = self._entries[label]
            self._texts[label] = fold(f"{entry.question}\n{entry.answer}")
        bare = text.partition(" ")[2] if is_item(text) else text
        return fold(bare) in self._texts[label]

    def _read(self, label: str) -> Evidence:
        if label not in self._evidence:
            entry, points = self._entries[label]
            read = statements(entry, {entry.id: points})
            self._evidence[label] = Evidence(entry.question, read)
        return self._evidence[label]
