"""An index that is built for a moment, to measure something with it, and kept in no home."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ragprep.encoder.info import EncoderInfo
    from ragprep.index.store import StoredIndex
    from ragprep.protocols import Embedder, Progress
    from ragprep.types.guide import Entry


def build_temporary(
    entries: Sequence[Entry],
    *,
    info: EncoderInfo,
    embedder: Embedder,
    aliases: Mapping[str, Sequence[str]],
    progress: Progress,
) -> StoredIndex:
    """Return an index of `entries`; its folder is gone already.

    Args:
        entries: labels and ids unique.
        info: of the encoder.
        embedder: the encoder.
        aliases: entry id -> other ways to ask for it.
        progress: told about every stage.
    """
    from ragprep.index.build import build_index
    from ragprep.index.store import read_index

    # Windows keeps a file that is still mapped into memory; elsewhere it goes with its last user
    with tempfile.TemporaryDirectory(prefix="ragprep-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        build_index(
            home,
            entries,
            [],
            sources=[],
            aliases=aliases,
            info=info,
            embedder=lambda: embedder,
            progress=progress,
        )
        return read_index(home)
