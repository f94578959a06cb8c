"""Grades answers by readers that never saw their entries.

`python -m training.reader.cross_validate [--fold N ...]` trains a reader for each fold, without the
answers to the fold's entries, and grades those of eval/grading.*.jsonl. It writes nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from ragprep import Prep
from ragprep.config import load_config
from ragprep.evaluation.graded import GradedAnswer, read_answers
from ragprep.evaluation.grading import agreement
from ragprep.reader.cross_encoder import INPUTS, arrays, output_of
from ragprep.types.grade import Grade, ReaderOutput
from training.reader.batches import StatesEncoder
from training.reader.examples import ANSWERS, FOLDS, GUIDE, folds, guide_examples
from training.reader.network import Ensemble
from training.reader.train import default_encoder, ensemble_of, examples_by_source
from training.recipe import ROOT

EVALUATED = [ROOT / "eval" / f"grading.{name}.jsonl" for name in ("dev", "test", "other", "last")]


class TorchReader:
    """An ensemble as grading takes a reader, before it is exported."""

    name = "ensemble"

    def __init__(self, ensemble: Ensemble, encoder: StatesEncoder) -> None:
        self._ensemble = ensemble.eval()
        self._encoder = encoder

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return the ensemble's output for an answer."""
        of_question, of_answer, *of_points = self._encoder.token_states([question, answer, *points])
        inputs = arrays(of_question, of_points, of_answer)
        with torch.no_grad():
            statuses, holistic = self._ensemble(*(torch.from_numpy(inputs[n]) for n in INPUTS))
        return output_of(statuses[0].numpy(), float(holistic[0]))


def point_texts(prep: Prep, label: str) -> list[str]:
    """Return the texts of the points that an entry is graded by."""
    return [point.point.text for point in prep.rubric(label).points]


def cross_validate(numbers: Sequence[int], encoder: StatesEncoder) -> None:
    """Print how well answers are graded by ensembles that never saw their entries."""
    fold_of = folds([example.group for example in guide_examples(ANSWERS, GUIDE)])
    pairs: list[tuple[GradedAnswer, Grade]] = []
    for number in numbers:
        left_out = {label for label, fold in fold_of.items() if fold == number}
        ensemble = ensemble_of(examples_by_source(without=left_out), encoder)
        prep = Prep(load_config(), reader=TorchReader(ensemble, encoder))
        for file in EVALUATED:
            pairs += [
                (answer, prep.grade(answer.ref, answer.answer))
                for answer in read_answers(file, points_of=partial(point_texts, prep))
                if answer.ref in left_out
            ]
        print(json.dumps([(answer.id, answer.score, grade.score) for answer, grade in pairs]))
        scores = np.array([grade.score / 100 for _, grade in pairs])
        agreed = agreement(scores, np.array([answer.score for answer, _ in pairs]))
        print(len(pairs), {key: round(figure.value, 3) for key, figure in agreed.items()})


def main() -> None:
    """Cross-validate over entries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fold", type=int, action="append", choices=range(FOLDS))
    torch.set_num_threads(1)  # a second one waits for the first more than it helps
    cross_validate(parser.parse_args().fold or range(FOLDS), default_encoder())


if __name__ == "__main__":
    main()
