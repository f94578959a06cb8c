"""The judge as a torch network; training and its export alone use it.

It reads what the default encoder, which stays as it is, makes of each token of the answer and of
each point. Every token of a point looks for what the answer says to it, and is compared with
that; so is every token of the answer with the points (Chen et al. 2017, "Enhanced LSTM for Natural
Language Inference", without the LSTM; attention starts from the encoder's own cosines). Then the
points of an entry see each other: what is said of L1 is not taken for L2.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

LAYERS, DIM, KEPT = 3, 384, 128
WIDTH, HEADS = 128, 4
POINT_FEATURES, ANSWER_FEATURES = 5, 5
DROPOUT = 0.2
LOW = -1e4
"""Stands for minus infinity in a masked softmax."""


class Reduction(nn.Module):
    """Projects the states of each layer on their principal components, scaled to unit variance."""

    def __init__(self) -> None:
        super().__init__()
        self.axes = nn.Parameter(torch.zeros(LAYERS, DIM, KEPT), requires_grad=False)
        self.shift = nn.Parameter(torch.zeros(LAYERS, KEPT), requires_grad=False)

    def fit(self, states: Tensor) -> None:
        """Find the components of `states` (tokens, layers * dim)."""
        for layer, part in enumerate(states.split(DIM, dim=1)):
            mean = part.mean(dim=0)
            _, axes = torch.linalg.eigh(torch.cov((part - mean).T))
            axes = axes[:, -KEPT:]
            scale = ((part - mean) @ axes).std(dim=0).mean()
            self.axes[layer] = axes / scale
            self.shift[layer] = -(mean @ axes) / scale

    def forward(self, states: Tensor) -> Tensor:
        """Return (..., layers * kept + dim): the components, and the last layer as unit rows."""
        parts = states.split(DIM, dim=-1)
        reduced = [parts[i] @ self.axes[i] + self.shift[i] for i in range(LAYERS)]
        return torch.cat([*reduced, functional.normalize(parts[-1], dim=-1)], dim=-1)


class Comparison(nn.Module):
    """Compares each token with what it found on the other side, and sums the tokens up."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(4 * WIDTH + 2, WIDTH),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(WIDTH, WIDTH),
            nn.GELU(),
        )
        self.weight = nn.Linear(WIDTH, 1)

    def forward(self, own: Tensor, found: Tensor, closest: Tensor, mask: Tensor) -> Tensor:
        """Return (..., 2 * width): weighted mean and maximum over the tokens (..., t, width)."""
        compared = self.layers(torch.cat([own, found, own - found, own * found, closest], dim=-1))
        weight = self.weight(compared).masked_fill(~mask.unsqueeze(-1), LOW).softmax(dim=-2)
        most = compared.masked_fill(~mask.unsqueeze(-1), LOW).amax(dim=-2).clamp(min=-10)
        return torch.cat([(weight * compared).sum(dim=-2), most], dim=-1)


class Among(nn.Module):
    """Lets the points of an entry see each other: one transformer block, without positions."""

    def __init__(self) -> None:
        super().__init__()
        self.both = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.wide = nn.Sequential(
            nn.Linear(WIDTH, 2 * WIDTH),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(2 * WIDTH, WIDTH),
        )

    def forward(self, points: Tensor, valid: Tensor) -> Tensor:
        """Return (b, n, width) for points (b, n, width)."""
        batch, count, _ = points.shape
        q, k, v = self.both(self.first(points)).view(batch, count, 3, HEADS, -1).unbind(dim=2)
        scores = torch.einsum("bnhd,bmhd->bhnm", q, k) / math.sqrt(WIDTH // HEADS)
        weights = scores.masked_fill(~valid[:, None, None, :], LOW).softmax(dim=-1)
        seen = torch.einsum("bhnm,bmhd->bnhd", weights, v).reshape(batch, count, WIDTH)
        points = points + self.out(seen)
        return points + self.wide(self.second(points))


class JudgeNetwork(nn.Module):
    """From the token states of points and answer to the odds of statuses, and an impression."""

    def __init__(self) -> None:
        super().__init__()
        taken = LAYERS * KEPT
        self.reduction = Reduction()
        self.taken = nn.Linear(taken, WIDTH)
        self.asks, self.offers = nn.Linear(taken, WIDTH), nn.Linear(taken, WIDTH)
        self.sharpness = nn.Parameter(torch.tensor(10.0))
        self.dropout = nn.Dropout(DROPOUT)
        self.of_points, self.of_answer = Comparison(), Comparison()
        self.joined = nn.Sequential(
            nn.Linear(2 * WIDTH + POINT_FEATURES, WIDTH), nn.GELU(), nn.Dropout(DROPOUT)
        )
        self.among = Among()
        self.status = nn.Linear(WIDTH, 4)
        self.impression = nn.Sequential(
            nn.Linear(4 * WIDTH + ANSWER_FEATURES, WIDTH),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(WIDTH, 1),
        )

    def forward(
        self,
        points: Tensor,
        point_mask: Tensor,
        answer: Tensor,
        answer_mask: Tensor,
        point_features: Tensor,
        answer_features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of statuses (b, n, 4), and of the impression (b,).

        Args:
            points: (b, n, t, layers * dim) token states of b answers' n points.
            point_mask: (b, n, t) which of them are tokens.
            answer: (b, u, layers * dim).
            answer_mask: (b, u).
            point_features: (b, n, 5), see `ragprep.grade.judge.features`.
            answer_features: (b, 5).
        """
        return self.judged(
            self.reduction(points),
            point_mask,
            self.reduction(answer),
            answer_mask,
            point_features,
            answer_features,
        )

    def judged(
        self,
        points: Tensor,
        point_mask: Tensor,
        answer: Tensor,
        answer_mask: Tensor,
        point_features: Tensor,
        answer_features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Do the same with states that are reduced already."""
        batch, count, length, _ = points.shape
        taken = LAYERS * KEPT
        flat_mask = point_mask.reshape(batch, count * length)
        flat = points.reshape(batch, count * length, -1)
        cosine = flat[..., taken:] @ answer[..., taken:].transpose(1, 2)  # (b, nt, u)
        asks = self.asks(flat[..., :taken]).view(batch, -1, HEADS, WIDTH // HEADS)
        offers = self.offers(answer[..., :taken]).view(batch, -1, HEADS, WIDTH // HEADS)
        scores = torch.einsum("bphd,buhd->bhpu", asks, offers) / math.sqrt(WIDTH // HEADS)
        scores = scores + self.sharpness * cosine.unsqueeze(1)
        own = self.dropout(self.taken(flat[..., :taken]))
        said = self.dropout(self.taken(answer[..., :taken]))

        found = _look(scores, said, answer_mask)
        closest = _closest(cosine, answer_mask)
        shape = batch, count, length, -1
        facts = self.of_points(own.view(shape), found.view(shape), closest.view(shape), point_mask)
        facts = self.joined(torch.cat([facts, point_features], dim=-1))
        valid = point_mask.any(dim=-1)
        facts = self.among(facts, valid)

        back = _look(scores.transpose(2, 3), own, flat_mask)
        told = self.of_answer(said, back, _closest(cosine.transpose(1, 2), flat_mask), answer_mask)
        there = valid.unsqueeze(-1)
        mean = (facts * there).sum(dim=1) / there.sum(dim=1)
        most = facts.masked_fill(~there, LOW).amax(dim=1).clamp(min=-10)
        whole = torch.cat([told, mean, most, answer_features], dim=-1)
        return self.status(facts), self.impression(whole).squeeze(-1)


def _look(scores: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Return what (b, heads, p, u) scores find in the values (b, u, width)."""
    batch, _, asking, _ = scores.shape
    weights = scores.masked_fill(~mask[:, None, None, :], LOW).softmax(dim=-1)
    parts = values.view(batch, -1, HEADS, WIDTH // HEADS)
    return torch.einsum("bhpu,buhd->bphd", weights, parts).reshape(batch, asking, WIDTH)


def _closest(cosine: Tensor, mask: Tensor) -> Tensor:
    """Return (b, p, 2): the greatest cosine to a token of the other side, and the mean."""
    masked = cosine.masked_fill(~mask[:, None, :], -1.0)
    mean = cosine.masked_fill(~mask[:, None, :], 0.0).mean(dim=-1, keepdim=True)
    return torch.cat([masked.amax(dim=-1, keepdim=True), mean], dim=-1)
