"""Turns texts into unit vectors with a prepared encoder; never imports torch by itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.encoder.info import EXTRA_REMEDY, MODEL_FILE, TOKENIZER_FILE, EncoderInfo, check_files
from ragprep.errors import ModelError
from ragprep.types.encoder import TokenStates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import Embedder, Role

BATCH = 8
"""Texts a run of the encoder. Measured with benchmarks/embedding.py: 8 beats 16 and 32 on two
cores, because texts of similar length share a batch and padding stays small."""

STATE_LAYERS = (0, 3, 6)
"""Layers of the default encoder whose token vectors the reader of answers takes: the embeddings of
the words, the middle layer, and the last one, whose mean is the vector of a text."""


def open_embedder(folder: Path, info: EncoderInfo, *, record: Path | None = None) -> Embedder:
    """Return the embedder prepared in `folder`, its files checked.

    Args:
        folder: where it stands.
        info: what `read_info` says of it.
        record: of files verified before, see `checksums.altered`; all are hashed when None.

    Raises:
        ModelError: a file is missing or altered, or packages that it needs are.
    """
    if info.runtime == "sentence-transformers":
        return SentenceTransformerEmbedder(info)
    check_files(folder, info, record=record)
    return OnnxEmbedder(info, folder)


class OnnxEmbedder:
    """The exported encoder under onnxruntime.

    One run uses one thread; many texts are spread over the cores as independent runs. Measured
    on two cores: 15 to 30% more texts a second than one run on all cores.
    """

    def __init__(self, info: EncoderInfo, folder: Path) -> None:
        import onnxruntime as ort
        from tokenizers import Tokenizer

        self._prompts = info.prompts
        self._dim = info.dim
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(
                folder / MODEL_FILE, options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        except Exception as exc:  # of whatever type: both libraries raise bare Exception
            raise ModelError(
                f"The prepared model in {folder} cannot be loaded: {str(exc).splitlines()[0]}",
                remedy="Run `ragprep doctor`; if memory is short, close other programs.",
            ) from exc
        self._tokenizer.enable_truncation(info.max_tokens)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), unit rows, in the order of `texts`."""
        prompt = self._prompts.get(role, "")
        tokens = [e.ids for e in self._tokenizer.encode_batch([prompt + text for text in texts])]
        vectors = np.zeros((len(tokens), self._dim), dtype=np.float32)
        longest_first = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
        batches = [longest_first[i : i + BATCH] for i in range(0, len(tokens), BATCH)]

        def run(rows: list[int]) -> None:
            vectors[rows] = self._run([tokens[row] for row in rows])

        if len(batches) < 2:  # a query: a pool of threads would cost more than it saves
            for rows in batches:
                run(rows)
            return vectors
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(os.cpu_count() or 1)
        try:
            list(pool.map(run, batches))
        finally:  # on Ctrl-C leave at once: the batches not yet begun are dropped
            pool.shutdown(cancel_futures=True)
        return vectors

    def token_states(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return what each text is to the encoder, token by token; the default model only.

        A text that is too long is cut into pieces between words, and their tokens joined.
        """
        names = ["sentence_vector", *(f"layer_{layer}" for layer in STATE_LAYERS)]
        return [self._states(text, names) for text in texts]

    def _states(self, text: str, names: list[str]) -> TokenStates:
        encoding = self._tokenizer.encode(text)
        ids: list[NDArray[np.int64]] = []
        states, vectors = [], []
        for piece in (encoding, *encoding.overflowing):
            tokens = np.array([piece.ids], dtype=np.int64)
            inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
            vector, *layers = self._session.run(names, inputs)
            vectors.append(vector[0])
            states.append(np.concatenate([layer[0] for layer in layers], axis=1))
            ids.append(tokens[0])
        vector = unit_rows(np.mean(vectors, axis=0, keepdims=True))[0]
        return TokenStates(np.concatenate(ids), np.concatenate(states), vector)

    def _run(self, tokens: list[list[int]]) -> NDArray[np.float32]:
        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), dtype=np.int64)
        mask = np.zeros((len(tokens), width), dtype=np.int64)
        for row, text in enumerate(tokens):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask}
        return unit_rows(self._session.run(["sentence_vector"], inputs)[0])


class SentenceTransformerEmbedder:
    """Any sentence-transformers model as it is, for one that does not export: slow to start."""

    def __init__(self, info: EncoderInfo) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as exc:
            raise ModelError(
                f'The model "{info.model}" is served by sentence-transformers, which is not '
                "installed.",
                remedy=EXTRA_REMEDY,
            ) from exc
        self._prompts = info.prompts
        self._dim = info.dim
        for folder in (Path(info.source), "sentence-transformers" / Path(info.source)):
            if not folder.is_absolute() and folder.exists():
                raise ModelError(
                    f'The folder "{folder}" here would be taken for the model "{info.model}".',
                    remedy="Run it from another folder.",
                )
        try:
            self._model: Any = SentenceTransformer(info.source, device="cpu", local_files_only=True)
        except (OSError, ValueError) as exc:
            raise ModelError(
                f'The model "{info.model}" is no longer in {info.source}.',
                remedy="Put it back, or leave the setting out for the default one.",
            ) from exc

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:
        """Return float32 (len(texts), dim), unit rows, in the order of `texts`."""
        if not texts:
            return np.empty((0, self._dim), dtype=np.float32)
        prompt = self._prompts.get(role, "")
        vectors = self._model.encode([prompt + text for text in texts], show_progress_bar=False)
        return unit_rows(vectors)


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `vectors` (n, dim) with every row of length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: NDArray[np.float32] = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return rows
