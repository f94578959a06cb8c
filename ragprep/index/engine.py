"""Index and encoder of one home: opened when first needed, made or mended when they must be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ragprep.checksums import RECORD
from ragprep.config import DEFAULT_MODEL, expanded
from ragprep.errors import (
    GuideError,
    IndexDamaged,
    IndexFault,
    IndexMismatch,
    IndexMissing,
    ModelError,
    RagprepError,
)
from ragprep.types.index import GuideFile

if TYPE_CHECKING:
    from ragprep.config import Config
    from ragprep.encoder.embed import EncoderInfo
    from ragprep.index.store import StoredIndex
    from ragprep.protocols import Embedder, Progress
    from ragprep.types.encoder import TokenStates
    from ragprep.types.guide import Entry, Guide
    from ragprep.types.index import BuildReport, Manifest

SHIPPED = "shipped"
"""The source that stands for the guides that come with ragprep."""


class Engine:
    """What `Prep` searches with. Cheap to make: nothing is opened before it is needed."""

    def __init__(
        self,
        config: Config,
        *,
        progress: Progress,
        notice: Callable[[str], None],
        encoder: tuple[EncoderInfo, Embedder] | None = None,
    ) -> None:
        """Serve the home that `config` names, with `encoder` or else the one it names."""
        self.config = config
        self._progress = progress
        self._notice = notice
        self._info: EncoderInfo | None = encoder[0] if encoder else None
        self._embedder: Embedder | None = encoder[1] if encoder else None
        self._opening = threading.RLock()
        self._index: StoredIndex | None = None

    def ready(self) -> tuple[StoredIndex, Embedder]:
        """Return index and encoder, loaded side by side."""
        if self._index is not None or self._embedder is not None:
            return self.index(), self.embedder()
        loader = threading.Thread(target=self._preload)
        loader.start()
        try:
            index = self.index()
        finally:
            loader.join()
        return index, self.embedder()

    def index(self) -> StoredIndex:
        """Return the index, built or updated first when it is missing, foreign or out of date.

        Raises:
            IndexFault, GuideError, ModelError: there is none that serves, and none can be built.
        """
        if self._index is None:
            from ragprep.index.store import read_index

            try:
                self._index = self._refreshed(read_index(self.config.home))
            except IndexMissing:
                self._notice("Building the index (once).")
                self._index = self._rebuilt()
            except (IndexMismatch, IndexDamaged) as exc:
                self._notice(f"{exc} Building it again.")
                try:
                    self._index = self._rebuilt()
                except (IndexFault, GuideError) as failure:
                    raise type(exc)(
                        f"{exc} It cannot be built again: {failure}", remedy=failure.remedy
                    ) from failure
        return self._index

    def embedder(self) -> Embedder:
        """Return the encoder, prepared first when it is missing or damaged.

        Raises:
            ModelError, IndexBusy, IndexUnwritable: see `encoders.prepare`.
        """
        with self._opening:
            if self._embedder is None:
                from ragprep.encoder.embed import open_embedder
                from ragprep.encoder.prepare import encoder_folder

                folder = encoder_folder(self.config.home, self.config.model)
                record = self.config.home / RECORD
                try:
                    self._embedder = open_embedder(folder, self.encoder_info(), record=record)
                except ModelError as exc:
                    self._embedder = open_embedder(folder, self._prepare(exc))
            return self._embedder

    def token_states(self) -> Callable[[Sequence[str]], list[TokenStates]]:
        """Return what gives the default encoder's token states of texts.

        The default encoder is prepared for this even where vectors come from another model.
        """
        from ragprep.encoder.embed import OnnxEmbedder
        from ragprep.encoder.prepare import encoder_folder, prepare

        if self.config.model == DEFAULT_MODEL and isinstance(self.embedder(), OnnxEmbedder):
            return cast("OnnxEmbedder", self.embedder()).token_states
        home = self.config.home
        info = prepare(DEFAULT_MODEL, home, self._progress)
        return OnnxEmbedder(info, encoder_folder(home, DEFAULT_MODEL)).token_states

    def encoder_info(self) -> EncoderInfo:
        """Return what the encoder is, preparing it first when it is missing."""
        with self._opening:
            if self._info is None:
                try:
                    self._info = self.prepared()
                except ModelError as exc:
                    return self._prepare(exc)
            return self._info or self._prepare()

    def prepared(self) -> EncoderInfo | None:
        """Return what the prepared encoder is, None when there is none.

        Raises:
            ModelError: it is damaged.
        """
        from ragprep.encoder.embed import read_info
        from ragprep.encoder.prepare import encoder_folder

        return read_info(encoder_folder(self.config.home, self.config.model))

    def build(
        self, paths: Sequence[Path | str] | None = None, *, wait_s: float | None = None
    ) -> BuildReport:
        """Build or update the index; see `Prep.build`.

        Args:
            paths: guides, folders or "shipped"; what is indexed now when None.
            wait_s: how long to wait for another builder; the store's own limit when None.
        """
        from ragprep.index.build import build_index
        from ragprep.index.generations import read_sources
        from ragprep.locks import BUILD_WAIT_S, building

        home = self.config.home
        wait_s = BUILD_WAIT_S if wait_s is None else wait_s
        with building(home, wait_s=wait_s, on_wait=self._notice):
            # all under the lock: what another builder has just been given is not lost
            sources = [str(path) for path in paths or read_sources(home) or [SHIPPED]]
            sources = [s if s == SHIPPED else str(expanded(s).absolute()) for s in sources]
            guides, files = _read(sources)
            report = build_index(
                home,
                [entry for guide in guides for entry in guide.entries],
                files,
                sources=sources,
                aliases=_phrases(guides),
                out_of_scope=_out_of_scope(guides),
                info=self.encoder_info(),
                embedder=self.embedder,
                progress=self._progress,
            )
        self._index = None
        return report

    def build_temporary(self, home: Path, entries: Sequence[Entry]) -> StoredIndex:
        """Return an index of `entries`, built in `home` with this engine's encoder."""
        from ragprep.index.build import build_index
        from ragprep.index.store import read_index

        build_index(
            home,
            entries,
            [],
            sources=[],
            aliases={},
            info=self.encoder_info(),
            embedder=self.embedder,
            progress=self._progress,
        )
        return read_index(home)

    def _rebuilt(self) -> StoredIndex:
        from ragprep.index.store import read_index

        self.build()
        return read_index(self.config.home)

    def _refreshed(self, index: StoredIndex) -> StoredIndex:
        """Return the index, updated if its guides or the model changed since it was built."""
        info = self.encoder_info()
        if info.fingerprint != index.manifest.fingerprint:
            self._notice(
                f"The index was made by another model; building it again with {info.model}."
            )
            return self._rebuilt()
        changed = changes(index.manifest)
        if not changed:
            return index
        from ragprep.index.store import read_index

        try:
            manifest = self.build(wait_s=0).manifest
            updated = read_index(self.config.home)
        except (GuideError, IndexFault) as exc:
            self._notice(f"The index is not up to date: {exc} {exc.remedy}")
            return index
        if manifest.corpus_sha256 != index.manifest.corpus_sha256:
            self._notice(f"{', '.join(changed)} changed; index updated.")
        return updated

    def _prepare(self, damage: ModelError | None = None) -> EncoderInfo:
        """Prepare the encoder; the one that comes with ragprep cannot be, and is only checked."""
        from ragprep.encoder.prepare import prepare

        if damage is not None and self.config.model != DEFAULT_MODEL:
            self._notice(f"{damage} Preparing it again.")
        self._info = prepare(self.config.model, self.config.home, self._progress)
        return self._info

    def _preload(self) -> None:
        """Load the encoder if it is sound; else the caller meets the error in its own thread."""
        from ragprep.encoder.embed import open_embedder
        from ragprep.encoder.prepare import encoder_folder

        with suppress(RagprepError), self._opening:
            info = self.prepared()
            if info is not None:
                folder = encoder_folder(self.config.home, self.config.model)
                record = self.config.home / RECORD
                self._embedder = open_embedder(folder, info, record=record)


def changes(manifest: Manifest) -> list[str]:
    """Return the names of the guides that are no longer as they were indexed: edited, new, gone."""
    changed = [file.name for file in manifest.guides if _stamp(file.path) != _indexed(file)]
    folders = [Path(source) for source in manifest.sources if source != SHIPPED]
    folders = [folder for folder in folders if folder.is_dir()]
    if folders:  # only they can hold new guides
        from ragprep.ingest.corpus import find_guides

        known = {file.path for file in manifest.guides}
        with suppress(GuideError):  # an emptied folder: its guides are gone, and named above
            changed += [path.stem for path in find_guides(folders) if str(path) not in known]
    return changed


def _read(sources: Sequence[str]) -> tuple[tuple[Guide, ...], list[GuideFile]]:
    """Read the guides of all sources."""
    from ragprep.ingest.corpus import find_guides, read_corpus

    paths = list(_paths(sources))
    stamps = {str(path): _stamp(path) for path in find_guides(paths)}
    guides = read_corpus(paths)  # after the stamps: an edit in between is seen at the next query
    files = [
        GuideFile(guide.name, guide.path, *stamps.get(guide.path, (0, 0)), len(guide.entries))
        for guide in guides
    ]
    return guides, files


def _phrases(guides: Sequence[Guide]) -> dict[str, list[str]]:
    """Return the aliases of all guides: entry id -> phrases."""
    phrases: dict[str, list[str]] = {}
    for guide in guides:
        for alias in guide.aliases:
            phrases.setdefault(alias.entry_id, []).append(alias.phrase)
    return phrases


def _out_of_scope(guides: Sequence[Guide]) -> list[tuple[int, Sequence[str]]]:
    """Return for each guide, in order, its number of entries and what it does not cover."""
    return [(len(guide.entries), guide.out_of_scope) for guide in guides]


def _paths(sources: Sequence[str]) -> Iterator[Path]:
    from ragprep.ingest.corpus import shipped_guides

    for source in sources:
        if source != SHIPPED:
            yield Path(source)
            continue
        shipped = shipped_guides()
        if not shipped:
            raise GuideError(
                "The guides that come with ragprep are not installed.",
                remedy="Install it again, or give guides of your own: `ragprep index PATH`.",
            )
        yield from shipped


def _stamp(path: Path | str) -> tuple[int, int]:
    """Return size and time of change of a guide with the files beside it, zeros when it is gone."""
    from ragprep.ingest.aliases import aliases_path
    from ragprep.ingest.out_of_scope import out_of_scope_path

    path = Path(path)
    try:
        files = [path.stat()]
    except OSError:
        return 0, 0
    for beside in (aliases_path(path), out_of_scope_path(path)):
        with suppress(OSError):
            files.append(beside.stat())
    return sum(file.st_size for file in files), max(file.st_mtime_ns for file in files)


def _indexed(file: GuideFile) -> tuple[int, int]:
    return file.size, file.changed_ns
