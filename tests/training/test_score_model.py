"""The score as it is fitted, against the score as it is given."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from ragprep.types.grade import PointGroup, Rubric, RubricPoint  # noqa: E402
from ragprep.types.guide import KeyPoint  # noqa: E402
from training.score_model import Answers, Features, ScoreModel  # noqa: E402

NOTHING = (0.0, 0.0, 0.0, 0.0, 0.0)


def point(weight: float = 1.0, group: int | None = None) -> RubricPoint:
    return RubricPoint(KeyPoint("a point", 1, ""), weight, group=group)


def features(rubric: Rubric) -> Features:
    rows = [NOTHING] * len(rubric.points)
    return Features(rubric, rows, [(0.0, 0.0), (0.0, 0.0)], (3, 1), 0.5)


def test_a_point_counts_by_its_weight_and_of_a_group_the_best():
    """3 of 4 by weight; of a group of three that requires two, half and one are 0.75."""
    alone = Rubric((point(3.0), point(1.0)), ())
    group = Rubric((point(group=0), point(group=0), point(group=0)), (PointGroup("some", 2),))
    answers = Answers([features(alone), features(group)])
    shares = answers.share(torch.tensor([1.0, 0.0, 0.5, 1.0, 0.25]))
    assert shares.tolist() == pytest.approx([0.75, 0.75])


def test_a_score_is_the_sum_of_its_shares():
    """All weights are 0: points and statements are worth one half, as the holistic score is."""
    answers = Answers([features(Rubric((point(),), ()))])
    assert ScoreModel()(answers).tolist() == pytest.approx([0.5])


def test_statements_weigh_by_their_words():
    """Log-odds of 2 for three words and of -2 for one are 1; a quarter of the score is theirs."""
    statements = [(2.0, 0.0), (-2.0, 0.0)]
    answers = Answers([Features(Rubric((point(),), ()), [NOTHING], statements, (3, 1), 0.5)])
    model = ScoreModel()
    with torch.no_grad():
        model.statement.weight[0, 0] = 1.0
    [score] = model(answers).tolist()
    assert score == pytest.approx(0.5 + 0.25 * (torch.sigmoid(torch.tensor(1.0)).item() - 0.5))
