from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragprep.evaluation.metrics import (
    Bin,
    auroc,
    auroc_of_resamples,
    calibration_error,
    rejected_at_kept,
    rejected_of_resamples,
    relevant_labels,
    reliability,
    score_rankings,
)

LABELS = [f"q{i}" for i in range(1, 16)]
golds = st.dictionaries(st.sampled_from(LABELS), st.integers(1, 4), min_size=1)
rankings = st.permutations(LABELS).flatmap(
    lambda order: st.integers(0, len(order)).map(lambda k: order[:k])
)
relevances = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), min_size=1, max_size=40)


def by_definition(ranking, gold):
    """The four metrics written down once more, from their formulas."""
    least = 2 if max(gold.values()) >= 2 else 1
    relevant = [gold.get(label, 0) >= least for label in ranking]
    total = sum(grade >= least for grade in gold.values())
    discount = 1 / np.log2(np.arange(2, 12))
    gains = np.array([2.0 ** gold.get(label, 0) - 1 for label in ranking[:10]])
    best = np.array(sorted((2.0**g - 1 for g in gold.values()), reverse=True)[:10])
    first = relevant.index(True) + 1 if True in relevant else 99
    return [
        float(first == 1),
        sum(relevant[:5]) / total,
        1 / first if first <= 10 else 0.0,
        gains @ discount[: len(gains)] / (best @ discount[: len(best)]),
    ]


def test_graded_query_worked_by_hand():
    """The related entry first, the answer second: gains 1 and 3, of which 3 comes first at best."""
    [scores] = score_rankings([["b", "a", "c"]], [{"a": 2, "b": 1}])
    ndcg = (1 / log2(2) + 3 / log2(3)) / (3 / log2(2) + 1 / log2(3))
    assert scores == pytest.approx([0.0, 1.0, 0.5, ndcg])
    assert ndcg == pytest.approx(0.7967, abs=1e-4)


def test_binary_query_worked_by_hand():
    """With no grade above 1, grade 1 counts as relevant."""
    [scores] = score_rankings([["b", "c"]], [{"a": 1, "b": 1}])
    assert scores == pytest.approx([1.0, 0.5, 1.0, 1 / (1 + 1 / log2(3))])


def test_cutoffs():
    """R stops after rank 5, MRR and nDCG after rank 10."""
    sixth = ["v", "w", "x", "y", "z", "a"]
    eleventh = [*"bcdefghijk", "a"]
    scores = score_rankings([sixth, eleventh], [{"a": 2}, {"a": 2}])
    assert scores[0] == pytest.approx([0, 0, 1 / 6, 1 / log2(7)])
    assert scores[1] == pytest.approx([0, 0, 0, 0])


def test_a_query_that_found_nothing_scores_zero_and_no_query_gives_no_row():
    assert score_rankings([[], ["a"]], [{"a": 1}, {"a": 1}]).tolist() == [[0] * 4, [1] * 4]
    assert score_rankings([], []).shape == (0, 4)


def test_relevant_labels_are_the_direct_answers_where_there_are_any():
    assert relevant_labels({"a": 2, "b": 1, "c": 3}) == {"a", "c"}
    assert relevant_labels({"a": 1, "b": 0}) == {"a"}
    assert relevant_labels({}) == frozenset()


def test_a_label_twice_is_refused():
    """It would otherwise be counted at its last place."""
    with pytest.raises(AssertionError):
        score_rankings([["a", "a"]], [{"a": 1}])


def test_library_agrees_with_the_formulas_on_random_rankings():
    rng = np.random.default_rng(1)
    ranked, judged = [], []
    for _ in range(300):
        ranked.append(list(rng.permutation(LABELS)[: rng.integers(0, 16)]))
        chosen = rng.choice(LABELS, rng.integers(1, 14), replace=False)
        judged.append({str(label): int(rng.integers(1, 4)) for label in chosen})
    expected = [by_definition(r, g) for r, g in zip(ranked, judged, strict=True)]
    assert score_rankings(ranked, judged) == pytest.approx(np.array(expected), abs=1e-12)


@given(rankings, golds)
def test_metrics_lie_between_0_and_1(ranking, gold):
    [scores] = score_rankings([ranking], [gold])
    assert all(0 <= score <= 1 + 1e-12 for score in scores)


@given(golds)
def test_the_best_order_scores_1(gold):
    """All but recall, where more entries answer than five places hold."""
    best = sorted(gold, key=lambda label: -gold[label])
    [scores] = score_rankings([best], [gold])
    room = min(1, 5 / len(relevant_labels(gold)))
    assert scores == pytest.approx([1, room, 1, 1])


@given(st.lists(st.tuples(rankings, golds), min_size=2, max_size=5))
def test_the_order_of_queries_does_not_matter(pairs):
    ranked, judged = zip(*pairs, strict=True)
    forth = score_rankings(ranked, judged)
    back = score_rankings(ranked[::-1], judged[::-1])
    assert forth.tolist() == back[::-1].tolist()


@given(rankings, golds, st.randoms())
def test_hits_after_the_tenth_do_not_matter(ranking, gold, random):
    rest = ranking[10:]
    random.shuffle(rest)
    [scores] = score_rankings([ranking], [gold])
    [shuffled] = score_rankings([ranking[:10] + rest], [gold])
    assert scores.tolist() == shuffled.tolist()


def test_auroc_counts_a_tie_half():
    """Of four pairs three are won and one is tied."""
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx(3.5 / 4)
    assert auroc(np.array([0.3]), np.array([0.3, 0.3])) == 0.5


@given(relevances, relevances)
def test_auroc_is_the_share_of_pairs_won(kept, left):
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in kept for b in left]
    assert auroc(np.array(kept), np.array(left)) == pytest.approx(sum(pairs) / len(pairs))


def test_rejected_uses_the_largest_threshold_that_keeps_95_percent():
    """Of 20 one may fall, of 19 none."""
    left = np.array([0.05, 0.3, 0.5, 0.6])
    assert rejected_at_kept(np.array([0.1] + [0.5] * 19), left) == 2 / 4
    assert rejected_at_kept(np.array([0.1] + [0.5] * 18), left) == 1 / 4


@given(relevances, relevances)
def test_rejected_is_the_best_of_all_thresholds_that_keep_95_percent(kept, left):
    allowed = [t for t in kept if sum(a >= t for a in kept) >= 0.95 * len(kept)]
    expected = sum(b < max(allowed) for b in left) / len(left)
    assert rejected_at_kept(np.array(kept), np.array(left)) == pytest.approx(expected)


@given(relevances, relevances, st.integers(0, 2**32 - 1))
def test_a_resample_scores_as_the_repeated_queries_do(kept, left, seed):
    """Counting draws is the same as writing each query as often as it was drawn."""
    rng = np.random.default_rng(seed)
    a, b = np.array(kept), np.array(left)
    drawn_a = rng.multinomial(len(a), np.ones(len(a)) / len(a), size=3).astype(float)
    drawn_b = rng.multinomial(len(b), np.ones(len(b)) / len(b), size=3).astype(float)
    for of_resamples, plain in (
        (auroc_of_resamples, auroc),
        (rejected_of_resamples, rejected_at_kept),
    ):
        expected = [
            plain(np.repeat(a, times_a.astype(int)), np.repeat(b, times_b.astype(int)))
            for times_a, times_b in zip(drawn_a, drawn_b, strict=True)
        ]
        assert of_resamples(a, b, drawn_a, drawn_b) == pytest.approx(expected)


def test_calibration_error_worked_by_hand():
    """Half the queries miss by 0.45, half by 0.05."""
    bins = reliability([0.95, 0.05, 0.95, 0.05], [True, False, False, False])
    assert bins == [
        Bin(0.0, 0.1, 2, pytest.approx(0.05), 0.0),
        Bin(0.9, 1.0, 2, pytest.approx(0.95), 0.5),
    ]
    assert calibration_error(bins) == pytest.approx((0.45 + 0.05) / 2)


def test_bins_hold_their_lower_edge_and_the_last_one_holds_1():
    bins = reliability([0.0, 0.1, 0.3, 0.7, 1.0], [False] * 5)
    assert [row.low for row in bins] == [0.0, 0.1, 0.3, 0.7, 0.9]
    assert reliability([], []) == []
