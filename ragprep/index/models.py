"""The models of a home, encoder and reader: opened when first needed, shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ragprep.checksums import RECORD
from ragprep.config import DEFAULT_MODEL
from ragprep.errors import ModelError, RagprepError

if TYPE_CHECKING:
    from pathlib import Path

    from ragprep.config import Config
    from ragprep.encoder.embed import OnnxEmbedder
    from ragprep.encoder.info import EncoderInfo
    from ragprep.protocols import AssertionReader, Embedder, Reader, Reporter
    from ragprep.types.encoder import TokenStates

    Encode = Callable[[Sequence[str]], list[TokenStates]]


class Models:
    """Each model is opened once, under one lock; the others wait and share it.

    Every method takes the reporter of the call that needs the model.
    """

    def __init__(
        self,
        config: Config,
        *,
        encoder: tuple[EncoderInfo, Embedder] | None = None,
        reader: Reader | None = None,
        assertions: AssertionReader | None = None,
    ) -> None:
        """Open what `config` names, or share `encoder`, `reader` and `assertions` in its place."""
        self._home, self._model = config.home, config.model
        self._info: EncoderInfo | None = encoder[0] if encoder else None
        self._embedder: Embedder | None = encoder[1] if encoder else None
        self._reader = reader
        self._assertions = assertions
        self._reads_assertions = reader is None
        self._encode: Encode | None = None
        self._opening = threading.RLock()

    @property
    def is_open(self) -> bool:
        """Whether the encoder is loaded."""
        return self._embedder is not None

    @property
    def weights(self) -> Path:
        """The file of weights of the search fitted for the encoder, which need not exist."""
        from ragprep.encoder.prepare import weights_path

        return weights_path(self._home, self._model)

    def info(self, reporter: Reporter) -> EncoderInfo:
        """Return what the encoder is, preparing it first when it is missing or damaged.

        Raises:
            ModelError, IndexBusy, IndexUnwritable: see `encoder.prepare.prepare`.
        """
        with self._opening:
            if self._info is None:
                try:
                    self._info = self._prepared()
                except ModelError as exc:
                    return self._prepare(reporter, exc)
            return self._info or self._prepare(reporter)

    def embedder(self, reporter: Reporter) -> Embedder:
        """Return the encoder, prepared first when it is missing or damaged.

        Raises:
            ModelError, IndexBusy, IndexUnwritable: see `encoder.prepare.prepare`.
        """
        with self._opening:
            if self._embedder is None:
                from ragprep.encoder.embed import open_embedder
                from ragprep.encoder.prepare import encoder_folder

                folder, record = encoder_folder(self._home, self._model), self._home / RECORD
                try:
                    self._embedder = open_embedder(folder, self.info(reporter), record=record)
                except ModelError as exc:
                    self._embedder = open_embedder(folder, self._prepare(reporter, exc))
            return self._embedder

    def token_states(self, reporter: Reporter) -> Encode:
        """Return what gives the default encoder's token states of texts.

        The default encoder is prepared for this even where vectors come from another model.
        """
        with self._opening:
            if self._encode is None:
                self._encode = self._default_encoder(reporter).token_states
            return self._encode

    def reader(self, reporter: Reporter) -> Reader:
        """Return the cross-encoder that ships with the package.

        Raises:
            ReaderError: its file is missing or altered.
            ModelError, IndexBusy, IndexUnwritable: of the encoder that it stands on.
        """
        with self._opening:
            if self._reader is None:
                from ragprep.reader.cross_encoder import OnnxReader

                self._reader = OnnxReader(self.token_states(reporter), record=self._home / RECORD)
            return self._reader

    def assertions(self, reporter: Reporter) -> AssertionReader | None:
        """Return the reader of assertions that ships with the package; None beside another reader.

        Raises:
            ReaderError: its file is missing or altered.
            ModelError, IndexBusy, IndexUnwritable: of the encoder that it stands on.
        """
        with self._opening:
            if self._assertions is None and self._reads_assertions:
                from ragprep.reader.assertion import OnnxAssertionReader

                record = self._home / RECORD
                self._assertions = OnnxAssertionReader(self.token_states(reporter), record=record)
            return self._assertions

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Load the encoder, if it is not loaded, in a thread of its own beside what is done."""
        if self.is_open:
            yield
            return
        loader = threading.Thread(target=self._preload)
        loader.start()
        try:
            yield
        finally:
            loader.join()

    def _preload(self) -> None:
        """Load the encoder if it is sound; else whoever needs it meets the error."""
        from ragprep.encoder.embed import open_embedder
        from ragprep.encoder.prepare import encoder_folder

        with suppress(RagprepError), self._opening:
            info = self._prepared()
            if info is not None and self._embedder is None:
                folder, record = encoder_folder(self._home, self._model), self._home / RECORD
                self._embedder = open_embedder(folder, info, record=record)

    def _default_encoder(self, reporter: Reporter) -> OnnxEmbedder:
        from ragprep.encoder.embed import OnnxEmbedder
        from ragprep.encoder.prepare import encoder_folder, prepare

        if self._model == DEFAULT_MODEL:
            embedder = self.embedder(reporter)
            if isinstance(embedder, OnnxEmbedder):
                return embedder
        info = prepare(DEFAULT_MODEL, self._home, reporter.progress)
        return OnnxEmbedder(info, encoder_folder(self._home, DEFAULT_MODEL))

    def _prepared(self) -> EncoderInfo | None:
        from ragprep.encoder.info import read_info
        from ragprep.encoder.prepare import encoder_folder

        return read_info(encoder_folder(self._home, self._model))

    def _prepare(self, reporter: Reporter, damage: ModelError | None = None) -> EncoderInfo:
        """Prepare the encoder; the one that comes with ragprep cannot be, and is only checked."""
        from ragprep.encoder.prepare import prepare

        if damage is not None and self._model != DEFAULT_MODEL:
            reporter.notice(f"{damage} Preparing it again.")
        self._info = prepare(self._model, self._home, reporter.progress)
        return self._info
