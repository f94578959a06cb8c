"""One state of an index on a server for each request, and noticing that another one serves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import IndexMismatch, RagprepError
from ragprep.index.models import Models
from ragprep.index.snapshot import CHECK_EVERY_S, Patience, Snapshot
from ragprep.milvus.address import parse
from ragprep.milvus.server import Server
from ragprep.protocols import Engine, Reporter

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.milvus.store import MilvusStore
    from ragprep.types.index import BuildReport, Manifest


class ServedSnapshots:
    """Gives each request the index that serves on a server; safe to share between threads.

    A request keeps what it began with. The index that served before stays on the server until the
    build after the next, so that requests that began with it end with it.
    """

    def __init__(
        self, config: Config, models: Models, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Serve what the setting `store` names; build in the home of `config`."""
        assert config.store is not None
        self._server = Server(parse(config.store))
        self._home = config.home
        self._models = models
        self._clock = clock
        self._opening = threading.Lock()
        self._store: MilvusStore | None = None
        self._look_at = 0.0

    def current(
        self,
        reporter: Reporter,
        *,
        patience: Patience | None = None,  # noqa: ARG002  # no request waits for a build here
    ) -> Snapshot:
        """Return the snapshot for a request.

        Raises:
            IndexMissing: the server has no such index.
            IndexMismatch: it was made by another model or version.
            StoreUnavailable, StoreFailed: the server cannot be asked.
        """
        store = self._store
        if store is None or self._clock() >= self._look_at:
            with self._opening:
                store = self._newest(self._store, reporter)
        return Snapshot(store, self._models, reporter)

    def ready(self, reporter: Reporter, *, patience: Patience | None = None) -> Snapshot:
        """Return what `current` does; where nothing is loaded, the encoder is loaded meanwhile."""
        if self._store is not None:
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
        """Build or update the index in the home, then put it on the server and let it serve.

        Raises:
            GuideError, ModelError, IndexFault: see errors; the previous index goes on serving.
        """
        from ragprep.index.sources import build_from
        from ragprep.index.store import read_index
        from ragprep.milvus.publish import publish

        report = build_from(self._home, paths, self._models, reporter, engine=engine)
        publish(read_index(self._home), self._server, reporter.progress)
        self._look_at = 0.0
        return report

    def manifest(self) -> Manifest:
        """Return what the index that serves is made of, whatever model made it."""
        from ragprep.milvus.store import MilvusStore

        return MilvusStore(self._server).manifest

    def _newest(self, store: MilvusStore | None, reporter: Reporter) -> MilvusStore:
        """Return what serves now; `store` where it still does, or where nothing else can be had."""
        from ragprep.milvus.store import MilvusStore

        if store is not None and self._clock() < self._look_at:  # another thread has looked
            return store
        try:
            alias = self._server.address.collection
            if store is None or self._server.named_by(alias) != store.collection:
                store = self._usable(MilvusStore(self._server), reporter)
        except RagprepError:
            if store is None:
                raise
        self._store, self._look_at = store, self._clock() + CHECK_EVERY_S
        return store

    def _usable(self, store: MilvusStore, reporter: Reporter) -> MilvusStore:
        """Return a store whose vectors can be compared with those of this encoder.

        Raises:
            IndexMismatch: they cannot.
        """
        info, manifest = self._models.info(reporter), store.manifest
        if (info.fingerprint, info.dim) != (manifest.fingerprint, manifest.dim):
            raise IndexMismatch(
                f"The index at {self._server.address.url} was made by the model {manifest.model} "
                f"({manifest.dim} dimensions), not by {info.model} ({info.dim}).",
                remedy=f"Set RAGPREP_MODEL={manifest.model}, or put one there: `ragprep index`.",
            )
        return store
