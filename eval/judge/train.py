"""Trains the judge of answers: `python eval/judge/train.py --help`. Minutes on two cores.

Reads eval/judge/*.jsonl (answers to the shipped guide's entries, and to questions of other
fields) and, with --foreign, public sets of short answers (eval/README.md says which).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from examples import (
    Example,
    beside,
    by_heart,
    foreign_examples,
    guide_examples,
    other_examples,
    varied,
)
from network import ANSWER_FEATURES, DIM, LAYERS, POINT_FEATURES, JudgeNetwork
from torch import Tensor, nn
from torch.nn import functional

from ragprep.config import DEFAULT_MODEL, load_config
from ragprep.grade.judge import INFO_FILE, INPUTS, MODEL_FILE, features
from ragprep.retrieve.embed import OnnxEmbedder
from ragprep.retrieve.encoders import encoder_folder, prepare
from ragprep.types import TokenStates

HERE = Path(__file__).parent
GUIDE = HERE.parent.parent / "corpus" / "ai-ml-interview-guide.md"
EVALUATED = HERE.parent / "grading.test.jsonl", HERE.parent / "grading.dev.jsonl"

SEED = 0
EPOCHS = 7
BATCH = 16
RATE = 1e-3
DECAY = 0.02
SCORE_WEIGHT = 2.0
FOREIGN = {"beetle": 1500, "scientsbank": 1500, "saf_english": 500}
"""Answers taken of each public set; saf_english's are long, and cost most of the time."""

FOLDS = 3
NEAR_DUPLICATES = (
    *("q2 q95", "q3 q76", "q4 q94", "q11 q13 q92 q99 q100", "q14 q93", "q20 q37", "q70 q78"),
    *("q71 q79 q83", "q36 q40", "q24 q26 q27 q66", "q16 q38", "q21 q28 q30", "q12 q18"),
)
"""Entries that say much the same: of a fold all or none, or an unseen entry would be half seen."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the network takes it: states reduced, half precision to save memory."""

    reduced: Tensor
    states: TokenStates


class Texts:
    """Every text of the examples, encoded once."""

    def __init__(self, encoder: OnnxEmbedder, examples: Sequence[Example]) -> None:
        wanted = sorted({t for e in examples for t in (e.question, e.answer, *e.points)}, key=len)
        print(f"encoding {len(wanted)} texts")
        self._raw = dict(zip(wanted, encoder.token_states(wanted), strict=True))
        self._made: dict[str, Text] = {}
        self._network: JudgeNetwork | None = None

    def sample(self, count: int) -> Tensor:
        """Return the token states of `count` texts, to find their components by."""
        chosen = random.Random(SEED).sample(sorted(self._raw), min(count, len(self._raw)))
        return torch.from_numpy(np.concatenate([self._raw[text].states for text in chosen]))

    def reduce_by(self, network: JudgeNetwork) -> None:
        """Reduce all texts by the network's own components; the whole states are dropped."""
        with torch.no_grad():
            for text, known in self._raw.items():
                reduced = network.reduction(torch.from_numpy(known.states)).half()
                slim = TokenStates(known.ids, np.empty((0, 0), np.float32), known.vector)
                self._made[text] = Text(reduced, slim)
        self._raw.clear()

    def __getitem__(self, text: str) -> Text:
        return self._made[text]


def tensors(batch: Sequence[Example], texts: Texts) -> tuple[Tensor, ...]:
    """Return what `JudgeNetwork.judged` takes, padded."""
    count = max(len(e.points) for e in batch)
    long_point = max(len(texts[p].states.ids) for e in batch for p in e.points)
    long_answer = max(len(texts[e.answer].states.ids) for e in batch)
    width = texts[batch[0].answer].reduced.shape[1]
    points = torch.zeros(len(batch), count, long_point, width)
    point_mask = torch.zeros(points.shape[:3], dtype=torch.bool)
    answer = torch.zeros(len(batch), long_answer, width)
    answer_mask = torch.zeros(answer.shape[:2], dtype=torch.bool)
    of_points = torch.zeros(len(batch), count, POINT_FEATURES)
    of_answer = torch.zeros(len(batch), ANSWER_FEATURES)
    for i, example in enumerate(batch):
        said = texts[example.answer]
        answer[i, : len(said.reduced)] = said.reduced.float()
        answer_mask[i, : len(said.reduced)] = True
        for j, point in enumerate(example.points):
            stated = texts[point].reduced
            points[i, j, : len(stated)] = stated.float()
            point_mask[i, j, : len(stated)] = True
        known, whole = features(
            texts[example.question].states,
            [texts[point].states for point in example.points],
            said.states,
        )
        of_points[i, : len(known)] = torch.from_numpy(known)
        of_answer[i] = torch.from_numpy(whole)
    return points, point_mask, answer, answer_mask, of_points, of_answer


def loss_of(network: JudgeNetwork, batch: Sequence[Example], texts: Texts) -> Tensor:
    """Return the cross-entropy of statuses and, weighted, of scores."""
    statuses, impression = network.judged(*tensors(batch, texts))
    loss = torch.zeros(())
    spots = [(i, j) for i, e in enumerate(batch) for j, odds in enumerate(e.odds) if odds]
    if spots:
        rows, columns = map(list, zip(*spots, strict=True))
        odds = torch.tensor([batch[i].odds[j] for i, j in spots], dtype=torch.float32)
        loss = functional.cross_entropy(statuses[rows, columns], odds)
    scored = [i for i, e in enumerate(batch) if e.score is not None]
    if scored:
        scores = torch.tensor([batch[i].score for i in scored], dtype=torch.float32)
        wrong = functional.binary_cross_entropy_with_logits(impression[scored], scores)
        loss = loss + SCORE_WEIGHT * wrong
    return loss


def batches(examples: Sequence[Example], texts: Texts, chance: random.Random) -> list[Any]:
    """Return batches of answers that take about as much room, in random order."""

    def room(example: Example) -> float:
        return len(texts[example.answer].states.ids) * len(example.points) + 40 * chance.random()

    ordered = sorted(examples, key=room)
    found = [ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH)]
    chance.shuffle(found)
    return found


def train(examples: Sequence[Example], texts: Texts, network: JudgeNetwork) -> None:
    """Train `network` in place; the same examples give the same network."""
    chance = random.Random(SEED)
    torch.manual_seed(SEED)
    learned = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * math.ceil(len(examples) / BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=steps, pct_start=0.1
    )
    network.train()
    started = time.monotonic()
    for epoch in range(EPOCHS):
        total = 0.0
        made = batches([varied(e, examples, chance) for e in examples], texts, chance)
        for batch in made:
            optimizer.zero_grad()
            loss = loss_of(network, batch, texts)
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(
            f"epoch {epoch + 1}: loss {total / len(made):.3f}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    network.eval()


def readings(
    network: JudgeNetwork, examples: Sequence[Example], texts: Texts
) -> Iterator[dict[str, Any]]:
    """Yield what the network makes of each example, as a JSON record."""
    network.eval()
    for example in examples:
        with torch.no_grad():
            statuses, impression = network.judged(*tensors([example], texts))
        yield {
            "id": example.id,
            "odds": statuses[0].softmax(dim=-1).tolist(),
            "overall": float(impression[0].sigmoid()),
        }


def folds(labels: Sequence[str]) -> dict[str, int]:
    """Return the fold of each entry; near-duplicates share one."""
    clusters = [group.split() for group in NEAR_DUPLICATES]
    joined = {label for cluster in clusters for label in cluster}
    clusters += [
        [label] for label in sorted(labels, key=lambda x: int(x[1:])) if label not in joined
    ]
    return {label: i % FOLDS for i, cluster in enumerate(clusters) for label in cluster}


def write_onnx(network: JudgeNetwork, about: dict[str, Any]) -> None:
    """Write judge.onnx and judge.json, and check that the one reads as the network does."""
    import onnxruntime as ort

    n, t = torch.export.Dim("n", min=1, max=256), torch.export.Dim("t", min=1, max=2048)
    u = torch.export.Dim("u", min=1, max=65536)
    axes = ({1: n, 2: t}, {1: n, 2: t}, {1: u}, {1: u}, {1: n}, {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(),
            made_up(points=3, of_point=5, of_answer=7),
            str(MODEL_FILE),
            input_names=list(INPUTS),
            output_names=["statuses", "impression"],
            dynamic_shapes=axes,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    _strip(MODEL_FILE)
    session = ort.InferenceSession(MODEL_FILE, providers=["CPUExecutionProvider"])
    for given in (made_up(points=1, of_point=1, of_answer=2), made_up(7, 12, 300)):
        with torch.no_grad():
            expected = network(*given)
        inputs = {name: value.numpy() for name, value in zip(INPUTS, given, strict=True)}
        for ours, theirs in zip(session.run(None, inputs), expected, strict=True):
            if float(np.abs(ours - theirs.numpy()).max()) > 1e-3:
                sys.exit("the exported judge reads otherwise than the network")
    sha256 = hashlib.sha256(MODEL_FILE.read_bytes()).hexdigest()
    INFO_FILE.write_text(json.dumps({"sha256": sha256} | about, indent=1) + "\n", encoding="utf-8")


def _strip(path: Path) -> None:
    """Take out of an ONNX file what the exporter notes of this machine: paths, stack traces."""
    import onnx

    model = onnx.load(str(path))
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(model, str(path))


def made_up(points: int, of_point: int, of_answer: int) -> tuple[Tensor, ...]:
    """Return random inputs of one answer with so many points and tokens."""
    return (
        torch.randn(1, points, of_point, LAYERS * DIM),
        torch.ones(1, points, of_point, dtype=torch.bool),
        torch.randn(1, of_answer, LAYERS * DIM),
        torch.ones(1, of_answer, dtype=torch.bool),
        torch.rand(1, points, POINT_FEATURES),
        torch.rand(1, ANSWER_FEATURES),
    )


def main() -> None:
    """Train on everything, or leave a fold of the entries out and read its answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--foreign", type=Path, help="folder with beetle, scientsbank, saf_english")
    parser.add_argument("--fold", type=int, help=f"leave this fold of {FOLDS} out; writes no judge")
    parser.add_argument("--readings", type=Path, help="write what it makes of the graded answers")
    options = parser.parse_args()
    torch.set_num_threads(1)  # a second one waits for the first more than it helps

    home = load_config().home
    info = prepare(DEFAULT_MODEL, home, lambda stage, done, total: None)
    encoder = OnnxEmbedder(info, encoder_folder(home, DEFAULT_MODEL))
    chance = random.Random(SEED)
    taught = guide_examples(HERE / "answers.jsonl", GUIDE)
    taught += by_heart(taught, chance)
    taught += beside(taught, HERE / "injections.jsonl", HERE / "chatter.jsonl", chance)
    others = other_examples(HERE / "others.jsonl")
    others += by_heart(others, chance)
    foreign: list[Example] = []
    for name, count in FOREIGN.items() if options.foreign else ():
        some = foreign_examples(options.foreign / name, split="train")
        foreign += chance.sample(some, min(count, len(some)))
    graded = [e for file in EVALUATED for e in guide_examples(file, GUIDE)]
    if options.fold is not None:
        fold_of = folds([e.group for e in taught])
        graded = [e for e in graded if fold_of[e.group] == options.fold]
        left = [e for e in taught if fold_of[e.group] == options.fold]
        taught = [e for e in taught if fold_of[e.group] != options.fold]
        graded += left
    unseen: list[Example] = []
    for name in FOREIGN if options.foreign and options.readings else ():
        held = foreign_examples(options.foreign / name, split="test")
        held += foreign_examples(options.foreign / name, split="unseen")
        unseen += random.Random(3).sample(held, min(250, len(held)))

    examples = [e for e in (*taught, *others, *foreign) if e.answer.strip() and e.points]
    random.Random(SEED).shuffle(examples)
    texts = Texts(encoder, [*examples, *graded, *unseen])
    network = JudgeNetwork()
    torch.manual_seed(SEED)
    network.apply(lambda module: getattr(module, "reset_parameters", lambda: None)())
    network.reduction.fit(texts.sample(2500))
    texts.reduce_by(network)
    print(f"{len(taught)} + {len(others)} + {len(foreign)} examples")
    train(examples, texts, network)
    if options.readings:
        with options.readings.open("w", encoding="utf-8") as file:
            for record in readings(network, [*graded, *unseen], texts):
                file.write(json.dumps(record) + "\n")
    if options.fold is None:
        torch.save(network.state_dict(), HERE / "judge.pt")
        about = {
            "trained_by": "eval/judge/train.py",
            "examples": {"guide": len(taught), "others": len(others), "foreign": len(foreign)},
            "entries": sorted({e.group for e in taught}, key=lambda label: int(label[1:])),
            "licence": "CC BY-SA 4.0 where trained on SemEval-2013 Task 7 (CC BY-SA 3.0)",
        }
        write_onnx(network, about)


if __name__ == "__main__":
    main()
