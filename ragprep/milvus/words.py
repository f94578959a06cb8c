"""The words of an index on a server, asked for when a query has them: numbers and rarities."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ragprep.index.words import near_words, rarity_of
from ragprep.milvus.server import Server
from ragprep.text.words import search_words

KEPT = 100_000
"""Words that are remembered: some 20 MB. A guess."""

ASKED = 1000
"""Words in a request."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the index.

    Attributes:
        number: in the weights of entries.
        having: how many entries have it.
    """

    number: int
    having: int


class Words:
    """The words of one collection; safe to share between threads."""

    def __init__(self, server: Server, collection: str, *, entries: int) -> None:
        """Ask `server` for the words of so many entries."""
        self._server = server
        self._collection = collection
        self._entries = entries
        self._known: dict[str, Word | None] = {}
        self._changing = threading.Lock()

    def asked(self, query: str) -> list[str]:
        """Return the words of a query, corrected as `LexicalIndex.asked` does."""
        words = search_words(query)
        known = self.of(words)
        return [word if known[word] is not None else self._meant(word) for word in words]

    def of(self, words: Iterable[str]) -> dict[str, Word | None]:
        """Return what is known of words, in their order; None for one that no entry has."""
        wanted = dict.fromkeys(words)
        known = {word: self._known[word] for word in wanted if word in self._known}
        missing = [word for word in wanted if word not in known]
        for start in range(0, len(missing), ASKED):
            known |= self._looked_up(missing[start : start + ASKED])
        return {word: known[word] for word in wanted}

    def rarity(self, word: Word | None) -> float:
        """Return the rarity of a word, that of one that no entry has for None."""
        return rarity_of(word.having if word is not None else 0, self._entries)

    def _meant(self, word: str) -> str:
        near = self.of(near_words(word))
        having = [(self.rarity(meant), other) for other, meant in near.items() if meant is not None]
        return min(having)[1] if having else word

    def _looked_up(self, words: Sequence[str]) -> dict[str, Word | None]:
        condition = f"word in {json.dumps(list(words), ensure_ascii=False)}"
        rows = self._server.query(self._collection, condition, ("word", "number", "having"))
        looked_up: dict[str, Word | None] = dict.fromkeys(words)
        looked_up |= {row["word"]: Word(row["number"], row["having"]) for row in rows}
        with self._changing:
            if len(self._known) + len(looked_up) > KEPT:
                self._known = {}
            self._known |= looked_up
        return looked_up
