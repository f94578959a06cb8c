"""What an index costs as it grows: cold and warm search, an edit, show, status, bytes, a build.

    python benchmarks/scale.py [--entries 1000 10000 50000] [--json]

The guides hold the shipped entries over and over, each copy with words of its own, 100 entries a
file. Vectors are hashes of the texts (embedding half a million views takes hours), so hits mean
nothing; queries are embedded by the real encoder. Every figure is of a process of its own; those of
a warm search are medians in one process. Bars are of processor time, which a busy machine changes
least.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measuring import Figure, at_most, environment, median, run, show

QUERY = "why does my model ace training and flop on new data"
FILE_ENTRIES = 100
BARS = {
    10_000: {"cold": 0.55, "memory": 250, "warm": 10, "edit": 0.5},
    50_000: {"cold": 0.8, "memory": 450, "warm": 30, "edit": 1.0, "build": 60, "peak": 1024},
}
SHOWN_S, VIEW_BYTES = 0.2, 850

COMMON = """
import hashlib, sys, time
from pathlib import Path
import numpy as np
from ragprep import Prep
from ragprep.config import Config, DEFAULT_MODEL
from ragprep.encoder.info import read_info
from ragprep.encoder.prepare import encoder_folder
home = Path(sys.argv[1])

class Hashes:
    "Gives each text a unit vector that depends on the text alone."
    def embed(self, texts, *, role):
        seeds = [hashlib.shake_128(text.encode()).digest(48) for text in texts]
        bits = np.unpackbits(np.frombuffer(b"".join(seeds), dtype=np.uint8))
        return (bits.reshape(len(texts), 384).astype(np.float32) * 2 - 1) / np.float32(384**0.5)

info = read_info(encoder_folder(home, DEFAULT_MODEL))
prep = Prep(Config(home=home), encoder=(info, Hashes()))
began = time.perf_counter(), time.process_time()
"""
BUILD = f"""{COMMON}
report = prep.build(sys.argv[2:] or None)
print(time.perf_counter() - began[0], time.process_time() - began[1], report.manifest.views)
"""
UPDATE = f"""{COMMON}
prep.snapshot()
print(time.perf_counter() - began[0], time.process_time() - began[1])
"""
WARM = """
import sys, time
from pathlib import Path
from ragprep import Prep
from ragprep.config import Config
prep = Prep(Config(home=Path(sys.argv[1])))
queries = [f"{topic} {ask}" for ask in ("in practice", "explained", "and its cost", "failure")
           for topic in ("overfitting", "gradient descent", "attention", "feature stores", "drift")]
for query in queries[:3]:
    prep.search(query)
for query in queries[3:]:
    began = time.perf_counter(), time.process_time()
    prep.search(query)
    print(time.perf_counter() - began[0], time.process_time() - began[1])
"""
GUIDES = """
import sys
from pathlib import Path
from ragprep.ingest.corpus import read_corpus, shipped_guides
folder, count, a_file = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
shipped = read_corpus(shipped_guides())[0].entries
for start in range(0, count, a_file):
    parts = [f"# Guide {start // a_file}\\n"]
    for n in range(start, min(start + a_file, count)):
        entry = shipped[n % len(shipped)]
        answer = entry.answer.replace(". ", f" (case {n}). ")
        question = f"{entry.question[:-1]} in case {n}?"
        parts.append(f"### Q{n - start + 1}. {question}\\n\\n**A:** {answer}\\n")
    (folder / f"guide{start // a_file:04}.md").write_text("\\n".join(parts), encoding="utf-8")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[1000, 10_000, 50_000])
    parser.add_argument("--runs", type=int, default=3, help="how often each (3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    figures = [figure for count in options.entries for figure in measured(count, options.runs)]
    show(figures, as_json=options.json)


def measured(count: int, runs: int) -> Iterator[Figure]:
    """Measure an index of `count` entries."""
    bars = BARS.get(count, {})
    ragprep = str(Path(sys.executable).parent / "ragprep")
    with tempfile.TemporaryDirectory() as work:
        guides, home = Path(work) / "guides", Path(work) / "home"
        guides.mkdir()
        python(GUIDES, guides, count, FILE_ENTRIES)
        [[wall_s, cpu_s, views]], peak_mib = python(BUILD, home, guides)
        yield Figure(f"{count:,}: build without embedding, wall time", wall_s, "s")
        yield figure(f"{count:,}: the same, processor time", cpu_s, "s", bars.get("build"))
        yield figure(f"{count:,}: the same, peak memory", peak_mib, "MiB", bars.get("peak"))
        stored = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        yield figure(f"{count:,}: stored, a view", stored / views, "bytes", VIEW_BYTES)
        env = environment(RAGPREP_HOME=str(home))
        for name, words, cpu_bar, memory_bar in (
            ("cold search", ["search", QUERY, "--json"], bars.get("cold"), bars.get("memory")),
            ("show of an entry", ["show", "q5"], SHOWN_S, None),
            ("status", ["status"], SHOWN_S, None),
        ):
            command = [ragprep, *words]
            run(command, env)
            measured_runs = [run(command, env) for _ in range(runs)]
            cpu_s = median(measured_runs, "cpu_s")
            yield figure(f"{count:,}: {name}, processor time", cpu_s, "s", cpu_bar)
            yield Figure(f"{count:,}: {name}, wall time", median(measured_runs, "wall_s"), "s")
            peak_mib = median(measured_runs, "peak_mib")
            yield figure(f"{count:,}: {name}, peak memory", peak_mib, "MiB", memory_bar)
        rows, _ = python(WARM, home)
        wall_ms, cpu_ms = (1000 * statistics.median(column) for column in zip(*rows, strict=True))
        yield Figure(f"{count:,}: warm search, wall time", wall_ms, "ms")
        yield figure(f"{count:,}: warm search, processor time", cpu_ms, "ms", bars.get("warm"))
        yield from edits(count, home, guides, runs)


def edits(count: int, home: Path, guides: Path, runs: int) -> Iterator[Figure]:
    """Measure updates by a query that finds one entry edited, as many as `runs`."""
    files = sorted(guides.iterdir())
    victim = files[len(files) // 2]
    rows = []
    for n in range(runs):
        parts = victim.read_text(encoding="utf-8").split("### ")
        parts[len(parts) // 2] = f"Q{10**6 + n}. What was edited?\n\nIt was edited {n}.\n\n"
        victim.write_text("### ".join(parts), encoding="utf-8")
        rows += python(UPDATE, home)[0]
    wall_s, cpu_s = (statistics.median(column) for column in zip(*rows, strict=True))
    edit_bar = BARS.get(count, {}).get("edit")
    yield Figure(f"{count:,}: update after an edit of one entry, wall time", wall_s, "s")
    yield figure(f"{count:,}: the same, processor time", cpu_s, "s", edit_bar)


def figure(name: str, value: float, unit: str, limit: float | None) -> Figure:
    """Return a figure, with a bar where there is one."""
    return Figure(name, value, unit) if limit is None else at_most(name, value, limit, unit)


def python(code: str, *arguments: object) -> tuple[list[list[float]], float]:
    """Run `code` in a process of its own; return the numbers it printed, and its peak in MiB."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status:
        raise SystemExit("a process of the benchmark failed")
    rows = [[float(word) for word in line.split()] for line in printed.splitlines()]
    return rows, usage.ru_maxrss / 2**10


if __name__ == "__main__":
    main()
