"""BM25 over the entries' texts: built by bm25s, served from its arrays with numpy alone.

Serving does not import bm25s, which loads scipy (0.12 s and 40 MiB, a third of a query's budget);
a contract test holds the scores equal to bm25s's own.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STOPWORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "doing",
        "for",
        "from",
        "get",
        "got",
        "had",
        "has",
        "have",
        "having",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "me",
        "my",
        "no",
        "not",
        "of",
        "off",
        "on",
        "or",
        "our",
        "out",
        "over",
        "should",
        "so",
        "some",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "too",
        "up",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
"""Function words and those that every question has; written for questions, fitted to nothing."""


def words(text: str) -> list[str]:
    """Return the words of `text` that BM25 compares: lower case, no accents, no plural s."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    found = re.findall(r"[^\W_]+", re.sub(r"['’]", "", plain))
    return [_singular(word) for word in found if word not in STOPWORDS]


def _singular(word: str) -> str:
    """Cut a plural s (Harman 1991, the S-stemmer: weak, and never joins different words)."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 weights of every word in every entry, in columns of words (CSC).

    Attributes:
        columns: word -> column.
        weights: float32 (nonzero,), BM25 of a word in an entry (Robertson, k1 1.5, b 0.75).
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
        tokens = [words(text) for text in texts]
        if not any(tokens):
            nothing = np.zeros(0, dtype=np.float32)
            return cls({}, nothing, nothing.astype(np.int32), np.zeros(1, np.int64), len(texts))
        import bm25s

        bm25 = bm25s.BM25()
        bm25.index(tokens, show_progress=False, create_empty_token=False)
        return cls(
            columns={str(word): int(column) for word, column in bm25.vocab_dict.items()},
            weights=bm25.scores["data"].astype(np.float32),
            rows=bm25.scores["indices"].astype(np.int32),
            starts=bm25.scores["indptr"].astype(np.int64),
            entries=len(texts),
        )

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every entry: float32 (entries,), higher is better."""
        total = np.zeros(self.entries, dtype=np.float32)
        for word in words(query):
            column = self._column(word)
            total[self.rows[column]] += self.weights[column]
        return total

    def overlap(self, query: str) -> tuple[NDArray[np.float32], float]:
        """Return how much of a query each entry has the words for, and the whole index has.

        A word counts once, by its rarity. One that no entry has counts most: it is evidence that
        the query asks for something else.

        Returns:
            float32 (entries,), 0 to 1, and the same for all entries together.
        """
        shares = np.zeros(self.entries, dtype=np.float32)
        whole = known = 0.0
        for word in dict.fromkeys(words(query)):
            having = self.rows[self._column(word)]
            rarity = self.rarity(word)
            shares[having] += rarity
            whole += rarity
            known += rarity if len(having) else 0.0
        return (shares / whole, known / whole) if whole else (shares, 0.0)

    def rarity(self, word: str) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), n of N entries having the word.

        Robertson and Sparck Jones 1976, as in BM25.
        """
        column = self._column(word)
        having = column.stop - column.start
        return math.log(1 + (self.entries - having + 0.5) / (having + 0.5))

    def shared(self, asked: Sequence[str], row: int) -> list[str]:
        """Return those of `asked` (from `words`) that entry `row` has, in order, each once."""
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
