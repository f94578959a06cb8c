"""Searches over one guide with these aliases or those, built for a moment to compare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ragprep.protocols import SILENT

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ragprep.encoder.info import EncoderInfo
    from ragprep.protocols import Embedder, Role
    from ragprep.types.guide import Entry


class Experiment:
    """A guide's entries and an encoder; each text is embedded once for all searches."""

    def __init__(
        self, entries: Sequence[Entry], info: EncoderInfo, embedder: Embedder, weights: Path
    ) -> None:
        """Search with the weights in the file `weights` if that encoder has such a file."""
        self._entries = entries
        self._info = info
        self._weights = weights
        self.embedder = Remembering(embedder)

    def first_of(self, aliases: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
        """Return the search that the guide gets with `aliases` (entry id -> phrases).

        Returns:
            query -> the id of the entry found first, "" when the guide does not cover the query.
        """
        from ragprep.index.temporary import build_temporary
        from ragprep.search.fuse import fitted, weights_file
        from ragprep.search.hybrid import HybridRetriever

        index = build_temporary(
            self._entries,
            info=self._info,
            embedder=self.embedder,
            aliases=aliases,
            progress=SILENT.progress,
        )
        weights = fitted(weights_file(self._weights, self._info.fingerprint))
        retriever = HybridRetriever(index, self._vector, weights)

        def first(query: str) -> str:
            hits = retriever.search(query, 1)
            return hits[0].entry.id if retriever.covers(hits) else ""

        return first

    def _vector(self, query: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.embedder.embed([query], role="query")[0]
        return vector


class Remembering:
    """An embedder that embeds no text twice."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[tuple[Role, str], NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), unit rows, in the order of `texts`."""
        import numpy as np

        missing = [text for text in dict.fromkeys(texts) if (role, text) not in self._vectors]
        if missing or not texts:
            new = self._embedder.embed(missing, role=role)
            self._vectors |= {(role, text): row for text, row in zip(missing, new, strict=True)}
            if not texts:
                return new
        return np.stack([self._vectors[role, text] for text in texts])
