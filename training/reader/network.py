"""The trained reader as torch networks, for training and export.

A `Reader` is the upper half of the default encoder, trained to read on with question, answer and
points side by side (Cao et al. 2020, "DeFormer"): the lower half, which stays as it is, has read
each text alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ragprep.reader.cross_encoder import ANSWER, QUESTION

LAYERS, DIM = 3, 384
WIDTH = 128
POINT_FEATURES, ANSWER_FEATURES = 5, 5
DROPOUT = 0.1
HALF = 3
"""Layers of the encoder that a `Reader` goes on from, and how many it has."""
WIDE, HEADS, MATCHES = 1536, 12, 6
PAD = -3
"""Owner of padding; the other owners are QUESTION, ANSWER and the numbers of points."""
FIRST_TEXT = 999
"""Tokens below are no text ([CLS], [SEP])."""
LOW = -1e4
"""Stands for minus infinity in a masked softmax."""


class ReaderLayer(nn.Module):
    """A layer of the encoder, whose attention may also go by cosine and by sameness of words."""

    def __init__(self) -> None:
        super().__init__()
        self.both, self.out = nn.Linear(DIM, 3 * DIM), nn.Linear(DIM, DIM)
        self.first, self.second = nn.LayerNorm(DIM, eps=1e-12), nn.LayerNorm(DIM, eps=1e-12)
        self.up, self.down = nn.Linear(DIM, WIDE), nn.Linear(WIDE, DIM)
        self.by_cosine = nn.Parameter(torch.zeros(HEADS, 1, 1))
        self.by_word = nn.Parameter(torch.zeros(HEADS, 1, 1))
        self.dropout = nn.Dropout(DROPOUT)

    def begin_as(self, layer: Any) -> None:
        """Take over the weights of a layer of BERT."""
        attention = layer.attention.self
        parts = attention.query, attention.key, attention.value
        with torch.no_grad():
            self.both.weight.copy_(torch.cat([part.weight for part in parts]))
            self.both.bias.copy_(torch.cat([part.bias for part in parts]))
            for target, source in (
                (self.out, layer.attention.output.dense),
                (self.first, layer.attention.output.LayerNorm),
                (self.up, layer.intermediate.dense),
                (self.down, layer.output.dense),
                (self.second, layer.output.LayerNorm),
            ):
                target.load_state_dict(source.state_dict())

    def forward(self, tokens: Tensor, mask: Tensor, cosine: Tensor, same: Tensor) -> Tensor:
        """Return (b, s, dim) for tokens (b, s, dim); the others are (b, 1, s, s)."""
        batch, length, _ = tokens.shape
        shape = batch, length, 3, HEADS, DIM // HEADS
        q, k, v = self.both(tokens).view(shape).permute(2, 0, 3, 1, 4).unbind(dim=0)
        scores = q @ k.transpose(-1, -2) / math.sqrt(DIM // HEADS)
        scores = scores + (mask + self.by_cosine * cosine + self.by_word * same).to(scores.dtype)
        seen = scores.softmax(dim=-1).to(v.dtype) @ v
        seen = seen.transpose(1, 2).reshape(batch, length, DIM)
        tokens = self.first(tokens + self.dropout(self.out(seen)))
        return self.second(tokens + self.dropout(self.down(functional.gelu(self.up(tokens)))))


class Reader(nn.Module):
    """Reads question, answer and points in one row of tokens; a point does not see the others."""

    def __init__(self) -> None:
        super().__init__()
        self.whose = nn.Parameter(torch.zeros(3, DIM))
        self.match = nn.Linear(MATCHES, DIM)
        nn.init.zeros_(self.match.weight)
        nn.init.zeros_(self.match.bias)
        self.layers = nn.ModuleList(ReaderLayer() for _ in range(HALF))
        self.joined = nn.Sequential(
            nn.Dropout(DROPOUT),
            nn.Linear(2 * DIM + POINT_FEATURES, WIDTH),
            nn.GELU(),
            nn.Dropout(DROPOUT),
        )
        self.status = nn.Linear(WIDTH, 4)
        self.holistic = nn.Sequential(
            nn.Dropout(DROPOUT),
            nn.Linear(2 * DIM + 2 * WIDTH + ANSWER_FEATURES, WIDTH),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(WIDTH, 1),
        )

    def begin_as(self, layers: Sequence[Any]) -> None:
        """Take over the upper layers of the encoder."""
        for target, source in zip(self.layers, layers[HALF:], strict=True):
            target.begin_as(source)

    def forward(
        self,
        states: Tensor,
        ids: Tensor,
        owner: Tensor,
        point_features: Tensor,
        answer_features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of statuses (b, n, 4), and of the holistic score (b,).

        Args:
            states: (b, s, layers * dim) of the tokens of b questions, answers and points in a row.
            ids: (b, s) of the tokens.
            owner: (b, s) whose they are: `QUESTION`, `ANSWER`, the number of a point, or `PAD`.
            point_features: (b, n, 5), see `ragprep.reader.cross_encoder.features`.
            answer_features: (b, 5).
        """
        _, half, last = states.split(DIM, dim=-1)
        last = functional.normalize(last.float(), dim=-1)
        question, answer, pad = owner == QUESTION, owner == ANSWER, owner == PAD
        same_owner = owner.unsqueeze(2) == owner.unsqueeze(1)
        sees = same_owner | question.unsqueeze(1) | answer.unsqueeze(1) | answer.unsqueeze(2)
        sees = (sees & ~pad.unsqueeze(1)) | (pad.unsqueeze(1) & pad.unsqueeze(2))
        mask = torch.zeros_like(last[:, :, :1] @ last[:, :, :1].transpose(1, 2))
        mask = mask.masked_fill(~sees, LOW)
        cosine = last @ last.transpose(1, 2)
        text = ids >= FIRST_TEXT
        same = ((ids.unsqueeze(2) == ids.unsqueeze(1)) & text.unsqueeze(1)).to(cosine.dtype)
        matches = []
        for side in (question, answer, owner >= 0):
            there = ~same_owner & side.unsqueeze(1)
            matches.append(cosine.masked_fill(~there, 0.0).amax(dim=-1))
            matches.append(same.masked_fill(~there, 0.0).amax(dim=-1))
        tokens = half.float() + self.whose[(owner + 2).clamp(0, 2)]
        tokens = tokens + self.match(torch.stack(matches, dim=-1))
        masks = mask.unsqueeze(1), cosine.unsqueeze(1), same.unsqueeze(1)
        for layer in self.layers:
            tokens = layer(tokens, *masks)

        tokens = tokens.float()
        before = torch.cat([owner[:, :1] * 0 + PAD - 1, owner[:, :-1]], dim=1)
        begins = (owner != before).to(tokens.dtype)
        numbers = torch.arange(point_features.shape[1]).view(1, -1, 1)
        of_points = (owner.unsqueeze(1) == numbers).to(tokens.dtype)
        facts = torch.cat([_summed_up(tokens, of_points, begins), point_features], dim=-1)
        facts = self.joined(facts).float()
        there = of_points.amax(dim=-1, keepdim=True)
        mean = (facts * there).sum(dim=1) / there.sum(dim=1)
        most = (facts + (1 - there) * LOW).amax(dim=1)
        told = _summed_up(tokens, answer.unsqueeze(1).to(tokens.dtype), begins).squeeze(1)
        whole = torch.cat([told, mean, most, answer_features], dim=-1)
        return self.status(facts), self.holistic(whole).squeeze(-1)


class Ensemble(nn.Module):
    """Several readers; its output is the mean of theirs."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        super().__init__()
        self.readers = nn.ModuleList(readers)

    def forward(
        self,
        states: Tensor,
        ids: Tensor,
        owner: Tensor,
        point_features: Tensor,
        answer_features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of statuses and of the holistic score, as a `Reader` does."""
        inputs = states, ids, owner, point_features, answer_features
        outputs = [reader(*inputs) for reader in self.readers]
        rows = torch.stack([statuses.softmax(dim=-1) for statuses, _ in outputs]).mean(dim=0)
        score = torch.stack([holistic.sigmoid() for _, holistic in outputs]).mean(dim=0)
        return rows.clamp(min=1e-6).log(), torch.logit(score, eps=1e-6)


def _summed_up(tokens: Tensor, members: Tensor, begins: Tensor) -> Tensor:
    """Return (b, k, 2 * dim) for k sets of tokens (b, k, s): the first of each, and the mean."""
    first = (members * begins.unsqueeze(1)) @ tokens
    mean = (members @ tokens) / members.sum(dim=-1, keepdim=True).clamp(min=1)
    return torch.cat([first, mean], dim=-1)
