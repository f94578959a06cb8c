"""The judge as a torch model: the default encoder with low-rank adapters and two heads.

Training and export alone import this. Adapters: Hu et al. 2021, "LoRA: Low-Rank Adaptation of
Large Language Models": W x becomes W x + scale * B (A x), and W stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel

STATUSES = 4
RANK, SCALE = 16, 2.0
"""Rank 16 in the upper four layers are 0.44 million numbers."""
FROZEN_LAYERS = 2
"""Layers without adapters, from below: they need no gradients, which saves a third of the time."""


class Adapted(nn.Module):
    """A linear layer with a low-rank adapter beside it."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """Return W x + scale * B (A x)."""
        out: Tensor = self.base(x) + SCALE * (x @ self.a.T) @ self.b.T
        return out

    def merged(self) -> nn.Linear:
        """Return the one linear layer that does the same."""
        with torch.no_grad():
            self.base.weight += SCALE * self.b @ self.a
        return self.base


class JudgeModel(nn.Module):
    """Encoder, a head for the status of a point, and one for the whole answer."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.encoder: Any = AutoModel.from_pretrained(source, attn_implementation="sdpa")
        width = self.encoder.config.hidden_size
        self.status = nn.Linear(width, STATUSES)
        self.overall = nn.Linear(width, 1)
        self.encoder.requires_grad_(requires_grad=False)
        for module in self.encoder.modules():
            if isinstance(module, nn.Dropout):  # costs a tenth of the time; the head's is enough
                module.p = 0.0
        self.dropout = nn.Dropout(0.1)
        for parent, name, layer in list(self._linears()):
            setattr(parent, name, Adapted(layer, RANK))

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (batch, tokens, 4) of a status at each token, and (batch,) of the score."""
        hidden = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        hidden = self.dropout(hidden)
        return self.status(hidden), self.overall(hidden[:, 0]).squeeze(-1)

    def learned(self) -> dict[str, Tensor]:
        """Return what training changed: adapters and heads."""
        return {n: p.detach() for n, p in self.named_parameters() if p.requires_grad}

    def learned_parameters(self) -> list[nn.Parameter]:
        """Return the same, to train."""
        return [p for p in self.parameters() if p.requires_grad]

    def merge(self) -> None:
        """Fold the adapters into the layers they stand beside."""
        for module in list(self.encoder.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, Adapted):
                    setattr(module, name, child.merged())

    def _linears(self) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
        for layer in self.encoder.encoder.layer[FROZEN_LAYERS:]:
            for module in layer.modules():
                for name, child in module.named_children():
                    if isinstance(child, nn.Linear):
                        yield module, name, child
