"""Training of the reader, on two answers and token states that are made up."""

from __future__ import annotations

import random
import zlib

import numpy as np
import pytest

from ragprep.reader.cross_encoder import INPUTS
from ragprep.types.encoder import TokenStates

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore")]


class WordStates:
    """A word is a token, its states are random numbers drawn from its letters."""

    def token_states(self, texts):
        return [self._states(text.split()) for text in texts]

    def _states(self, words):
        numbers = [zlib.crc32(word.encode()) % 20_000 + 2_000 for word in words]
        rows = [np.random.default_rng(number).normal(size=3 * 384) for number in numbers]
        vector = np.mean(rows, axis=0)[-384:]
        return TokenStates(
            np.array(numbers),
            np.array(rows, dtype=np.float32),
            (vector / np.linalg.norm(vector)).astype(np.float32),
        )


@pytest.fixture
def batch():
    """A right answer, and one to another question that covers nothing."""
    from training.reader.examples import PROBABILITIES, Example

    covered, missing = PROBABILITIES["covered"], PROBABILITIES["missing"]
    question, points = "What do dogs do ?", ("dogs bark", "dogs sleep a lot")
    return [
        Example("1", "q1", question, points, (covered, covered), "dogs bark and sleep", 1.0),
        Example("2", "q1", question, points, (missing, missing), "rain falls", 0.0),
    ]


def test_steps_lower_the_loss(batch):
    """Ten on the same two answers, at the rates of the first tenth of the schedule."""
    import torch

    from training.reader.batches import Texts
    from training.reader.network import Reader
    from training.reader.train import optimizer_of, step

    torch.manual_seed(0)
    reader, texts = Reader(), Texts(WordStates(), batch)
    optimizer, schedule = optimizer_of(reader, steps=100)
    losses = []
    for _ in range(10):
        losses.append(step(reader, batch, texts, optimizer))
        schedule.step()
    assert losses[-1] < 0.8 * losses[0]


def test_a_batch_is_padded_to_its_longest(batch):
    """Rows of 5 + 2 + 2 + 4 and 5 + 4 + 2 + 4 words; padding belongs to nobody."""
    from training.reader.batches import Texts, tensors
    from training.reader.network import PAD

    inputs = dict(zip(INPUTS, tensors(batch, Texts(WordStates(), batch)), strict=True))
    assert inputs["row"].shape == (2, 15, 3 * 384)
    assert inputs["row_owner"][1].tolist().count(PAD) == 2
    assert inputs["point_features"].shape == (2, 2, 5)


def test_a_certain_right_output_has_the_least_loss(batch):
    """Labels are smoothed, so it is not zero; the opposite costs more."""
    import torch

    from training.reader.batches import loss_of

    statuses = torch.tensor([[[9.0, 0, 0, 0]] * 2, [[0, 0, 9.0, 0]] * 2])
    right = loss_of((statuses, torch.tensor([9.0, -9.0])), batch)
    wrong = loss_of((statuses.flip(0), torch.tensor([-9.0, 9.0])), batch)
    assert 0 < right < 1 < wrong


def test_every_example_is_in_one_batch(batch):
    """Whatever the order."""
    from training.reader.batches import BATCH, Texts, batches

    many = batch * BATCH
    shuffled = batches(many, Texts(WordStates(), batch), random.Random(0))
    assert sorted(len(part) for part in shuffled) == [BATCH, BATCH]
    assert sorted(e.id for part in shuffled for e in part) == sorted(e.id for e in many)
