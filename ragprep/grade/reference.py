"""How similar an answer is to a reference, where no guide has the entry: five shares; pure.

Words of the question show no knowledge, so they count on neither side (Sultan et al. 2016, "Fast
and Easy Short Answer Grading with High Accuracy": question demoting). Words are compared as they
stand, but for their endings; tokens are matched to the
closest of the other side (Zhang et al. 2020, "BERTScore"), weighted by their rarity.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.index.vectors import inner_all
from ragprep.text.content import topic_words
from ragprep.types.encoder import TokenStates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]

FIRST_WORD, FIRST_CHARACTER = 1996, 999
"""BERT's vocabulary: words from 1996 on, the frequent first; single characters from 999 on; before
them tokens that stand for no text ([CLS], [unused7])."""
CHARACTER_WEIGHT = 5.0
"""Of a single character, that of a word at rank 150: digits and symbols carry meaning. A guess."""


@dataclass(frozen=True, slots=True)
class ReferenceSimilarity:
    """How similar an answer is to a reference, each 0 to 1.

    Attributes:
        words: share of the reference's words that the answer has, stop words aside.
        recall: weighted share of the reference's tokens that the answer has.
        precision: weighted share of the answer's tokens that the reference has.
        meaning: cosine of both vectors without their component along the question's.
        letters: share of the reference's character trigrams that the answer has.
    """

    words: float
    recall: float
    precision: float
    meaning: float
    letters: float


def reference_similarity(
    question: TokenStates,
    reference: TokenStates,
    answer: TokenStates,
    *,
    texts: tuple[str, str, str],
) -> ReferenceSimilarity:
    """Return how similar an answer is to a reference.

    Args:
        question: that was answered.
        reference: the right answer.
        answer: the person's.
        texts: of the three.
    """
    of_reference = weights(reference.ids, question.ids)
    of_answer = weights(answer.ids, question.ids)
    cosines = inner_all(_last_layer(reference), _last_layer(answer))
    closest_in_answer = np.where(of_answer > 0, cosines, -1.0).max(axis=1)
    closest_in_reference = np.where(of_reference[:, None] > 0, cosines, -1.0).max(axis=0)
    return ReferenceSimilarity(
        words=_word_recall(*texts),
        recall=_clipped(of_reference @ closest_in_answer / of_reference.sum()),
        precision=_clipped(of_answer @ closest_in_reference / of_answer.sum()),
        meaning=_clipped(_cosine_without(question.vector, reference.vector, answer.vector)),
        letters=_trigram_recall(*texts[1:]),
    )


def weights(ids: NDArray[np.int64], question: NDArray[np.int64]) -> Floats:
    """Return the weight of each token, float (n,): 0 if the question has it too.

    A word at rank r of the vocabulary weighs log r, its information up to a constant where word
    frequencies follow Zipf's law. A text that has only words of the question is weighted as
    without a question; one without words gets equal weights.
    """
    ranks = np.log(np.maximum(1, ids - FIRST_WORD + 1))
    full = np.where(ids < FIRST_WORD, CHARACTER_WEIGHT, ranks)
    full = np.where(ids < FIRST_CHARACTER, 0.0, full)
    new = np.where(np.isin(ids, question), 0.0, full)
    if new.any():
        return new
    return full if full.any() else np.ones(len(ids))


def _last_layer(text: TokenStates) -> Floats:
    states = text.states[:, -len(text.vector) :]
    rows: Floats = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-9)
    return rows


def _cosine_without(question: Floats, reference: Floats, answer: Floats) -> float:
    """Return the cosine of two unit vectors without their components along the question's."""
    a, b = (vector - (vector @ question) * question for vector in (reference, answer))
    lengths = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    return float(a @ b) / max(1e-9, lengths)


def _word_recall(question: str, reference: str, answer: str) -> float:
    """Return the share of the reference's words, but the question's, that the answer has."""
    of_reference = topic_words(reference)
    wanted = of_reference - topic_words(question) or of_reference
    return len(wanted & topic_words(answer)) / max(1, len(wanted))


def _trigram_recall(reference: str, answer: str) -> float:
    of_reference, of_answer = _trigrams(reference), _trigrams(answer)
    return (of_reference & of_answer).total() / max(1, of_reference.total())


def _trigrams(text: str) -> Counter[str]:
    folded = text.lower()
    return Counter(folded[i : i + 3] for i in range(len(folded) - 2))


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, float(value)))
