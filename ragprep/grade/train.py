"""Trains the judge: `python -m ragprep.grade.train --help`. Needs torch; minutes on two cores.

First on answers of other fields (what it is to say the same, or the opposite), then on answers to
the shipped guide's entries, a part of the others mixed in so that they are not forgotten.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from ragprep.grade.examples import Example, varied
from ragprep.grade.lora import JudgeModel
from ragprep.grade.packing import Packed, Tokenizer, pack

BATCH_TOKENS = 2400
SCORE_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class _Row:
    packed: Packed
    example: Example


def rows(examples: Sequence[Example], tokenizer: Tokenizer) -> list[_Row]:
    """Return each example as the first of its sequences; further windows are left out."""
    return [_Row(pack(tokenizer, e.question, e.points, e.answer)[0], e) for e in examples]


def batches(made: Sequence[_Row], chance: random.Random) -> Iterator[list[_Row]]:
    """Yield all rows in batches of like length, in random order."""
    ordered = sorted(made, key=lambda row: len(row.packed.ids) + chance.random() * 12)
    found: list[list[_Row]] = [[]]
    for row in ordered:
        if (len(found[-1]) + 1) * len(row.packed.ids) > BATCH_TOKENS and found[-1]:
            found.append([])
        found[-1].append(row)
    chance.shuffle(found)
    yield from found


def tensors(batch: Sequence[_Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, mask and types of a batch, padded."""
    longest = max(len(row.packed.ids) for row in batch)
    shape = len(batch), longest
    ids, mask, types = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for i, row in enumerate(batch):
        n = len(row.packed.ids)
        ids[i, :n] = torch.tensor(row.packed.ids)
        types[i, :n] = torch.tensor(row.packed.types)
        mask[i, :n] = 1
    return ids, mask, types


def loss_of(model: JudgeModel, batch: Sequence[_Row]) -> torch.Tensor:
    """Return the cross-entropy of statuses and, weighted, of scores."""
    statuses, overall = model(*tensors(batch))
    spots, odds, scored, scores = [], [], [], []
    for i, row in enumerate(batch):
        for mark, point in zip(row.packed.marks, row.packed.points, strict=True):
            if (truth := row.example.odds[point]) is not None:
                spots.append((i, mark))
                odds.append(truth)
        if row.example.score is not None:
            scored.append(i)
            scores.append(row.example.score)
    loss = torch.zeros(())
    if spots:
        where = torch.tensor(spots)
        loss = nn.functional.cross_entropy(statuses[where[:, 0], where[:, 1]], torch.tensor(odds, dtype=torch.float32))
    if scored:
        said = overall[torch.tensor(scored)]
        loss = loss + SCORE_WEIGHT * nn.functional.binary_cross_entropy_with_logits(
            said, torch.tensor(scores)
        )
    return loss


def fit(
    model: JudgeModel,
    tokenizer: Tokenizer,
    epochs: Sequence[Sequence[Example]],
    *,
    seed: int,
    rate: float,
    log: Any = print,
) -> None:
    """Train `model` in place, one pass over each of `epochs`; the same seed gives the same."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    planned = [
        list(batches(rows([varied(e, epoch, chance) for e in epoch], tokenizer), chance))
        for epoch in epochs
    ]
    total = sum(map(len, planned))
    optimizer = torch.optim.AdamW(model.learned_parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=rate, total_steps=total, pct_start=0.1
    )
    model.train()
    started = time.monotonic()
    for number, epoch in enumerate(planned):
        running = 0.0
        for batch in epoch:
            optimizer.zero_grad()
            loss = loss_of(model, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(model.learned_parameters(), 1.0)
            optimizer.step()
            schedule.step()
            running += loss.item()
        log(f"epoch {number + 1}: loss {running / len(epoch):.3f}, {time.monotonic() - started:.0f} s")
