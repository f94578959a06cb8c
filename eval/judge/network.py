"""The judge as torch networks; training and its export alone use them.

They read what the default encoder, which stays as it is, makes of each token of the question, the
answer and each point.

A `Comparer` lets every token of a point look for what the answer says to it, and compares it with
that; so for every token of the answer with the points (Chen et al. 2017, "Enhanced LSTM for Natural
Language Inference", without the LSTM; attention starts from the encoder's own cosines). Then the
points of an entry see each other: what is said of L1 is not taken for L2.

A `Reader` is the upper half of the encoder, trained to read on with question, answer and points
side by side (Cao et al. 2020, "DeFormer"): the lower half has read each text alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ragprep.grade.judge import ANSWER, QUESTION

LAYERS, DIM, KEPT = 3, 384, 128
WIDTH, HEADS = 128, 4
POINT_FEATURES, ANSWER_FEATURES = 5, 5
DROPOUT = 0.2
HALF = 3
"""Layers of the encoder that a `Reader` goes on from, and how many it has."""
WIDE, ENCODER_HEADS, MATCHES = 1536, 12, 6
READER_DROPOUT = 0.1
PAD = -3
"""Nobody's token, beside QUESTION, ANSWER and the numbers of points."""
FIRST_TEXT = 999
"""Tokens below are no text ([CLS], [SEP])."""
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


class Comparer(nn.Module):
    """From reduced token states of points and answer to the odds of statuses, and an impression."""

    def __init__(self) -> None:
        super().__init__()
        taken = LAYERS * KEPT
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
            points: (b, n, t, layers * kept + dim) reduced states of b answers' n points.
            point_mask: (b, n, t) which of them are tokens.
            answer: (b, u, layers * kept + dim).
            answer_mask: (b, u).
            point_features: (b, n, 5), see `ragprep.grade.judge.features`.
            answer_features: (b, 5).
        """
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


class ReaderLayer(nn.Module):
    """A layer of the encoder, whose attention may also go by cosine and by sameness of words."""

    def __init__(self) -> None:
        super().__init__()
        self.both, self.out = nn.Linear(DIM, 3 * DIM), nn.Linear(DIM, DIM)
        self.first, self.second = nn.LayerNorm(DIM, eps=1e-12), nn.LayerNorm(DIM, eps=1e-12)
        self.up, self.down = nn.Linear(DIM, WIDE), nn.Linear(WIDE, DIM)
        self.by_cosine = nn.Parameter(torch.zeros(ENCODER_HEADS, 1, 1))
        self.by_word = nn.Parameter(torch.zeros(ENCODER_HEADS, 1, 1))
        self.dropout = nn.Dropout(READER_DROPOUT)

    def begin_as(self, layer: Any) -> None:
        """Take over the weights of a layer of BERT."""
        taken = layer.attention.self
        parts = taken.query, taken.key, taken.value
        with torch.no_grad():
            self.both.weight.copy_(torch.cat([part.weight for part in parts]))
            self.both.bias.copy_(torch.cat([part.bias for part in parts]))
            for ours, theirs in (
                (self.out, layer.attention.output.dense),
                (self.first, layer.attention.output.LayerNorm),
                (self.up, layer.intermediate.dense),
                (self.down, layer.output.dense),
                (self.second, layer.output.LayerNorm),
            ):
                ours.load_state_dict(theirs.state_dict())

    def forward(self, tokens: Tensor, mask: Tensor, cosine: Tensor, same: Tensor) -> Tensor:
        """Return (b, s, dim) for tokens (b, s, dim); the others are (b, 1, s, s)."""
        batch, length, _ = tokens.shape
        shape = batch, length, 3, ENCODER_HEADS, DIM // ENCODER_HEADS
        q, k, v = self.both(tokens).view(shape).permute(2, 0, 3, 1, 4).unbind(dim=0)
        scores = q @ k.transpose(-1, -2) / math.sqrt(DIM // ENCODER_HEADS)
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
            nn.Dropout(READER_DROPOUT),
            nn.Linear(2 * DIM + POINT_FEATURES, WIDTH),
            nn.GELU(),
            nn.Dropout(READER_DROPOUT),
        )
        self.status = nn.Linear(WIDTH, 4)
        self.impression = nn.Sequential(
            nn.Dropout(READER_DROPOUT),
            nn.Linear(2 * DIM + 2 * WIDTH + ANSWER_FEATURES, WIDTH),
            nn.GELU(),
            nn.Dropout(READER_DROPOUT),
            nn.Linear(WIDTH, 1),
        )

    def begin_as(self, layers: Sequence[Any]) -> None:
        """Take over the upper layers of the encoder."""
        for ours, theirs in zip(self.layers, layers[HALF:], strict=True):
            ours.begin_as(theirs)

    def forward(
        self,
        states: Tensor,
        ids: Tensor,
        owner: Tensor,
        point_features: Tensor,
        answer_features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of statuses (b, n, 4), and of the impression (b,).

        Args:
            states: (b, s, layers * dim) of the tokens of b questions, answers and points in a row.
            ids: (b, s) of the tokens.
            owner: (b, s) whose they are: `QUESTION`, `ANSWER`, the number of a point, or `PAD`.
            point_features: (b, n, 5), see `ragprep.grade.judge.features`.
            answer_features: (b, 5).
        """
        _, half, last = states.split(DIM, dim=-1)
        last = functional.normalize(last.float(), dim=-1)
        asked, said, pad = owner == QUESTION, owner == ANSWER, owner == PAD
        own = owner.unsqueeze(2) == owner.unsqueeze(1)
        sees = own | asked.unsqueeze(1) | said.unsqueeze(1) | said.unsqueeze(2)
        sees = (sees & ~pad.unsqueeze(1)) | (pad.unsqueeze(1) & pad.unsqueeze(2))
        mask = torch.zeros_like(last[:, :, :1] @ last[:, :, :1].transpose(1, 2))
        mask = mask.masked_fill(~sees, LOW)
        cosine = last @ last.transpose(1, 2)
        text = ids >= FIRST_TEXT
        same = ((ids.unsqueeze(2) == ids.unsqueeze(1)) & text.unsqueeze(1)).to(cosine.dtype)
        found = []
        for side in (asked, said, owner >= 0):
            there = ~own & side.unsqueeze(1)
            found.append(cosine.masked_fill(~there, 0.0).amax(dim=-1))
            found.append(same.masked_fill(~there, 0.0).amax(dim=-1))
        tokens = half.float() + self.whose[(owner + 2).clamp(0, 2)]
        tokens = tokens + self.match(torch.stack(found, dim=-1))
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
        told = _summed_up(tokens, said.unsqueeze(1).to(tokens.dtype), begins).squeeze(1)
        whole = torch.cat([told, mean, most, answer_features], dim=-1)
        return self.status(facts), self.impression(whole).squeeze(-1)


class Panel(nn.Module):
    """Several networks that say the mean of what each says."""

    def __init__(self, reduction: Reduction, networks: Sequence[Comparer | Reader]) -> None:
        super().__init__()
        self.reduction = reduction
        self.networks = nn.ModuleList(networks)

    def forward(
        self,
        points: Tensor,
        point_mask: Tensor,
        answer: Tensor,
        answer_mask: Tensor,
        row: Tensor,
        row_ids: Tensor,
        row_owner: Tensor,
        point_features: Tensor,
        answer_features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of statuses (b, n, 4), and of the impression (b,).

        Arguments are those of `Comparer`, with states (..., layers * dim) not reduced yet, and
        those of `Reader`.
        """
        known = point_features, answer_features
        apart = self.reduction(points), point_mask, self.reduction(answer), answer_mask, *known
        in_a_row = row, row_ids, row_owner, *known
        said = [
            network(*(apart if isinstance(network, Comparer) else in_a_row))
            for network in self.networks
        ]
        odds = torch.stack([statuses.softmax(dim=-1) for statuses, _ in said]).mean(dim=0)
        whole = torch.stack([impression.sigmoid() for _, impression in said]).mean(dim=0)
        return odds.clamp(min=1e-6).log(), torch.logit(whole, eps=1e-6)


def _summed_up(tokens: Tensor, members: Tensor, begins: Tensor) -> Tensor:
    """Return (b, k, 2 * dim) for k sets of tokens (b, k, s): the first of each, and the mean."""
    first = (members * begins.unsqueeze(1)) @ tokens
    mean = (members @ tokens) / members.sum(dim=-1, keepdim=True).clamp(min=1)
    return torch.cat([first, mean], dim=-1)


def _look(scores: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Return what (b, heads, p, u) scores find in the values (b, u, width)."""
    batch, _, asking, _ = scores.shape
    weights = scores.masked_fill(~mask[:, None, None, :], LOW).softmax(dim=-1)
    parts = values.view(batch, -1, HEADS, WIDTH // HEADS)
    return torch.einsum("bhpu,buhd->bphd", weights, parts).reshape(batch, asking, WIDTH)


def _closest(cosine: Tensor, mask: Tensor) -> Tensor:
    """Return (b, p, 2): the greatest cosine to a token of the other side, and the mean."""
    there = mask[:, None, :]
    mean = cosine.masked_fill(~there, 0.0).sum(dim=-1) / there.sum(dim=-1).clamp(min=1)
    greatest = cosine.masked_fill(~there, -1.0).amax(dim=-1)
    return torch.stack([greatest, mean], dim=-1)
