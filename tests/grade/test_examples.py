"""What training makes of a labelled answer: another surface, the same truth."""

from __future__ import annotations

import random

from ragprep.grade.examples import COVERED, MISSING, Example, varied

LABELLED = Example("q1", "What is x?", ("one", "two", "three"), (COVERED, MISSING, None), "x.", 0.5)
STRANGER = Example("q2", "What is y?", ("four",), (COVERED,), "y.", 1.0)


def test_labels_stay_with_their_points():
    """Whatever the order, unless the answer was exchanged for one that covers nothing."""
    truth = dict(zip(LABELLED.points, LABELLED.odds, strict=True))
    for seed in range(200):
        made = varied(LABELLED, [LABELLED, STRANGER], random.Random(seed))
        if made.answer == STRANGER.answer:
            assert set(made.odds) == {MISSING}
            assert made.score == 0.0
        else:
            assert dict(zip(made.points, made.odds, strict=True)).items() <= truth.items()
            assert "x" in made.answer


def test_a_score_is_kept_only_with_all_points():
    """A score says how much of all of them was covered."""
    for seed in range(200):
        made = varied(LABELLED, [LABELLED], random.Random(seed))
        assert (made.score is None) == (len(made.points) < 3)


def test_the_same_seed_gives_the_same():
    """Training can be repeated."""
    first, again = (varied(LABELLED, [STRANGER], random.Random(7)) for _ in range(2))
    assert first == again
