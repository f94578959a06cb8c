"""One state of index and models for each request, and the refreshing between requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import (
    GuideError,
    IndexDamaged,
    IndexFault,
    IndexMismatch,
    IndexMissing,
    RagprepError,
)
from ragprep.index.models import Models
from ragprep.index.sources import Stamp, build_from, changed, stamps
from ragprep.locks import BUILD_WAIT_S
from ragprep.protocols import SILENT, Reporter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.config import Config
    from ragprep.encoder.info import EncoderInfo
    from ragprep.index.store import StoredIndex
    from ragprep.protocols import AssertionReader, Embedder, Engine, Reader, VectorStore
    from ragprep.types.encoder import TokenStates
    from ragprep.types.index import BuildReport, Manifest

CHECK_EVERY_S = 1.0
"""Between two looks at the guides and at the index folder, which take 0.05 ms for one guide and
11 ms for a folder of 300 (docs/why.md)."""

RETRY_S = 10.0
"""After an update that failed, while neither guides nor index change: a full disk is not to cost
a build a second. A guess."""


@dataclass(frozen=True)
class Snapshot:
    """What one request works with, from its beginning to its end.

    Attributes:
        index: as it was when the request began; whatever is built meanwhile, it stays whole.
        models: opened when first needed.
        reporter: of the request.
    """

    index: VectorStore
    models: Models
    reporter: Reporter = SILENT

    @property
    def info(self) -> EncoderInfo:
        """What the encoder is."""
        return self.models.info(self.reporter)

    @property
    def embedder(self) -> Embedder:
        """The encoder that made the index."""
        return self.models.embedder(self.reporter)

    @property
    def reader(self) -> Reader:
        """The cross-encoder."""
        return self.models.reader(self.reporter)

    @property
    def assertions(self) -> AssertionReader | None:
        """The reader of assertions; None where another reader takes the place of ours."""
        return self.models.assertions(self.reporter)

    @property
    def token_states(self) -> Callable[[Sequence[str]], list[TokenStates]]:
        """What gives the default encoder's token states of texts."""
        return self.models.token_states(self.reporter)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a query, float32 (dim,), of unit length."""
        vector: NDArray[np.float32] = self.embedder.embed([text], role="query")[0]
        return vector


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request waits for an update of the index, before it goes on without.

    Attributes:
        seconds: at most.
        reporter: told of the update, which may outlast the request.
    """

    seconds: float
    reporter: Reporter


class Snapshots:
    """Gives each request the current snapshot; safe to share between threads.

    Nothing is opened before the first request. From then on a request that comes a second or
    more after the last look sees to it that the index is up to date: one thread looks, and builds
    if it must, while the others go on with the index there is. With `Patience` the look is in a
    thread of its own, and the request goes on too where the update takes longer.
    """

    def __init__(
        self, config: Config, models: Models, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Serve the home that `config` names; `clock` gives seconds, rising."""
        self._home: Path = config.home
        self._models = models
        self._clock = clock
        self._one_builder = threading.Lock()
        self._index: StoredIndex | None = None
        self._look_at = 0.0
        self._told = ""
        self._failed_at: dict[str, Stamp] | None = None
        self._retry_at = 0.0

    def current(self, reporter: Reporter, *, patience: Patience | None = None) -> Snapshot:
        """Return the snapshot for a request, its index built or updated first where it must be.

        Args:
            reporter: of the request.
            patience: with an update; when None the request waits until that is done.

        Raises:
            IndexFault, GuideError, ModelError: there is no index, and none can be built.
        """
        index = self._index
        if index is None:
            with self._one_builder:
                index = self._index or self._serve(self._opened(reporter))
        elif self._clock() >= self._look_at and self._one_builder.acquire(blocking=False):
            if patience is None:
                self._look(index, reporter)
            else:
                told = index, patience.reporter
                look = threading.Thread(target=self._look, args=told, daemon=True)
                look.start()
                look.join(patience.seconds)
            index = self._index or index
        return Snapshot(index, self._models, reporter)

    def ready(self, reporter: Reporter, *, patience: Patience | None = None) -> Snapshot:
        """Return what `current` does; where nothing is loaded, the encoder is loaded meanwhile."""
        if self._index is not None:
            return self.current(reporter, patience=patience)
        with self._models.loading():
            return self.current(reporter, patience=patience)

    def build(
        self,
        paths: Sequence[Path | str] | None,
        reporter: Reporter,
        *,
        engine: Engine | None = None,
    ) -> BuildReport:
        """Build or update the index, and serve it from then on; see `sources.build_from`."""
        with self._one_builder:
            report = build_from(self._home, paths, self._models, reporter, engine=engine)
            if self._index is not None:
                self._serve(self._read())
        return report

    def _look(self, index: StoredIndex, reporter: Reporter) -> None:
        """Serve the newest index from now on; whoever calls holds the lock, which ends with it."""
        try:
            self._serve(self._refreshed(self._index or index, reporter))
        finally:
            self._one_builder.release()

    def manifest(self) -> Manifest:
        """Return what the index is made of, without loading it.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it cannot be used.
        """
        from ragprep.index.generations import read_manifest

        return read_manifest(self._home)

    def _serve(self, index: StoredIndex) -> StoredIndex:
        self._index = index
        self._look_at = self._clock() + CHECK_EVERY_S
        return index

    def _opened(self, reporter: Reporter) -> StoredIndex:
        """Return the index, built or updated first when it is missing, foreign or out of date."""
        try:
            index = self._read()
        except IndexMissing:
            reporter.notice("Building the index (once).")
            return self._rebuilt(reporter)
        except (IndexMismatch, IndexDamaged) as exc:
            reporter.notice(f"{exc} Building it again.")
            try:
                return self._rebuilt(reporter)
            except (IndexFault, GuideError) as failure:
                raise type(exc)(
                    f"{exc} It cannot be built again: {failure}", remedy=failure.remedy
                ) from failure
        info = self._models.info(reporter)
        if info.fingerprint != index.manifest.fingerprint:
            reporter.notice(
                f"The index was made by another model; building it again with {info.model}."
            )
            return self._rebuilt(reporter)
        return self._refreshed(index, reporter)

    def _refreshed(self, index: StoredIndex, reporter: Reporter) -> StoredIndex:
        """Return the newest index there is: another process's, an updated one, or `index`.

        What stands in the way is told once, not at every look.
        """
        try:
            index = self._newest(index)
            now = stamps(index.manifest)
            names = changed(index.manifest, now)
            if names and now == self._failed_at and self._clock() < self._retry_at:
                return index
            updated = self._updated(index, names, now, reporter) if names else index
        except RagprepError as exc:
            reason = f"The index is not up to date: {exc} {exc.remedy}"
            if reason != self._told:
                reporter.notice(reason)
            self._told = reason
            return index
        self._told, self._failed_at = "", None
        return updated

    def _newest(self, index: StoredIndex) -> StoredIndex:
        """Return the index in the home, which another process may have built."""
        from ragprep.index.generations import read_manifest

        if read_manifest(self._home) == index.manifest:
            return index
        newest = self._read()
        if newest.manifest.fingerprint != index.manifest.fingerprint:
            raise IndexMismatch(
                f"another process built it with the model {newest.manifest.model}.",
                remedy="Give each model a home of its own (RAGPREP_HOME).",
            )
        self._failed_at = None
        return newest

    def _updated(
        self, index: StoredIndex, names: Sequence[str], now: dict[str, Stamp], reporter: Reporter
    ) -> StoredIndex:
        """Return the index built from the guides as they are; it waits for no other builder."""
        try:
            self._build(None, reporter, wait_s=0, in_a_query=True)
            updated = self._read()
        except RagprepError:
            self._failed_at, self._retry_at = now, self._clock() + RETRY_S
            raise
        if updated.manifest.corpus_sha256 != index.manifest.corpus_sha256:
            reporter.notice(f"{', '.join(names)} changed; index updated.")
        return updated

    def _rebuilt(self, reporter: Reporter) -> StoredIndex:
        self._build(None, reporter)
        return self._read()

    def _build(
        self,
        paths: Sequence[Path | str] | None,
        reporter: Reporter,
        *,
        wait_s: float = BUILD_WAIT_S,
        in_a_query: bool = False,
    ) -> BuildReport:
        return build_from(
            self._home, paths, self._models, reporter, wait_s=wait_s, in_a_query=in_a_query
        )

    def _read(self) -> StoredIndex:
        from ragprep.index.store import read_index

        return read_index(self._home)
