"""BM25 over the entries' texts; a contract test holds the scores equal to those of bm25s."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.index.arrays import Lines, lines_of
from ragprep.text.words import search_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORRECTED_LENGTH = 5
"""Letters of the shortest word that is corrected. A guess: most short words have other words one
letter away."""

WORDS_KEPT = 32
"""Words whose entries are kept at hand: those of one query, which asks for each several times."""

LONGEST = 64
"""Letters of the longest word that is corrected. A guess; the edits grow with the square."""

K1, B = 1.5, 0.75
"""How fast a word's count saturates, and how much the length of an entry counts; the defaults of
bm25s, fitted to nothing."""


class Postings:
    """Which words the entries of one segment have, and how often: a column a word (CSC)."""

    def __init__(self, words: Lines, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Read from the arrays of a segment; `words` rise, and are those of the columns."""
        self.words = words
        self.lengths: NDArray[np.int32] = arrays["lengths"]
        self._starts: NDArray[np.int64] = arrays["starts"]
        self._entries: NDArray[np.int32] = arrays["entries_having"]
        self._counts: NDArray[np.uint16] = arrays["counts"]

    def having(self, word: bytes) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Return the entries that have a word, and how often each."""
        column = bisect_left(self.words, word)
        is_there = column < len(self.words) and self.words[column] == word
        span = slice(self._starts[column], self._starts[column + 1]) if is_there else slice(0)
        return self._entries[span], self._counts[span]

    def frequencies(self, living: NDArray[np.bool_]) -> Iterator[tuple[str, int]]:
        """Yield each word with the number of `living` entries that have it."""
        if len(self.words):
            having = np.add.reduceat(living[self._entries], self._starts[:-1], dtype=np.int64)
            words = bytes(self.words.content).decode().split("\n")[:-1]
            yield from zip(words, having.tolist(), strict=True)


class LexicalIndex:
    """BM25 over the words of the living entries of all segments."""

    def __init__(self, parts: Sequence[Postings], rows: Sequence[NDArray[np.int32]]) -> None:
        """Search `parts`; for each, `rows` are those of its entries, below 0 of removed ones."""
        self._parts = parts
        self._rows = rows
        # of a method it would hold the index, and its files, until the garbage is collected
        self._having = lru_cache(WORDS_KEPT)(partial(_find, parts, rows))
        self.entries = sum(int(np.count_nonzero(some >= 0)) for some in rows)
        self._saturation = np.ones(self.entries)
        for part, some in zip(parts, rows, strict=True):
            self._saturation[some[some >= 0]] = part.lengths[some >= 0]
        mean = self._saturation.mean() if self.entries else 0.0
        if mean:
            self._saturation = K1 * (1 - B + B * self._saturation / mean)

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index `texts`, one an entry, in the entries' order."""
        vocabulary, arrays = postings_of([search_words(text) for text in texts])
        content, starts = lines_of([word.encode() for word in vocabulary])
        words = Lines(content.data, starts.data)
        return cls([Postings(words, arrays)], [np.arange(len(texts), dtype=np.int32)])

    def asked(self, query: str) -> list[str]:
        """Return the words of `query`, each misspelled one replaced by the word that is meant.

        Misspelled is a word of `CORRECTED_LENGTH` letters or more that no entry has, while entries
        have one that differs by a letter added, left out or changed, or by two letters swapped;
        of several the most common one is meant, the first in the alphabet of equals.
        """
        return [word if word in self else self._meant(word) for word in search_words(query)]

    def __contains__(self, word: str) -> bool:
        """Whether an entry has `word`."""
        return len(self._having(word)[0]) > 0

    def _meant(self, word: str) -> str:
        near = [candidate for candidate in near_words(word) if self.vocabulary.get(candidate)]
        return min(near, key=lambda candidate: (self.rarity(candidate), candidate), default=word)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every entry: float32 (entries,), higher is better.

        Without the constant factor k1 + 1 (Robertson and Zaragoza 2009, as in Lucene).
        """
        return self.scores_of(self.asked(query))

    def scores_of(self, asked: Sequence[str]) -> NDArray[np.float32]:
        """Return what `scores` does, for the words that `asked` gave."""
        total = np.zeros(self.entries, dtype=np.float32)
        for word in asked:
            rows, weights = self.weights(word)
            total[rows] += weights
        return total

    def weights(self, word: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the rows of the entries that have a word, and its BM25 weight in each."""
        rows, counts = self._having(word)
        weights = rarity_of(len(rows), self.entries) * counts / (self._saturation[rows] + counts)
        return rows, weights.astype(np.float32)

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
            having, _ = self._having(word)
            rarity = rarity_of(len(having), self.entries)
            shares[having] += rarity
            whole += rarity
        return shares / whole if whole else shares

    def rarity(self, word: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), n of N entries having the word.

        Robertson and Sparck Jones 1976, as in BM25.
        """
        return self._rarities.get(word, self._rarities[""])

    def shared(self, asked: Sequence[str], row: int) -> list[str]:
        """Return those of `asked` that entry `row` has, in order, each once; `asked` gives them."""
        return [word for word in dict.fromkeys(asked) if bool((self._having(word)[0] == row).any())]

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Word -> number of living entries that have it, which may be 0."""
        frequencies: dict[str, int] = {}
        for part, rows in zip(self._parts, self._rows, strict=True):
            for word, having in part.frequencies(rows >= 0):
                frequencies[word] = frequencies.get(word, 0) + having
        return frequencies

    @cached_property
    def _rarities(self) -> dict[str, float]:
        """The rarity of each word of the vocabulary, and of "", which no entry has."""
        having = np.array([0, *self.vocabulary.values()], dtype=np.int64)
        rarities = np.log(1 + (self.entries - having + 0.5) / (having + 0.5)).tolist()
        return dict(zip(("", *self.vocabulary), rarities, strict=True))


def _find(
    parts: Sequence[Postings], rows: Sequence[NDArray[np.int32]], word: str
) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
    """Return the rows of the living entries that have a word, and how often each."""
    every_row, every_count = [], []
    for part, row_of in zip(parts, rows, strict=True):
        entries, counts = part.having(word.encode())
        living = row_of[entries]
        every_row.append(living[living >= 0])
        every_count.append(counts[living >= 0])
    if len(every_row) == 1:
        return every_row[0], every_count[0]
    nothing = np.empty(0, np.int32), np.empty(0, np.uint16)
    return np.concatenate([nothing[0], *every_row]), np.concatenate([nothing[1], *every_count])


def postings_of(tokens: Sequence[Sequence[str]]) -> tuple[list[str], dict[str, NDArray[Any]]]:
    """Return the vocabulary, rising, and the arrays of `Postings`, of the words of each entry."""
    vocabulary = sorted({word for entry in tokens for word in entry})
    columns = {word: column for column, word in enumerate(vocabulary)}
    cells = [
        columns[word] * len(tokens) + row for row, entry in enumerate(tokens) for word in entry
    ]
    filled, counts = np.unique(np.array(cells, dtype=np.int64), return_counts=True)
    column, rows = np.divmod(filled, max(1, len(tokens)))
    lengths = np.array([len(entry) for entry in tokens], dtype=np.int32)
    return vocabulary, columned(column, rows, counts, len(vocabulary)) | {"lengths": lengths}


def columned(
    column: NDArray[np.int64], entries: NDArray[Any], counts: NDArray[Any], words: int
) -> dict[str, NDArray[Any]]:
    """Return the arrays of `Postings` but for lengths, of counts sorted by column."""
    return {
        "starts": np.searchsorted(column, np.arange(words + 1)).astype(np.int64),
        "entries_having": entries.astype(np.int32),
        "counts": np.minimum(counts, np.iinfo(np.uint16).max).astype(np.uint16),
    }


def rarity_of(having: int, entries: int) -> float:
    """Return the rarity of a word that `having` of `entries` have; see `LexicalIndex.rarity`."""
    return float(np.log(1 + (entries - having + 0.5) / (having + 0.5)))


def near_words(word: str) -> set[str]:
    """Return what a word that no entry has may stand for; none for one that is not corrected."""
    # the edits of 10,000 letters take 5 GB
    if not CORRECTED_LENGTH <= len(word) <= LONGEST or not word.isalpha():
        return set()
    return _edits(word)


def _edits(word: str) -> set[str]:
    """Return what differs from `word` by one edit (Damerau 1964)."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deleted = {a + b[1:] for a, b in parts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in parts if b for letter in ascii_lowercase}
    added = {a + letter + b for a, b in parts for letter in ascii_lowercase}
    return deleted | swapped | changed | added
