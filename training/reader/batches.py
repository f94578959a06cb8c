"""Examples as batches of tensors, and their loss."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ragprep.reader.cross_encoder import INPUTS, arrays
from ragprep.types.encoder import TokenStates
from training.reader.examples import Example
from training.reader.network import PAD

BATCH = 16
SMOOTHING = 0.03
SCORE_WEIGHT = 2.0


class StatesEncoder(Protocol):
    """Gives the token states of texts."""

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return those of each text."""
        ...


class Texts:
    """Every text of the examples, encoded once; in half precision to save memory."""

    def __init__(self, encoder: StatesEncoder, examples: Sequence[Example]) -> None:
        wanted = sorted({t for e in examples for t in (e.question, e.answer, *e.points)}, key=len)
        print(f"encoding {len(wanted)} texts", flush=True)
        self._known: dict[str, TokenStates] = {}
        for text in wanted:
            [states] = encoder.token_states([text])
            self._known[text] = replace(states, states=states.states.astype(np.float16))

    def of(self, example: Example) -> tuple[TokenStates, list[TokenStates], TokenStates]:
        """Return question, points and answer."""
        points = [self._known[point] for point in example.points]
        return self._known[example.question], points, self._known[example.answer]

    def length(self, example: Example) -> int:
        """Return how many tokens a network reads."""
        question, points, answer = self.of(example)
        return len(question.ids) + len(answer.ids) + sum(len(point.ids) for point in points)


def tensors(batch: Sequence[Example], texts: Texts) -> list[Tensor]:
    """Return the inputs of a reader for several examples: `arrays`, padded to the longest."""
    inputs = [arrays(*texts.of(example)) for example in batch]
    batched = []
    for name in INPUTS:
        rows = [torch.from_numpy(example[name][0]) for example in inputs]
        shape = [max(sizes) for sizes in zip(*(row.shape for row in rows), strict=True)]
        padding = PAD if name == "row_owner" else 0
        padded = torch.full((len(rows), *shape), padding, dtype=rows[0].dtype)
        for place, row in zip(padded, rows, strict=True):
            place[tuple(slice(size) for size in row.shape)] = row
        batched.append(padded)
    return batched


def loss_of(output: tuple[Tensor, Tensor], batch: Sequence[Example]) -> Tensor:
    """Return the cross-entropy of statuses and, weighted, of scores."""
    statuses, holistic = output[0].float(), output[1].float()
    loss = torch.zeros(())
    spots = [
        (i, j)
        for i, e in enumerate(batch)
        for j, probabilities in enumerate(e.probabilities)
        if probabilities
    ]
    if spots:
        rows, columns = map(list, zip(*spots, strict=True))
        probabilities = torch.tensor(
            [batch[i].probabilities[j] for i, j in spots], dtype=torch.float32
        )
        loss = functional.cross_entropy(
            statuses[rows, columns], probabilities, label_smoothing=SMOOTHING
        )
    scored = [i for i, e in enumerate(batch) if e.score is not None]
    if scored:
        scores = torch.tensor([batch[i].score for i in scored], dtype=torch.float32)
        of_scores = functional.binary_cross_entropy_with_logits(holistic[scored], scores)
        loss = loss + SCORE_WEIGHT * of_scores
    return loss


def batches(examples: Sequence[Example], texts: Texts, rng: random.Random) -> list[list[Example]]:
    """Return batches of answers of about the same length, in random order."""
    ordered = sorted(examples, key=lambda example: texts.length(example) + 20 * rng.random())
    shuffled = [ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH)]
    rng.shuffle(shuffled)
    return shuffled
