"""The network that reads whether a statement follows from a text, as a torch module.

Six layers that begin as those of the default encoder, over both texts side by side from the first
layer on; each text's tokens come embedded, as the encoder's lowest states have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.reader.network import DIM, LOW, ReaderLayer

LAYERS = 6
TEXT, STATEMENT, PAD = 0, 1, 2
"""Owners of tokens."""
FIRST_WORD = 999
"""Tokens below are no text ([CLS], [SEP])."""
WIDTH = 128


class Entailment(nn.Module):
    """Gives the logits of entailment, neutral and contradiction."""

    def __init__(self) -> None:
        super().__init__()
        self.owner = nn.Embedding(3, DIM)
        nn.init.zeros_(self.owner.weight)
        self.layers = nn.ModuleList(ReaderLayer() for _ in range(LAYERS))
        self.head = nn.Sequential(nn.Linear(4 * DIM, WIDTH), nn.GELU(), nn.Linear(WIDTH, 3))

    def begin_as(self, layers: Sequence[Any]) -> None:
        """Take over the layers of the encoder."""
        for target, source in zip(self.layers, layers, strict=True):
            target.begin_as(source)

    def forward(self, states: Tensor, ids: Tensor, owner: Tensor) -> Tensor:
        """Return logits (b, 3).

        Args:
            states: (b, s, DIM), tokens of the text and then of the statement, embedded.
            ids: (b, s) of the tokens.
            owner: (b, s), `TEXT`, `STATEMENT` or `PAD`.
        """
        pad = owner == PAD
        mask = torch.zeros_like(states[:, :, 0]).masked_fill(pad, LOW)[:, None, None, :]
        unit = functional.normalize(states.float(), dim=-1)
        cosine = unit @ unit.transpose(1, 2)
        words = ids >= FIRST_WORD
        same = ((ids.unsqueeze(2) == ids.unsqueeze(1)) & words.unsqueeze(1)).to(cosine.dtype)
        tokens = states.float() + self.owner(owner)
        for layer in self.layers:
            tokens = layer(tokens, mask, cosine.unsqueeze(1), same.unsqueeze(1))
        tokens = tokens.float()
        of_text, of_statement = (
            _mean(tokens, (owner == side).to(tokens.dtype)) for side in (TEXT, STATEMENT)
        )
        first = tokens[:, 0]
        seen = torch.cat([first, of_text, of_statement, (of_text - of_statement).abs()], dim=-1)
        logits: Tensor = self.head(seen)
        return logits


def _mean(tokens: Tensor, there: Tensor) -> Tensor:
    weight = there.unsqueeze(-1)
    return (tokens * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1)
