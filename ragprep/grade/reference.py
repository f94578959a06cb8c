"""How like a reference an answer is, where no guide has the entry: four shares, 0 to 1; pure.

What the question says itself tells nobody's knowledge, so it is left out on both sides (Sultan et
al. 2016, "Fast and Easy Short Answer Grading with High Accuracy": question demoting). Tokens are
matched to the closest of the other side (Zhang et al. 2020, "BERTScore") and weigh as much as they
are rare.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ragprep.types.encoder import TokenStates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]

FIRST_WORD, FIRST_CHARACTER = 1996, 999
"""In BERT's vocabulary words stand from 1996 on, the frequent first; before them single characters
from 999 on, then what is no text ([CLS], [unused7])."""
CHARACTER_WEIGHT = 5.0
"""Of a single character, as of a word at rank 150: digits and symbols carry meaning. A guess."""


@dataclass(frozen=True, slots=True)
class ReferenceSimilarity:
    """How like a reference an answer is, each 0 to 1.

    Attributes:
        recall: how much of the reference stands in the answer, by its tokens.
        precision: how much of the answer stands in the reference.
        meaning: cosine of both vectors without their part along the question's.
        letters: share of the reference's runs of three letters that the answer has.
    """

    recall: float
    precision: float
    meaning: float
    letters: float


def reference_similarity(
    asked: TokenStates, reference: TokenStates, said: TokenStates, *, texts: tuple[str, str]
) -> ReferenceSimilarity:
    """Return how like an answer is to a reference.

    Args:
        asked: the question, as the encoder sees it.
        reference: likewise.
        said: the answer, likewise.
        texts: of reference and answer.
    """
    wanted, given = weights(reference.ids, asked.ids), weights(said.ids, asked.ids)
    cosines = _last_layer(reference) @ _last_layer(said).T
    closest = np.where(given > 0, cosines, -1.0).max(axis=1)
    closest_back = np.where(wanted[:, None] > 0, cosines, -1.0).max(axis=0)
    return ReferenceSimilarity(
        recall=_clipped(wanted @ closest / wanted.sum()),
        precision=_clipped(given @ closest_back / given.sum()),
        meaning=_clipped(_without(reference.vector, asked.vector, said.vector)),
        letters=_shared_runs(*texts),
    )


def weights(ids: NDArray[np.int64], asked: NDArray[np.int64]) -> Floats:
    """Return what each token weighs, float (n,): nothing if the question has it too.

    A word at rank r of the vocabulary weighs log r, which is its information but for a constant
    where word frequencies follow Zipf's law. A text of which nothing is left weighs as it would
    without a question; one without words evenly.
    """
    ranks = np.log(np.maximum(1, ids - FIRST_WORD + 1))
    full = np.where(ids < FIRST_WORD, CHARACTER_WEIGHT, ranks)
    full = np.where(ids < FIRST_CHARACTER, 0.0, full)
    fresh = np.where(np.isin(ids, asked), 0.0, full)
    for found in (fresh, full):
        if found.sum() > 0:
            return found
    return np.ones(len(ids))


def _last_layer(text: TokenStates) -> Floats:
    states = text.states[:, -len(text.vector) :]
    rows: Floats = states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-9)
    return rows


def _without(reference: Floats, asked: Floats, said: Floats) -> float:
    """Return the cosine of two unit vectors after their part along a third is taken away."""
    ours = [vector - (vector @ asked) * asked for vector in (reference, said)]
    lengths = [float(np.linalg.norm(vector)) for vector in ours]
    return float(ours[0] @ ours[1]) / max(1e-9, lengths[0] * lengths[1])


def _shared_runs(reference: str, answer: str) -> float:
    wanted, given = _runs(reference), _runs(answer)
    return (wanted & given).total() / max(1, wanted.total())


def _runs(text: str) -> Counter[str]:
    folded = text.lower()
    return Counter(folded[i : i + 3] for i in range(len(folded) - 2))


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, float(value)))
