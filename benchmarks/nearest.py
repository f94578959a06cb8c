"""The nearest of a million vectors: how many of the true ones are found, and how fast.

    python benchmarks/nearest.py [--vectors 1000000] [--json]

The vectors are the shipped guide's, each again and again with noise that leaves it a cosine of
about 0.9 with itself; queries are made in the same way. The truth is a scan of the floats.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
from measuring import Figure, at_least, show
from numpy.typing import NDArray

from ragprep.config import DEFAULT_MODEL
from ragprep.encoder.info import read_info
from ragprep.encoder.prepare import encoder_folder
from ragprep.encoder.vectors import shipped_vectors
from ragprep.index.dense import DenseIndex
from ragprep.index.vectors import FloatVectors, Vectors, joined, vectors_in

QUERIES, KS = 50, (10, 1000)
SEGMENT = 65_536
NOISE = 0.5

Floats = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    info = read_info(encoder_folder(Path(), DEFAULT_MODEL))
    assert info is not None
    real = np.stack([*shipped_vectors(info).values()]).astype(np.float32)
    rng = np.random.default_rng(0)
    queries = perturbed(real, QUERIES, rng)
    parts: list[Vectors] = []
    products = np.empty((QUERIES, options.vectors), dtype=np.float32)
    for start in range(0, options.vectors, SEGMENT):
        vectors = perturbed(real, min(SEGMENT, options.vectors - start), rng)
        products[:, start : start + len(vectors)] = queries @ vectors.T
        everything = np.arange(len(vectors))
        floats = FloatVectors({"vectors": vectors})
        parts.append(vectors_in(joined([(floats, everything)], vectors.shape[1])))
    owners = np.zeros(options.vectors, dtype=np.int32)
    index = DenseIndex(parts, owners)
    index.nearest(queries[0], 1)  # loads FAISS
    measured = figures(index, queries, products)
    alike = []
    for query in queries:
        by_numpy = DenseIndex(parts, owners).nearest(query, max(KS))  # as every first search
        alike.append(len(np.intersect1d(by_numpy, index.nearest(query, max(KS)))) / max(KS))
    name = f"{len(index):,} vectors, the {max(KS):,} nearest: as by numpy"
    show([*measured, Figure(name, statistics.mean(alike), "")], as_json=options.json)


def figures(index: DenseIndex, queries: Floats, products: Floats) -> list[Figure]:
    """Compare what the index finds with the products of the floats."""
    measured: list[Figure] = []
    for k in KS:
        recalls, cpu_ms = [], []
        for query, truth in zip(queries, products, strict=True):
            began = time.process_time()
            nearest = index.nearest(query, k)
            cpu_ms.append(1000 * (time.process_time() - began))
            wanted = np.argpartition(-truth, k)[:k]
            recalls.append(len(np.intersect1d(nearest, wanted)) / k)
        name = f"{len(index):,} vectors, the {k:,} nearest"
        measured += [
            at_least(f"{name}: recall", statistics.mean(recalls), 0.98, ""),
            Figure(f"{name}: processor time", statistics.median(cpu_ms), "ms"),
        ]
    return measured


def perturbed(real: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Return so many of the vectors with noise, float32 (count, dim), unit rows."""
    chosen = real[rng.integers(len(real), size=count)]
    noise = rng.standard_normal(chosen.shape, dtype=np.float32)
    vectors: Floats = chosen + noise * np.float32(NOISE / chosen.shape[1] ** 0.5)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


if __name__ == "__main__":
    main()
