"""BM25 over the entries' texts; a contract test holds the scores equal to those of bm25s."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import ascii_lowercase
from typing import TYPE_CHECKING

import numpy as np

from ragprep.text.words import search_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORRECTED_LENGTH = 5
"""Letters of the shortest word that is corrected. A guess: most short words have other words one
letter away."""

K1, B = 1.5, 0.75
"""How fast a word's count saturates, and how much the length of an entry counts; the defaults of
bm25s, fitted to nothing."""


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 weights of every word in every entry, in columns of words (CSC).

    Attributes:
        columns: word -> column.
        weights: float32 (nonzero,), BM25 of a word in an entry, without the constant factor
            k1 + 1 (Robertson and Zaragoza 2009, as in Lucene).
        rows: int32 (nonzero,), the entry of each weight.
        starts: int64 (words + 1,), where each column starts.
        entries: number of entries.
    """

    columns: Mapping[str, int]
    weights: NDArray[np.float32]
    rows: NDArray[np.int32]
    starts: NDArray[np.int64]
    entries: int

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`, one an entry, in the entries' order."""
        tokens = [search_words(text) for text in texts]
        if not any(tokens):
            nothing = np.zeros(0, dtype=np.float32)
            return cls({}, nothing, nothing.astype(np.int32), np.zeros(1, np.int64), len(texts))
        columns = {word: n for n, word in enumerate(sorted({w for entry in tokens for w in entry}))}
        lengths = np.array([len(entry) for entry in tokens])
        cells = [
            columns[word] * len(texts) + row for row, entry in enumerate(tokens) for word in entry
        ]
        filled, counts = np.unique(cells, return_counts=True)  # by word, then by entry
        column, rows = np.divmod(filled, len(texts))
        starts = np.searchsorted(column, np.arange(len(columns) + 1))
        having = np.diff(starts)
        rarity = np.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
        saturation = K1 * (1 - B + B * lengths / lengths.mean())
        return cls(
            columns=columns,
            weights=(rarity[column] * counts / (saturation[rows] + counts)).astype(np.float32),
            rows=rows.astype(np.int32),
            starts=starts.astype(np.int64),
            entries=len(texts),
        )

    def asked(self, query: str) -> list[str]:
        """Return the words of `query`, each misspelled one replaced by the word that is meant.

        Misspelled is a word of `CORRECTED_LENGTH` letters or more that no entry has, while entries
        have one that differs by a letter added, left out or changed, or by two letters swapped;
        of several the most common one is meant, the first in the alphabet of equals.
        """
        return [word if word in self.columns else self._meant(word) for word in search_words(query)]

    def _meant(self, word: str) -> str:
        longest = max(map(len, self.columns), default=0) + 1  # the edits of 10,000 letters: 5 GB
        if not CORRECTED_LENGTH <= len(word) <= longest or not word.isalpha():
            return word
        near = [candidate for candidate in _edits(word) if candidate in self.columns]
        return min(near, key=lambda candidate: (self.rarity(candidate), candidate), default=word)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every entry: float32 (entries,), higher is better."""
        return self.scores_of(self.asked(query))

    def scores_of(self, asked: Sequence[str]) -> NDArray[np.float32]:
        """Return what `scores` does, for the words that `asked` gave."""
        total = np.zeros(self.entries, dtype=np.float32)
        for word in asked:
            column = self._column(word)
            total[self.rows[column]] += self.weights[column]
        return total

    def overlap_of(self, asked: Sequence[str]) -> NDArray[np.float32]:
        """Return how much of a query each entry has the words for: float32 (entries,), 0 to 1.

        A word counts once, by its rarity. One that no entry has counts most: it is evidence that
        the query asks for something else.

        Args:
            asked: the query's words, as `asked` gives them.
        """
        shares = np.zeros(self.entries, dtype=np.float32)
        whole = 0.0
        for word in dict.fromkeys(asked):
            having = self.rows[self._column(word)]
            rarity = self.rarity(word)
            shares[having] += rarity
            whole += rarity
        return shares / whole if whole else shares

    def rarity(self, word: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), n of N entries having the word.

        Robertson and Sparck Jones 1976, as in BM25.
        """
        column = self._column(word)
        having = column.stop - column.start
        return math.log(1 + (self.entries - having + 0.5) / (having + 0.5))

    @cached_property
    def rarities(self) -> NDArray[np.float64]:
        """The rarity of each column's word: float64 (words,)."""
        having = np.diff(self.starts)
        rarities: NDArray[np.float64] = np.log(1 + (self.entries - having + 0.5) / (having + 0.5))
        return rarities

    def shared(self, asked: Sequence[str], row: int) -> list[str]:
        """Return those of `asked` that entry `row` has, in order, each once; `asked` gives them."""
        return [
            word
            for word in dict.fromkeys(asked)
            if bool((self.rows[self._column(word)] == row).any())
        ]

    def _column(self, word: str) -> slice:
        column = self.columns.get(word)
        if column is None:
            return slice(0, 0)
        return slice(int(self.starts[column]), int(self.starts[column + 1]))


def _edits(word: str) -> set[str]:
    """Return what differs from `word` by one edit (Damerau 1964)."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deleted = {a + b[1:] for a, b in parts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in parts if b for letter in ascii_lowercase}
    added = {a + letter + b for a, b in parts for letter in ascii_lowercase}
    return deleted | swapped | changed | added
