"""Statements about guides' entries, true and false, and what is done to texts as people type."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ragprep.encoder.embed import OnnxEmbedder
from ragprep.grade.clauses import clauses
from ragprep.ingest.corpus import read_guide
from ragprep.ingest.points import key_points
from ragprep.text.opposites import has_negation
from ragprep.text.word_lists import read_lines
from ragprep.text.words import words
from ragprep.types.guide import Entry
from training.entailment.pairs import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    NOT_CONTRADICTED,
    Pair,
)
from training.guides import GUIDES, TAUGHT, entry_at
from training.reader.examples import (
    ANSWERS,
    GUIDE,
    Example,
    guide_examples,
)
from training.reader.train import default_encoder
from training.recipe import ROOT

PAIRS = ROOT / "training" / "statements"
"""True and false statements, by language models: see its README.md."""
TIMES = 4
"""How often each of them is taken, beside the others of guides."""
OF_ANSWERS = 4000
"""Clauses of graded answers, at most."""
CHANGED = 8000
"""Points of guides changed by rule, at most."""
FILLERS = ("so", "well", "basically", "i think", "um", "ok so", "like")


class Shelf:
    """The guides whose entries statements are about, with what an entry says about a statement."""

    def __init__(self, data: Path) -> None:
        self._encoder: OnnxEmbedder = default_encoder()
        guides = {"shipped": [read_guide(GUIDE)]}
        for name in TAUGHT:
            folder, files = GUIDES[name]
            guides[name] = [read_guide(data / "guides" / folder / file) for file in files]
        self.entries = {name: [e for g in some for e in g.entries] for name, some in guides.items()}
        self._points: dict[str, tuple[list[str], np.ndarray]] = {}
        self._places = {name: self._place(name) for name in guides}

    def _place(self, name: str) -> dict[str, Entry]:
        entries = self.entries[name]
        if name == "shipped":
            return {entry.label: entry for entry in entries}
        by_id = {entry.id: entry for entry in entries}
        return {place: by_id[i] for place, i in entry_at(entries, GUIDES[name][1]).items()}

    def entry(self, guide: str, place: str) -> Entry | None:
        """Return the entry with a label, or at a line."""
        return self._places[guide].get(place)

    def closest(self, entry: Entry, statements: Sequence[str]) -> list[str]:
        """Return for each statement the point of the entry that is closest to it."""
        if entry.id not in self._points:
            shown = [f"{p.heading}: {p.text}" if p.heading else p.text for p in key_points(entry)]
            vectors = self._encoder.embed(shown, role="passage") if shown else np.zeros((0, 1))
            self._points[entry.id] = shown, vectors
        points, vectors = self._points[entry.id]
        if not points or not statements:
            return [entry.question] * len(statements)
        cosines = self._encoder.embed(list(statements), role="passage") @ vectors.T
        return [points[i] for i in cosines.argmax(axis=1)]


def of_guides(data: Path, seed: int) -> list[Pair]:
    """Return the pairs about guides; `data` has guides/."""
    rng, shelf = random.Random(seed), Shelf(data)
    written = list(_written(shelf, rng))
    clauses_of_right = list(_right_clauses(shelf, rng))
    changed = list(_changed(shelf, rng))
    pairs = [
        *(TIMES * written),
        *rng.sample(clauses_of_right, min(OF_ANSWERS, len(clauses_of_right))),
        *rng.sample(changed, min(CHANGED, len(changed))),
    ]
    print(
        f"{len(written)} statements, {len(clauses_of_right)} clauses of answers, "
        f"{len(changed)} changed points",
        flush=True,
    )
    return pairs


def _written(shelf: Shelf, rng: random.Random) -> Iterator[Pair]:
    """Yield the written statements with what their entries say, and some with another entry."""
    lines = [
        line
        for path in sorted(PAIRS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    for row in map(json.loads, lines):
        if "text" in row:  # a note that is no guide's
            yield Pair(row["text"], row["true"], ENTAILMENT, "written", opposite=row["false"])
            if row.get("aside"):
                yield Pair(row["text"], row["aside"], NEUTRAL, "written")
            continue
        guide = row.get("guide", "shipped")
        entry = shelf.entry(guide, row["entry"])
        if entry is None:
            continue
        statements = [row["true"], row["false"], *([row["aside"]] if row.get("aside") else [])]
        texts = shelf.closest(entry, statements)
        for text in dict.fromkeys(texts[:2]):
            yield Pair(text, row["true"], ENTAILMENT, "written", opposite=row["false"])
        for text, statement in zip(texts[2:], statements[2:], strict=True):
            yield Pair(text, statement, NEUTRAL, "written")
        if rng.random() < 0.3:
            other = rng.choice(shelf.entries[guide])
            if other.id != entry.id:
                statement = rng.choice(statements)
                [text] = shelf.closest(other, [statement])
                yield Pair(text, statement, NEUTRAL, "other entry", 0.5)


def _right_clauses(shelf: Shelf, rng: random.Random) -> Iterator[Pair]:
    """Yield clauses of right answers, which nothing contradicts, and wrong answers whole."""
    for example in guide_examples(ANSWERS, GUIDE):
        entry = shelf.entry("shipped", example.group)
        right = example.score is not None and example.score >= 0.85
        if entry is None or not (right or _all_wrong(example)) or rng.random() < 0.4:
            continue
        statements = [span.text for span in clauses(example.answer)] if right else [example.answer]
        label = NOT_CONTRADICTED if right else CONTRADICTION
        for text, statement in zip(shelf.closest(entry, statements), statements, strict=True):
            yield Pair(text, statement, label, "right" if right else "wrong", 0.7)


def _all_wrong(example: Example) -> bool:
    """Whether a short answer contradicts points and says none."""
    statuses = [row.index(1) for row in example.probabilities if row is not None]
    return example.kind == "wrong" and 3 in statuses and not {0, 1} & {*statuses}


def _changed(shelf: Shelf, rng: random.Random) -> Iterator[Pair]:
    """Yield points as they stand, and with a word reversed, in the statement or in the text."""
    opposites = [(a, b) for a, b in map(str.split, read_lines("opposites"))]
    reverse = dict(opposites) | {b: a for a, b in opposites}
    for entries in shelf.entries.values():
        for entry in entries:
            statements = [p.text for p in key_points(entry) if 5 <= len(words(p.text)) <= 30]
            for statement, text in zip(statements, shelf.closest(entry, statements), strict=True):
                reversed_statement = _reversed(statement, reverse, rng)
                if reversed_statement is None or not text.endswith(statement):
                    continue
                reversed_text = text.replace(statement, reversed_statement)
                yield Pair(text, statement, ENTAILMENT, "changed", 0.4, reversed_statement)
                yield Pair(reversed_text, reversed_statement, ENTAILMENT, "changed", 0.5, statement)


def _reversed(statement: str, reverse: dict[str, str], rng: random.Random) -> str | None:
    """Return a statement with one word reversed, or "not" put in or taken out; None without one."""
    spoken = list(re.finditer(r"[A-Za-z]+", statement))
    turns = [(m, reverse[m[0].lower()]) for m in spoken if m[0].lower() in reverse]
    if has_negation(words(statement)):
        turns += [(m, "") for m in spoken if m[0].lower() == "not"]
    else:
        verbs = {"is", "are", "can", "does", "was", "should", "must", "will"}
        turns += [(m, f"{m[0]} not") for m in spoken if m[0].lower() in verbs][:1]
    if not turns:
        return None
    match, word = rng.choice(turns)
    return re.sub(r"\s+", " ", statement[: match.start()] + word + statement[match.end() :])


def typed(text: str, rng: random.Random) -> str:
    """Return a text now and then without its last mark, after a filler, or with a slip."""
    if rng.random() < 0.3:
        text = text.rstrip(".!? ")
    if rng.random() < 0.05:
        text = f"{rng.choice(FILLERS)} {text}"
    if rng.random() < 0.1:
        spoken = text.split(" ")
        at = rng.randrange(len(spoken))
        word = spoken[at]
        if len(word) > 4:
            k = rng.randrange(1, len(word) - 2)
            spoken[at] = word[:k] + word[k + 1] + word[k] + word[k + 2 :]
        text = " ".join(spoken)
    return text
