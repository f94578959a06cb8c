"""Re-index after one entry of 10,000 was edited: what is embedded, and where the time goes.

    python benchmarks/reindex.py [--entries 10000] [--files 1 100]

The 10,000 entries are indexed first with vectors that cost nothing (the real encoder would take
ten minutes for their 120,000 views); what is measured afterwards, the update in a process of its
own, is the same whatever the vectors are, but for embedding the edited entry (30 ms for real).
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder.info import EncoderInfo
from ragprep.ingest.corpus import read_corpus, shipped_guides

DIM = 384
INFO = EncoderInfo("random", "none", "none", "random", DIM, 256, {}, {})


class RandomEmbedder:
    """Gives each text a unit vector that depends on the text alone, in 5 microseconds."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], *, role: str) -> NDArray[np.float32]:  # noqa: ARG002
        """Return float32 (len(texts), DIM), unit rows."""
        self.embedded += texts
        seeds = [hashlib.sha256(text.encode()).digest()[:8] for text in texts]
        signs = np.frombuffer(b"".join(s * (DIM // 64) for s in seeds), dtype=np.uint8)
        bits = np.unpackbits(signs).reshape(len(texts), DIM).astype(np.float32)
        return (bits * 2 - 1) / np.float32(DIM**0.5)


def write_guides(folder: Path, entries: int, files: int) -> list[Path]:
    """Write `entries` entries, copies of the shipped ones with words of their own, in `files`."""
    shipped = read_corpus(shipped_guides())[0].entries
    paths = []
    for file in range(files):
        parts = [f"# Guide {file}\n"]
        for n in range(file, entries, files):
            like = shipped[n % len(shipped)]
            answer = like.answer.replace(". ", f" (case {n}). ")
            parts.append(f"### Q{n}. {like.question[:-1]} in case {n}?\n\n**A:** {answer}\n")
        paths.append(folder / f"guide{file}.md")
        paths[-1].write_text("\n".join(parts), encoding="utf-8")
    return paths


def update(home: Path) -> None:
    """Update the index, saying how long each stage took; run in a process of its own."""
    began = time.perf_counter()
    spent: Counter[str] = Counter()
    embedder = RandomEmbedder()
    stage, since = "read the index and the guides", began

    def progress(now: str, done: int, total: int) -> None:
        nonlocal stage, since
        spent[stage] += time.perf_counter() - since  # type: ignore[assignment]
        stage, since = (now if done < total else "the rest"), time.perf_counter()

    prep = Prep(Config(home=home), progress=progress, encoder=(INFO, embedder))
    report = prep.build()
    spent[stage] += time.perf_counter() - since  # type: ignore[assignment]
    print(
        f"  {time.perf_counter() - began:.2f} s, {report.embedded} of {report.manifest.views} views"
        f" embedded ({', '.join(f'{name} {s:.2f}' for name, s in spent.items())})"
    )
    assert all("edited" in text for text in embedder.embedded)


def measure(entries: int, files: int) -> None:
    """Build, edit one entry in the middle, and update three times."""
    with tempfile.TemporaryDirectory() as work:
        home = Path(work) / "home"
        paths = write_guides(Path(work), entries, files)
        prep = Prep(Config(home=home), encoder=(INFO, RandomEmbedder()))
        report = prep.build(paths)
        print(
            f"{entries:,} entries in {files} files, {report.manifest.views:,} views:"
            f" first build {report.seconds:.1f} s; updates:"
        )
        victim = paths[len(paths) // 2]
        for edit in range(3):
            entries_of = victim.read_text(encoding="utf-8").split("### ")
            middle = len(entries_of) // 2
            entries_of[middle] = f"Q{10**6 + edit}. What was edited?\n\nIt was edited {edit}.\n\n"
            victim.write_text("### ".join(entries_of), encoding="utf-8")
            subprocess.run([sys.executable, __file__, "--update", str(home)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--files", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--update", type=Path)
    options = parser.parse_args()
    if options.update is not None:
        update(options.update)
        return
    for files in options.files:
        measure(options.entries, files)


if __name__ == "__main__":
    main()
