"""The score of many answers at once as torch computes it, so that its weights can be fitted.

As `grade.credit` and `grade.score` have it, but for what rules add, and without rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ragprep.types.grade import Rubric

MOST_STATEMENTS, MOST_HOLISTIC = 0.5, 0.2
"""The shares of the score that the statements and the holistic score have at most."""


@dataclass(frozen=True)
class Features:
    """What the score of an answer is made of.

    Attributes:
        rubric: its points.
        points: (points, 5), as `credit.point_features` gives them.
        statements: (statements, 2), as `credit.statement_features` does.
        lengths: of each statement, in words.
        holistic: score, 0 to 1.
    """

    rubric: Rubric
    points: Sequence[Sequence[float]]
    statements: Sequence[Sequence[float]]
    lengths: Sequence[int]
    holistic: float


class Answers:
    """The features of n answers as tensors; points and statements of all in one row each."""

    def __init__(self, answers: Sequence[Features]) -> None:
        self.n = len(answers)
        self.points = torch.tensor([row for a in answers for row in a.points])
        self.statements = torch.tensor([row for a in answers for row in a.statements])
        self.of_statement = torch.tensor([i for i, a in enumerate(answers) for _ in a.statements])
        self.words = torch.tensor(
            [length / max(1, sum(a.lengths)) for a in answers for length in a.lengths]
        )
        self.holistic = torch.tensor([a.holistic for a in answers])
        items = list(_items(answers))
        most = max(len(places) for places, *_ in items)
        padded = [(*places, *[-1] * (most - len(places))) for places, *_ in items]
        self.members = torch.tensor(padded)
        self.required = torch.tensor([required for _, required, _, _ in items])
        self.needed = torch.tensor([needed for _, _, needed, _ in items])
        self.of_item = torch.tensor([answer for *_, answer in items])

    def share(self, credit: Tensor) -> Tensor:
        """Return the share (n,) of all that is needed that points with that credit earn."""
        there = self.members >= 0
        of_members = torch.where(there, credit[self.members.clamp(min=0)], 0.0)
        best = of_members.sort(dim=1, descending=True).values
        counts = torch.arange(best.shape[1]) < self.required.unsqueeze(1)
        earned = (best * counts).sum(dim=1) / self.required * self.needed
        return self._sums(earned) / self._sums(self.needed).clamp(min=1e-6)

    def _sums(self, of_items: Tensor) -> Tensor:
        return torch.zeros(self.n).index_add(0, self.of_item, of_items)


def _items(answers: Sequence[Features]) -> list[tuple[list[int], int, float, int]]:
    """Return what is required: places of points, how many of them, their weight, the answer.

    The points of a group weigh the same, as nearly all do.
    """
    items, first = [], 0
    for number, answer in enumerate(answers):
        points = answer.rubric.points
        alone = [i for i, point in enumerate(points) if point.group is None]
        items += [([first + i], 1, points[i].weight, number) for i in alone]
        for place, group in enumerate(answer.rubric.groups):
            members = [i for i, point in enumerate(points) if point.group == place]
            if members:
                required = min(group.required, len(members))
                mean = sum(points[i].weight for i in members) / len(members)
                items.append(([first + i for i in members], required, required * mean, number))
        first += len(points)
    return items


class ScoreModel(nn.Module):
    """Gives scores; begins where nothing counts."""

    def __init__(self) -> None:
        super().__init__()
        self.point, self.statement = nn.Linear(5, 1), nn.Linear(2, 1)
        for layer in (self.point, self.statement):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.shares = nn.Parameter(torch.zeros(2))

    def share_of_each(self) -> tuple[Tensor, Tensor]:
        """Return the shares of the score that statements and the holistic score have."""
        of_statements, of_holistic = torch.sigmoid(self.shares)
        return MOST_STATEMENTS * of_statements, MOST_HOLISTIC * of_holistic

    def forward(self, answers: Answers) -> Tensor:
        """Return scores (n,), 0 to 1."""
        credit = torch.sigmoid(self.point(answers.points).squeeze(1))
        logits = self.statement(answers.statements).squeeze(1) * answers.words
        so = torch.sigmoid(torch.zeros(answers.n).index_add(0, answers.of_statement, logits))
        of_statements, of_holistic = self.share_of_each()
        scores: Tensor = (
            (1 - of_statements - of_holistic) * answers.share(credit)
            + of_statements * so
            + of_holistic * answers.holistic
        )
        return scores
