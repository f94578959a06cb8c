"""Trains the reader of assertions: `python -m training.entailment --data FOLDER OUT`.

First on people's pairs of all kinds, then, beside them, on statements about guides. Run again
after an interruption, it goes on.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ragprep.checksums import file_sha256
from ragprep.encoder.prepare import shipped_info
from ragprep.reader.assertion import INFO_FILE, MODEL_FILE
from training.entailment.export import write_onnx
from training.entailment.guides import PAIRS, of_guides, typed
from training.entailment.network import PAD, STATEMENT, TEXT, Entailment
from training.entailment.pairs import (
    CONTRADICTION,
    ENTAILMENT,
    LABELS,
    NEUTRAL,
    NOT_CONTRADICTED,
    NOT_ENTAILED,
    Pair,
    general,
    rows_of,
)
from training.export_encoder import base_model
from training.recipe import recipe, write

SEED = 0
BATCH = 48
RATE, HEAD_RATE = 1e-4, 5e-4
WARM_UP = 200
"""Steps."""
LONGEST = 160
"""Tokens of a text or a statement."""
EVERY = 300
"""Steps between two checkpoints."""
SHARE_OF_GUIDES = 0.8
"""Of the second stage's pairs."""
SMOOTHING = 0.03
MARGIN, SHARE_OF_MARGIN = 1.0, 0.3
"""Logits between a statement and its opposite, and what missing it weighs beside the rest."""


class Embedded:
    """Pairs as tensors: token embeddings of each text by itself, side by side."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(base_model(), device="cpu", local_files_only=True)
        self.bert: Any = model[0].auto_model.eval()
        self._tokenizer: Any = model.tokenizer

    def segments(self, text: str) -> list[list[int]]:
        """Return the tokens of a text, line by line: a passage is read as lines side by side."""
        lines = text.split("\n")
        ids: list[list[int]] = self._tokenizer(lines, truncation=True, max_length=LONGEST)[
            "input_ids"
        ]
        return ids

    def tensors(self, pairs: Sequence[tuple[str, str]]) -> tuple[Tensor, Tensor, Tensor]:
        """Return states (b, s, dim), ids and owners (b, s) of texts with statements."""
        rows = [
            [(TEXT, line) for line in self.segments(text)]
            + [(STATEMENT, line) for line in self.segments(statement.replace("\n", " "))]
            for text, statement in pairs
        ]
        longest = max(sum(len(line) for _, line in row) for row in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        positions, owner = torch.zeros_like(ids), torch.full_like(ids, PAD)
        for i, row in enumerate(rows):
            at = 0
            for whose, line in row:
                end = at + len(line)
                ids[i, at:end] = torch.tensor(line)
                positions[i, at:end] = torch.arange(len(line))
                owner[i, at:end] = whose
                at = end
        with torch.no_grad():
            states = self.bert.embeddings(input_ids=ids, position_ids=positions)
        return states, ids, owner


def with_opposites(batch: Sequence[Pair]) -> tuple[list[Pair], list[tuple[int, int]]]:
    """Return a batch with the opposites of its pairs, and the places of each pair and opposite."""
    every, places = list(batch), []
    for place, pair in enumerate(batch):
        if pair.opposite is not None:
            places.append((place, len(every)))
            every.append(replace(pair, statement=pair.opposite, label=CONTRADICTION, opposite=None))
    return every, places


def margin_loss(logits: Tensor, places: Sequence[tuple[int, int]]) -> Tensor:
    """Return what is lost where a true statement is not clearly more entailed than its opposite."""
    if not places:
        return logits.new_zeros(())
    rows = torch.tensor(places)
    entailed = logits[:, ENTAILMENT].float() - logits[:, CONTRADICTION].float()
    return functional.softplus(MARGIN - entailed[rows[:, 0]] + entailed[rows[:, 1]]).mean()


def loss_of(logits: Tensor, batch: Sequence[Pair]) -> Tensor:
    """Return the weighted cross-entropy; where a label is only ruled out, that of the others."""
    logs = logits.float().log_softmax(dim=1)
    labels = torch.tensor([pair.label for pair in batch])
    known = functional.nll_loss(logs, labels.clamp(min=0), reduction="none")
    known = (1 - SMOOTHING) * known - SMOOTHING * logs.mean(dim=1)
    others = {
        NOT_ENTAILED: [NEUTRAL, CONTRADICTION],
        NOT_CONTRADICTED: [ENTAILMENT, NEUTRAL],
    }
    loss = known
    for label, possible in others.items():
        loss = torch.where(labels == label, -logs[:, possible].logsumexp(dim=1), loss)
    weights = torch.tensor([pair.weight for pair in batch])
    return (loss * weights).sum() / weights.sum()


def batches(pairs: Sequence[Pair], rng: random.Random) -> Iterator[list[Pair]]:
    """Yield batches of pairs of similar length, without end."""
    while True:
        order = list(pairs)
        rng.shuffle(order)
        for start in range(0, len(order), 40 * BATCH):
            chunk = sorted(
                order[start : start + 40 * BATCH], key=lambda p: len(p.text) + len(p.statement)
            )
            some = [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
            rng.shuffle(some)
            yield from some


def train(data: Path, out: Path, *, first: int, steps: int) -> None:
    """Train for `steps` in all, the first `first` without statements about guides."""
    torch.manual_seed(SEED)
    embedded, network = Embedded(), Entailment()
    network.begin_as(embedded.bert.encoder.layer)
    network.eval()  # no dropout: every pair is seen a few times at most
    old = list(network.layers.parameters())
    new = [*network.owner.parameters(), *network.head.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": old, "rate": RATE}, {"params": new, "rate": HEAD_RATE}],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )
    record = _begin(network, optimizer, out / "checkpoint.pt")
    rng = random.Random(SEED + record["steps"])
    people = general(data, SEED)
    print(f"{len(people)} pairs by people", flush=True)
    of_people = batches(people, rng)
    about_guides = batches(_about_guides(data, out), rng) if record["steps"] >= first else None
    total, begun = 0.0, time.monotonic()
    for step in range(record["steps"], steps + 1):
        if step >= first and about_guides is None:
            about_guides = batches(_about_guides(data, out), rng)
        if step % EVERY == 0 or step == steps:
            record |= {"steps": step, "seconds": record["seconds"] + time.monotonic() - begun}
            record |= {"loss": round(total / EVERY, 4), "cad": accuracy(network, embedded, data)}
            total, begun = 0.0, time.monotonic()
            print(json.dumps(record), flush=True)
            _keep(network, optimizer, out, record)
        if step == steps:
            break
        guides = about_guides is not None and rng.random() < SHARE_OF_GUIDES
        batch, places = with_opposites(next(about_guides if guides and about_guides else of_people))
        rows = [(typed(p.text, rng), typed(p.statement, rng)) for p in batch]
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(*embedded.tensors(rows))
        loss = loss_of(logits, batch) + SHARE_OF_MARGIN * margin_loss(logits, places)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        total += float(loss.item())


def export(data: Path, out: Path) -> None:
    """Write the network of the last checkpoint as the file that ships, with its recipe."""
    network = Entailment()
    kept = torch.load(out / "checkpoint.pt", weights_only=True)
    network.load_state_dict(kept["network"])
    record = json.loads(kept["record"])
    embedded, pairs = Embedded(), [pair for pair, _ in held_out(data)]
    batches_of_pairs = [pairs[i : i + BATCH] for i in range(0, len(pairs), BATCH)]
    write_onnx(network, MODEL_FILE, [embedded.tensors(some) for some in batches_of_pairs])
    content = {
        "sha256": file_sha256(MODEL_FILE),
        "licence": "CC BY-SA 4.0; begun as layers of all-MiniLM-L6-v2 (Apache-2.0), and taught by "
        "texts under CC BY-SA (training/README.md)",
        "pairs": len(general(data, SEED)),
    }
    used = recipe(
        "training/entailment/__main__.py",
        sorted(PAIRS.glob("*.jsonl")),
        encoder=shipped_info().fingerprint,
        seed=SEED,
        packages=("torch", "numpy", "onnx", "onnxruntime", "sentence-transformers"),
        measured={name: record[name] for name in ("steps", "seconds", "loss", "cad")},
        note="loss: of the last steps; cad: share of right labels on held-out pairs of people with "
        "minimal edits.",
    )
    write(INFO_FILE, content, used)


def held_out(data: Path, count: int = 600) -> list[tuple[tuple[str, str], int]]:
    """Return pairs of people with minimal edits that are not learnt, and their labels."""
    rows = list(rows_of(data / "human" / "cad_nli", (".train.", ".test.")))[-count:]
    return [((row["premise"], row["hypothesis"]), LABELS[row["label"]]) for row in rows]


def accuracy(network: Entailment, embedded: Embedded, data: Path) -> float:
    """Return the share of right labels on pairs with minimal edits that are not learnt."""
    rows, right = held_out(data), 0
    for i in range(0, len(rows), BATCH):
        pairs, labels = zip(*rows[i : i + BATCH], strict=True)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            guess = network(*embedded.tensors(pairs)).argmax(dim=1).tolist()
        right += sum(label == g for label, g in zip(labels, guess, strict=True))
    return round(right / len(rows), 3)


def _about_guides(data: Path, out: Path) -> list[Pair]:
    """Return the pairs about guides, as an interrupted run left them if there was one."""
    path = out / "guides.json"
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([asdict(pair) for pair in of_guides(data, SEED)]))
    return [Pair(**row) for row in json.loads(path.read_text())]


def _begin(network: Entailment, optimizer: Any, path: Path) -> dict[str, Any]:
    if not path.exists():
        return {"steps": 0, "seconds": 0.0}
    kept = torch.load(path, weights_only=True)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    record: dict[str, Any] = json.loads(kept["record"])
    return record


def _keep(network: Entailment, optimizer: Any, out: Path, record: dict[str, Any]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    states = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save({**states, "record": json.dumps(record)}, out / "checkpoint.new")
    (out / "checkpoint.new").replace(out / "checkpoint.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="has human/, semeval2013/, ...")
    parser.add_argument("--first", type=int, default=2400, help="steps without guides")
    parser.add_argument("--steps", type=int, default=6500)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("out", type=Path, help="gets checkpoint.pt")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train(arguments.data, arguments.out, first=arguments.first, steps=arguments.steps)
    export(arguments.data, arguments.out)


if __name__ == "__main__":
    main()
