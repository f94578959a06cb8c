"""The seams: what can be replaced; everything else is a plain function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.types.grade import ReaderOutput, StatementReading
    from ragprep.types.guide import Entry, KeyPoint
    from ragprep.types.index import Compared, Manifest, Nearest, View, ViewKind

Role = Literal["query", "passage"]

Progress = Callable[[str, int, int], None]
"""Called as progress(stage, done, total) while something slow goes on."""

Notice = Callable[[str], None]
"""Called with what a person should know but need not act on at once."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Whom a call tells what it does; by default nobody."""

    progress: Progress = lambda stage, done, total: None
    notice: Notice = lambda message: None


SILENT = Reporter()


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), unit rows, in the order of `texts`."""
        ...


class Engine(Protocol):
    """Embeds what a build needs, elsewhere than in its process."""

    def embed(
        self, chunks: Sequence[Sequence[str]], *, fingerprint: str, progress: Progress
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of each chunk in order, as `Embedder.embed` of the chunk would.

        Args:
            chunks: passages that are embedded together.
            fingerprint: of the encoder.
            progress: told about every stage.
        """
        ...


class VectorStore(Protocol):
    """Entries, their views and words, as a build left them: files on this machine, or a server.

    Entries are numbered in the order of the guides, and views in some order, those of an entry one
    after the other; a store never changes, so that a number means the same for as long as it is
    held. Whoever fuses and judges sits above it: from
    the same build every store gives the same numbers, up to the error of an approximate search.

    Every method may raise IndexFault: of a server, what it holds may be out of reach.
    """

    @property
    def manifest(self) -> Manifest:
        """What the index is made of."""
        ...

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, by row."""
        ...

    def nearest(
        self, vectors: NDArray[np.float32], k: int, *, within: Collection[str] | None = None
    ) -> list[Nearest]:
        """Return for each vector the `k` views closest to it, best first.

        Args:
            vectors: float32 (n, dim), unit rows.
            k: at least 0.
            within: ids of the entries to search among; all when None.
        """
        ...

    def by_words(
        self, queries: Sequence[Sequence[str]], k: int, *, within: Collection[str] | None = None
    ) -> list[NDArray[np.int64]]:
        """Return for each query the rows of the `k` entries with the best BM25 score above 0.

        Args:
            queries: the words of each, as `asked` gives them.
            k: at least 0.
            within: ids of the entries to search among; all when None.

        Returns:
            Best first, ties by id.
        """
        ...

    def compare(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32], asked: Sequence[str]
    ) -> Compared:
        """Return how all views and words of some entries compare with a query.

        Args:
            rows: of the entries.
            vector: float32 (dim,), unit length, of the query.
            asked: its words, as `asked` gives them.
        """
        ...

    def asked(self, query: str) -> list[str]:
        """Return the words of a query, each misspelled one replaced by the one that is meant."""
        ...

    def shared(self, asked: Sequence[str], row: int) -> list[str]:
        """Return those of `asked` that an entry has, in order, each once."""
        ...

    def knows(self, word: str) -> bool:
        """Return whether any entry has a word, in the form of `search_words`."""
        ...

    def row(self, ref: str) -> int | None:
        """Return the row of the entry with this label or id, whatever its case; "3" is "q3"."""
        ...

    def entry(self, row: int) -> Entry:
        """Return the entry of a row."""
        ...

    def entry_id(self, row: int) -> str:
        """Return the id of the entry of a row."""
        ...

    def points(self, row: int) -> tuple[KeyPoint, ...]:
        """Return the key points of an entry, with their lines in the guide."""
        ...

    def words(self, rows: Sequence[int]) -> list[dict[str, float]]:
        """Return the words of each entry's question and answer, each with its rarity."""
        ...

    def view(self, row: int) -> View:
        """Return the view of a row."""
        ...

    def view_rows(self, row: int, *kinds: ViewKind) -> NDArray[np.int64]:
        """Return the rows of an entry's views, of these kinds alone when any are given."""
        ...

    def vectors(self, views: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of views, float32 (len(views), dim), unit rows."""
        ...


class LLM(Protocol):
    """Writes text."""

    @property
    def name(self) -> str:
        """The model's name, as shown to people."""
        ...

    def complete(
        self,
        prompt: str,
        *,
        schema: dict[str, Any] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> str:
        """Return the whole text; hand each piece to `on_text` as it arrives.

        Raises:
            LLMUnavailable: no server, no such model, or it failed.
            LLMTimeout: it took longer than its time limit.
            LLMLooped: it said the same again and again.
        """
        ...


class Reader(Protocol):
    """Says which points of an entry an answer covers."""

    @property
    def name(self) -> str:
        """The reader's name, as shown to people."""
        ...

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:
        """Return what the answer makes of each point; the same input gives the same.

        Args:
            question: that was answered.
            points: each with its heading in front ("Prevention methods: Early stopping").
            answer: not empty.
        """
        ...


class AssertionReader(Protocol):
    """Says whether what is asserted is so, by the points of a guide."""

    def read(self, points: Sequence[str], statements: Sequence[str]) -> list[StatementReading]:
        """Return what each statement asserts; the same input gives the same.

        Args:
            points: each with its heading in front.
            statements: of an answer.
        """
        ...
