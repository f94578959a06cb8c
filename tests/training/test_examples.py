"""What training makes of a labelled answer: another surface, the same truth."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from training.reader import examples
from training.reader.examples import ANSWERS, EXAMS, GUIDE, OTHERS
from training.recipe import ROOT

SCORES = [("good", 0.9), ("partial", 0.5), ("wrong", 0.0), ("dontknow", 0.0)]


@pytest.fixture
def labelled():
    """An answer with a covered point, a missing one, and one that nobody labelled."""
    probabilities = (examples.PROBABILITIES["covered"], examples.PROBABILITIES["missing"], None)
    return examples.Example(
        "1", "q1", "What is x?", ("one", "two", "three"), probabilities, "x.", 0.5
    )


def test_labels_stay_with_their_points(labelled):
    """Whatever the order, unless the answer was exchanged for one that covers nothing."""
    stranger = examples.Example("2", "q2", "y?", ("four",), (None,), "y.", 1.0)
    truth = dict(zip(labelled.points, labelled.probabilities, strict=True))
    answers = set()
    for seed in range(200):
        shuffled = examples.augmented(labelled, [labelled, stranger], random.Random(seed))
        answers.add(shuffled.answer)
        if shuffled.answer == "y.":
            assert set(shuffled.probabilities) == {examples.PROBABILITIES["missing"]}
            assert shuffled.score == 0.0
        else:
            assert (
                dict(zip(shuffled.points, shuffled.probabilities, strict=True)).items()
                <= truth.items()
            )
            assert (shuffled.score is None) == (len(shuffled.points) < 3)
    assert answers == {"x.", "y."}


def test_the_same_seed_gives_the_same(labelled):
    """Training can be repeated."""
    first, again = (examples.augmented(labelled, [labelled], random.Random(7)) for _ in range(2))
    assert first == again


def test_verbatim_points_are_covered_and_the_question_covers_none(labelled):
    """Word for word, and the question alone."""
    known, asked = examples.verbatim([labelled], random.Random(0))
    sentences = known.answer.split(". ")
    marks = [probabilities[0] for probabilities in known.probabilities]
    assert marks == [float(point in sentences) for point in known.points]
    assert asked.answer == labelled.question
    assert asked.score == 0.0


def test_every_shipped_example_can_be_read():
    """Labels for every point, scores within bounds, and no answer taught that is tested."""
    taught = examples.guide_examples(ANSWERS, GUIDE)
    others = examples.other_examples(OTHERS)
    exams = examples.short_examples(EXAMS)
    for example in (*taught, *others, *exams):
        assert len(example.probabilities) == len(example.points) > 0
        assert 0 <= example.score <= 1
    tested = [
        json.loads(line)["answer"]
        for file in (ROOT / "eval").glob("grading.*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert len(tested) > 1000
    assert not {e.answer for e in taught} & set(tested)


def test_an_exam_answer_has_the_status_that_its_score_tells(tmp_path: Path):
    """Of a reference of one sentence; of a longer one nobody knows which point was missed."""
    answers = [{"kind": kind, "answer": "x", "score": score} for kind, score in SCORES]
    item = {"id": "s1", "question": "x?", "reference": "One.", "answers": answers}
    two = {"id": "s2", "question": "x?", "reference": "One. Two.", "answers": answers[:1]}
    file = tmp_path / "exams.jsonl"
    file.write_text(f"{json.dumps(item)}\n{json.dumps(two)}\n", encoding="utf-8")
    *told, unknown = examples.short_examples(file)
    statuses = [
        examples.STATUSES[probabilities.index(1)] for e in told for probabilities in e.probabilities
    ]
    assert statuses == ["covered", "partial", "contradicted", "missing"]
    assert unknown.points == ("One.", "Two.")
    assert unknown.probabilities == (None, None)


def test_folds_do_not_depend_on_how_many_answers_an_entry_has():
    """Or a judge might be measured on entries that it has seen; near-duplicates share a fold."""
    labels = [f"q{number}" for number in range(1, 101)]
    fold_of = examples.folds(labels)
    assert examples.folds([*labels, "q5", "q5", "q77"]) == fold_of
    assert set(fold_of.values()) == set(range(examples.FOLDS))
    for group in examples.NEAR_DUPLICATES:
        assert len({fold_of[label] for label in group.split()}) == 1
