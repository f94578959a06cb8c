"""Reads a corpus in BEIR layout (documents, queries and judgments in three files) as entries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragprep.errors import EvaluationError
from ragprep.evaluation.judgments import (
    MAX_GRADE,
    JudgedQuery,
    id_of,
    json_record,
    text_lines,
    text_of,
)
from ragprep.types.guide import Entry


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a foreign corpus; the title may be empty."""

    id: str
    title: str
    text: str


def read_beir(
    folder: Path, *, split: str = "test", queries: Path | None = None
) -> tuple[list[Document], list[JudgedQuery]]:
    """Read a corpus in BEIR layout, and those of its queries that the split judges.

    The layout is corpus.jsonl (`_id`, `title`, `text`), queries.jsonl (`_id`, `text`) and
    qrels/<split>.tsv (a header, then query id, corpus id and score, tab between them):
    https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset. Scores below 1 count
    as not relevant; queries keep the order of their file and have no style.

    Args:
        folder: of the corpus.
        split: whose judgments are read.
        queries: a file that takes the place of the folder's queries.jsonl; it may leave out
            queries that are judged, and those count as not asked.

    Raises:
        EvaluationError: a file cannot be used; the message starts with file:line.
    """
    corpus, asked = folder / "corpus.jsonl", queries or folder / "queries.jsonl"
    documents: dict[str, Document] = {}
    for where, name, record in _beir_records(corpus):
        title = text_of(where, record, "title") if record.get("title") is not None else ""
        if name.lower() in documents:
            raise EvaluationError(
                f"{where}: the _id {name!r} occurs twice (upper and lower case count as one)",
                remedy="Give each document an _id of its own.",
            )
        documents[name.lower()] = Document(name, title, text_of(where, record, "text"))
    texts = {name: text_of(where, record, "text") for where, name, record in _beir_records(asked)}
    known = texts
    if queries is not None and (folder / "queries.jsonl").is_file():
        known = texts | {name: "" for _, name, _ in _beir_records(folder / "queries.jsonl")}
    golds = _qrels(folder / "qrels" / f"{split}.tsv", known, documents)
    judged = [JudgedQuery(name, texts[name], "", golds[name]) for name in texts if name in golds]
    for path, count in ((corpus, len(documents)), (asked, len(judged))):
        if not count:
            raise EvaluationError(
                f"{path}:1: there is nothing to evaluate",
                remedy="Give a folder with documents, queries and judgments in BEIR layout.",
            )
    return list(documents.values()), judged


def as_entries(documents: Sequence[Document], *, corpus: str) -> list[Entry]:
    """Return each document as an entry, its id for label and id.

    The question is the title, without one the first sentence, without a text the id.

    Args:
        documents: with ids that differ.
        corpus: its name, for `Entry.guide`.
    """
    return [
        Entry(
            id=document.id,
            label=document.id,
            question=_question(document),
            answer=document.text,
            section=(),
            guide=corpus,
            lines=(1, 1 + document.text.count("\n")),
        )
        for document in documents
    ]


def _question(document: Document) -> str:
    title, text = (" ".join(part.split()) for part in (document.title, document.text))
    return title or re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0] or document.id


def _beir_records(path: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    seen = set()
    for number, line in text_lines(path):
        where = f"{path}:{number}"
        record = json_record(where, line)
        name = id_of(where, record, "_id")
        if name in seen:
            raise EvaluationError(
                f"{where}: the _id {name!r} occurs twice",
                remedy="Give each line an _id of its own.",
            )
        seen.add(name)
        yield where, name, record


def _qrels(
    path: Path, queries: Collection[str], documents: Collection[str]
) -> dict[str, dict[str, int]]:
    """Read judgments: query id -> document id in lower case -> grade above 0."""
    golds: dict[str, dict[str, int]] = {}
    for place, (number, line) in enumerate(text_lines(path)):
        where = f"{path}:{number}"
        fields = line.rstrip("\r").split("\t")
        if place == 0 and not fields[-1].isdecimal():
            continue  # the header; some files come without one
        try:
            query, document, grade = fields[0], fields[1].lower(), int(fields[2])
        except (IndexError, ValueError) as exc:
            raise EvaluationError(
                f"{where}: not a judgment",
                remedy="Write query id, corpus id and a whole number, with a tab between them.",
            ) from exc
        if query not in queries or document not in documents or grade > MAX_GRADE:
            raise EvaluationError(
                f"{where}: an unknown query or document, or a score above {MAX_GRADE}",
                remedy="Use ids of queries.jsonl and corpus.jsonl, or remove the line.",
            )
        gold = golds.setdefault(query, {})
        if grade > 0:
            gold[document] = grade
    return golds
