"""What the reader of assertions learns from: pairs, their opposites, and the margin between."""

from __future__ import annotations

import random

import pytest
import torch

from training.entailment.__main__ import MARGIN, loss_of, margin_loss, with_opposites
from training.entailment.guides import typed
from training.entailment.pairs import (
    CONTRADICTION,
    ENTAILMENT,
    NOT_CONTRADICTED,
    NOT_ENTAILED,
    Pair,
)

TRUE = Pair("L1 zeroes weights", "it zeroes weights", ENTAILMENT, "test", opposite="it keeps them")


def test_an_opposite_is_a_contradiction_in_the_same_batch():
    other = Pair("a", "b", NOT_ENTAILED, "test")
    batch, places = with_opposites([TRUE, other])
    assert [pair.statement for pair in batch] == ["it zeroes weights", "b", "it keeps them"]
    assert (batch[2].label, batch[2].text) == (CONTRADICTION, TRUE.text)
    assert places == [(0, 2)]


def test_the_margin_is_lost_where_the_opposite_is_as_much_entailed():
    """softplus(1 - 0) = 1.313; ten logits apart next to nothing."""
    same = torch.zeros(2, 3)
    assert float(margin_loss(same, [(0, 1)])) == pytest.approx(1.3133, abs=1e-4)
    apart = torch.tensor([[5.0, 0.0, 0.0], [-5.0, 0.0, 0.0]])
    assert float(margin_loss(apart, [(0, 1)])) < 2e-4 * MARGIN
    assert float(margin_loss(same, [])) == 0.0


def test_of_a_label_that_is_ruled_out_the_others_share_the_loss():
    """Even logits: two of three labels remain, log(3 / 2)."""
    pairs = [Pair("a", "b", label, "test") for label in (NOT_ENTAILED, NOT_CONTRADICTED)]
    assert float(loss_of(torch.zeros(2, 3), pairs)) == pytest.approx(0.4055, abs=1e-4)


def test_typing_keeps_the_words_but_for_a_slip():
    rng = random.Random(0)
    texts = {typed("Trees overfit.", rng) for _ in range(200)}
    assert "Trees overfit" in texts and "Trees overfit." in texts
