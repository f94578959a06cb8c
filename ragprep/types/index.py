"""What an index is made of: views, manifest, and what a build did."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ViewKind(StrEnum):
    """What a view shows of its entry."""

    QUESTION = "question"
    ENTRY = "entry"
    POINT = "point"
    QUESTION_POINT = "question+point"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True)
class View:
    """A text that stands for an entry in the index.

    Attributes:
        entry_id: the entry it stands for.
        kind: what it shows.
        text: what is embedded.
        shown: the part of the answer (or the question) to show when this view matched.
    """

    entry_id: str
    kind: ViewKind
    text: str
    shown: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The views closest to a vector, best first.

    Attributes:
        views: int64 (n,), their rows.
        owners: int64 (n,), the row of the entry of each.
        kinds: uint8 (n,), the place of the kind of each in `ViewKind`.
    """

    views: NDArray[np.int64]
    owners: NDArray[np.int64]
    kinds: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Compared:
    """Entries compared with a query.

    Attributes:
        views: of each entry, the rows of its views, ascending; `kinds` and `cosines` go with them.
        kinds: of each entry, uint8 (views,), places in `ViewKind`.
        cosines: of each entry, float32 (views,).
        bm25: float32 (entries,), BM25 score.
        overlap: float32 (entries,), 0 to 1: how much of the query it has the words for.
    """

    views: list[NDArray[np.int64]]
    kinds: list[NDArray[np.uint8]]
    cosines: list[NDArray[np.float32]]
    bm25: NDArray[np.float32]
    overlap: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GuideFile:
    """A guide in the index: where it came from and what it held.

    Attributes:
        name: of the guide.
        path: absolute, of its file.
        size: of the file in bytes.
        changed_ns: its time of change, nanoseconds since 1970; while both are the same, the
            guide counts as unchanged.
        entries: number of entries.
    """

    name: str
    path: str
    size: int
    changed_ns: int
    entries: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is made of.

    Attributes:
        format: version of the folder's layout.
        model: name of the embedding model.
        fingerprint: of the model's weights, tokenizer and export settings.
        dim: length of a vector.
        index_type: how FAISS searches ("flat" exact, "hnsw" approximate).
        sources: files and folders it was asked to be built from, "shipped" for the shipped guides.
        guides: the files found there.
        entries: number of entries.
        views: number of views, one vector each.
        corpus_sha256: of all entries; changes when any entry does.
        checksums: file name -> sha256 of every other file of the generation.
    """

    format: int
    model: str
    fingerprint: str
    dim: int
    index_type: str
    sources: tuple[str, ...]
    guides: tuple[GuideFile, ...]
    entries: int
    views: int
    corpus_sha256: str
    checksums: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRead:
    """What came of reading one file of a guide.

    Attributes:
        path: of the file.
        entries: how many it has.
        unanswered: how many of them have no answer.
        missed: lines that look like questions and are in no entry.
        skipped: why it has no entries; "" when it has.
    """

    path: str
    entries: int
    unanswered: int
    missed: int
    skipped: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        manifest: of the index that now serves.
        embedded: views whose vector is new.
        reused: views whose vector was reused from the previous index.
        seconds: wall time.
        files: what came of each file that was read, in order.
    """

    manifest: Manifest
    embedded: int
    reused: int
    seconds: float
    files: tuple[FileRead, ...] = ()
