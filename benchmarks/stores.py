"""An index in files and on a server: the same results, how fast, for how many at once.

    python benchmarks/stores.py [--vectors 100000] [--json]
    python benchmarks/stores.py --vectors-only --vectors 1000000 --sample 16 --kinds exact

The server is milvus-lite's, started here: in Python, so that its times say what a request costs
around the search, and are no measure of Milvus. The queries are those of eval/ on the shipped
guide; the vectors are made as in nearest.py, sent in batches as a build sends them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from measuring import Figure, at_least, show
from nearest import perturbed

from ragprep import Prep
from ragprep.config import DEFAULT_MODEL, Config
from ragprep.encoder.info import read_info
from ragprep.encoder.prepare import encoder_folder
from ragprep.encoder.vectors import shipped_vectors
from ragprep.index.store import read_index
from ragprep.milvus import schema
from ragprep.milvus.address import parse
from ragprep.milvus.publish import BATCH, publish
from ragprep.milvus.server import Server
from ragprep.protocols import SILENT
from ragprep.types.index import Manifest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from milvus_server import ServerProcess  # noqa: E402  # of the tests

CLIENTS, SAMPLE = 8, 50
KINDS = ("exact", "HNSW")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=100_000)
    parser.add_argument("--vectors-only", action="store_true", help="ask no queries")
    parser.add_argument("--sample", type=int, default=SAMPLE, help=f"searches each ({SAMPLE})")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of search")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ServerProcess(Path(folder)) as process:
        home = Path(folder) / "home"
        files = Prep.open(Config(home=home, llm="none"))
        files.build(["shipped"])
        index, setting = read_index(home), process.setting("shipped")
        began = time.perf_counter()
        publish(index, Server(parse(setting)), SILENT.progress)
        sent_s = time.perf_counter() - began
        served = Prep.open(Config(home=home, llm="none", store=setting))
        measured = [
            Figure("shipped guide: sent and indexed", sent_s, "s"),
            *([] if options.vectors_only else compared(files, served)),
        ]
        for kind in options.kinds:
            measured += vectors_on(
                process, Path(folder), index.manifest, kind, options.vectors, options.sample
            )
    show(measured, as_json=options.json)


def compared(files: Prep, served: Prep) -> list[Figure]:
    """Compare the results of all judged queries, and time them."""
    queries = [
        json.loads(line)["query"]
        for name in ("retrieval.typed.test.jsonl", "retrieval.test.jsonl")
        for line in (ROOT / "eval" / name).read_text(encoding="utf-8").splitlines()
    ]
    wanted = [files.search(query, 10) for query in queries]
    took, same = timed(lambda n: served.search(queries[n], 10) == wanted[n], len(queries))
    measured = [
        at_least("queries", len(queries), 1, ""),
        at_least(
            "share with the same verdict, hits, scores and traces", statistics.mean(same), 1, ""
        ),
    ]
    for name, prep in (("files", files), ("server", served)):
        took, _ = timed(lambda n, prep=prep: prep.search(queries[n], 10), SAMPLE)
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda query, prep=prep: prep.search(query, 10), queries[:200]))
        rate = 200 / (time.perf_counter() - began)
        measured += [
            Figure(f"{name}: a search, median", took[len(took) // 2], "ms"),
            Figure(f"{name}: a search, 95th of 100", took[int(len(took) * 0.95)], "ms"),
            Figure(f"{name}: searches a second, {CLIENTS} clients", rate, "1/s"),
        ]
    return measured


def vectors_on(
    process: ServerProcess,
    folder: Path,
    manifest: Manifest,
    kind: str,
    count: int,
    sample: int,
) -> list[Figure]:
    """Put vectors on the server as views, and compare what `sample` searches find with a scan."""
    info = read_info(encoder_folder(Path(), DEFAULT_MODEL))
    assert info is not None
    real = np.stack([*shipped_vectors(info).values()]).astype(np.float32)
    rng = np.random.default_rng(0)
    queries = perturbed(real, sample, rng)
    server, name = Server(parse(process.setting("many"))), f"many_views_{kind}"
    views = schema.FLAT_LIMIT + 1 if kind == "HNSW" else 1
    server.create(name, *schema.views_collection(replace(manifest, views=views)))
    products = np.empty((sample, count), dtype=np.float32)
    before, began = size_of(folder), time.perf_counter()
    for start in range(0, count, BATCH):
        vectors = perturbed(real, min(BATCH, count - start), rng)
        products[:, start : start + len(vectors)] = queries @ vectors.T
        rows = enumerate(vectors, start=start)
        server.upsert(
            name,
            [{"view": n, "entry": n // 10, "kind": 0, "vector": vector} for n, vector in rows],
        )
    sent_s = time.perf_counter() - began
    server.seal(name)
    ready_s = time.perf_counter() - began
    measured = [
        Figure(f"{count:,} vectors, {kind}: sent", count / sent_s, "1/s"),
        Figure(f"{count:,} vectors, {kind}: sent and indexed", ready_s, "s"),
        Figure(
            f"{count:,} vectors, {kind}: on disk", (size_of(folder) - before) / count, "bytes each"
        ),
        Figure(f"{count:,} vectors, {kind}: memory of the server", process.memory_mib(), "MiB"),
    ]
    for k in (10, 1000):

        def search(n: int, k: int = k) -> list[int]:
            (hits,) = server.search(name, [queries[n]], field="vector", k=k, fields=("view",))
            return [hit["view"] for hit in hits]

        took, nearest = timed(search, sample)
        wanted = [np.argpartition(-row, k)[:k] for row in products]
        recall = statistics.mean(
            len(np.intersect1d(near, truth)) / k
            for near, truth in zip(nearest, wanted, strict=True)
        )
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(search, range(sample)))
        rate = sample / (time.perf_counter() - began)
        what = f"{count:,} vectors, {kind}, the {k:,} nearest"
        measured += [
            at_least(f"{what}: recall", recall, 0.98, ""),
            Figure(f"{what}: median", took[sample // 2], "ms"),
            Figure(f"{what}: 95th of 100", took[int(sample * 0.95)], "ms"),
            Figure(f"{what}: searches a second, {CLIENTS} clients", rate, "1/s"),
        ]
    return measured


def timed(work: Callable[[int], object], count: int) -> tuple[list[float], list[object]]:
    """Return the times of each call, ms, rising, and what they returned."""
    took, results = [], []
    for number in range(count):
        began = time.perf_counter()
        results.append(work(number))
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took), results


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
