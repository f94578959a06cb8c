"""One state of an index on a server for each request, and noticing that another one serves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.errors import IndexMismatch, RagprepError, StoreUnavailable
from ragprep.index.models import Models
from ragprep.index.snapshot import CHECK_EVERY_S, Patience, Snapshot
from ragprep.milvus.address import parse
from ragprep.milvus.server import Server
from ragprep.protocols import Engine, Reporter

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.milvus.store import MilvusStore
    from ragprep.types.index import BuildReport, Manifest


WAIT_S = 0.3
"""For a look at which index serves, by a request that may go on with the one before: with the 1.6 s
that it takes itself (server.py), people are told within two seconds that no server answers."""

TRUSTED_S = 10.0
"""After a look that succeeded, for which an index is served while the server does not answer.
A guess: what needs no more than was fetched is shown meanwhile."""


class ServedSnapshots:
    """Gives each request the index that serves on a server; safe to share between threads.

    A request keeps what it began with. The index that served before stays on the server until the
    build after the next, so that requests that began with it end with it.
    One thread looks for all requests, once a second: they share what it finds, and its fault.
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
        self._changing = threading.Lock()
        self._store: MilvusStore | None = None
        self._looks = ThreadPoolExecutor(1)
        self._look: Future[MilvusStore] | None = None
        self._look_at = self._wait_until = self._trusted_until = 0.0

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
        look = self._newest_look(reporter)
        if self._clock() < self._trusted_until:
            wait([look], max(0.0, self._wait_until - self._clock()))
            store = self._store
        else:
            store = look.result()
        assert store is not None
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
        with self._changing:
            self._look = None
        wait([self._newest_look(reporter)])
        return report

    def manifest(self) -> Manifest:
        """Return what the index that serves is made of, whatever model made it."""
        from ragprep.milvus.store import MilvusStore

        return MilvusStore(self._server).manifest

    def _newest_look(self, reporter: Reporter) -> Future[MilvusStore]:
        """Return the look that goes on; the last one where that began less than a second ago."""
        with self._changing:
            look, now = self._look, self._clock()
            if look is None or (look.done() and now >= self._look_at):
                self._look = look = self._looks.submit(self._looked, reporter)
                self._look_at, self._wait_until = now + CHECK_EVERY_S, now + WAIT_S
        return look

    def _looked(self, reporter: Reporter) -> MilvusStore:
        self._store = store = self._newest(self._store, reporter)
        self._trusted_until = self._clock() + TRUSTED_S
        return store

    def _newest(self, store: MilvusStore | None, reporter: Reporter) -> MilvusStore:
        """Return what serves now; `store` where it still does, or where that cannot be used."""
        from ragprep.milvus.store import MilvusStore

        try:
            serving = self._server.named_by(self._server.address.collection)
            if store is not None and serving == store.collection:
                return store
            return self._usable(MilvusStore(self._server), reporter)
        except StoreUnavailable:
            raise
        except RagprepError:
            if store is None:
                raise
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
