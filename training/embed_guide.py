"""Makes the vectors of the shipped guide that come with ragprep: `python -m training.embed_guide`.

Builds an index of the guide and keeps what its encoder was asked for. To be run when the guide, its
aliases or the views change so much that a test says so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ragprep import Prep
from ragprep.config import Config
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import SHIPPED
from ragprep.encoder.prepare import shipped_info
from ragprep.encoder.vectors import GUIDE_VECTORS, write_vectors
from ragprep.protocols import Embedder, Role


class Recorder:
    """Embeds, and keeps what it embedded."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts: list[str] = []
        self.vectors: list[NDArray[np.float32]] = []

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return the vectors of `texts`, and keep them."""
        vectors = self._embedder.embed(texts, role=role)
        self.texts += texts
        self.vectors += list(vectors)
        return vectors


def main() -> None:
    """Write the file into the package."""
    info = shipped_info()
    recorder = Recorder(open_embedder(SHIPPED, info))
    GUIDE_VECTORS.unlink(missing_ok=True)  # else nothing would be embedded
    with tempfile.TemporaryDirectory() as home:
        Prep(Config(home=Path(home)), encoder=(info, recorder)).build(["shipped"])
    write_vectors(GUIDE_VECTORS, info, recorder.texts, np.stack(recorder.vectors))
    print(f"{len(recorder.texts)} texts, {GUIDE_VECTORS.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
