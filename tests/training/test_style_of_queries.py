"""What style alone gives away, on sets where a reader knows it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from training.style import auroc, style_auroc

ROOT = Path(__file__).parents[2]


def test_auroc_counts_ties_half() -> None:
    """Of the four pairs 1 above 0, 1 tied with 1, 2 above 0, 2 above 1."""
    assert auroc(np.array([1.0, 2.0]), np.array([0.0, 1.0])) == pytest.approx(3.5 / 4)


def test_a_label_that_the_question_mark_gives_away_is_found() -> None:
    """Half of the texts end in a question mark, and those are the covered ones."""
    texts = [f"word{n}{'?' if n % 2 else ''}" for n in range(40)]
    labels = [bool(n % 2) for n in range(40)]
    assert style_auroc(texts, labels, [f"e{n // 4}" for n in range(40)]) == 1.0


def test_texts_of_one_style_give_nothing_away() -> None:
    """The same text for both labels: every pair is tied."""
    texts, labels = ["what is x?"] * 20, [bool(n % 2) for n in range(20)]
    groups = [f"e{n // 2}" for n in range(20)]  # a covered one and another in each
    assert style_auroc(texts, labels, groups) == pytest.approx(0.5)


@pytest.mark.parametrize("half", ["dev", "test"])
def test_the_typed_queries_give_little_away(half: str) -> None:
    """Covered queries and near misses are written in one voice."""
    path = ROOT / "eval" / f"retrieval.typed.{half}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    auroc = style_auroc(
        [row["query"] for row in rows],
        [bool(row["gold"]) for row in rows],
        [row["near"] for row in rows],
    )
    assert 0.4 < auroc < 0.6


def test_no_entry_answers_typed_queries_of_both_halves() -> None:
    """What is fitted on one half has not seen the entries of the other."""
    direct = []
    for half in ("dev", "test"):
        path = ROOT / "eval" / f"retrieval.typed.{half}.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        direct.append({label for row in rows for label, grade in row["gold"].items() if grade == 2})
    assert not direct[0] & direct[1]
    assert len(direct[0] | direct[1]) == 100
