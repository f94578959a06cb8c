"""Vectors that come with ragprep: of the shipped guide's texts, by the shipped encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ragprep.encoder.embed import unit_rows
from ragprep.encoder.info import SHIPPED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.encoder.info import EncoderInfo

GUIDE_VECTORS = SHIPPED / "guide.vectors"
"""Made by training/embed_guide.py. It holds a sha256 of all that follows, the fingerprint of the
encoder, and for each text its key and its vector in half precision."""

KEY_BYTES = 16
"""Of a text's sha256: among 10^9 texts two share a key with a probability of 10^-21."""


def text_key(text: str) -> bytes:
    """Return what a text is known by where its vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def shipped_vectors(
    info: EncoderInfo, path: Path = GUIDE_VECTORS
) -> dict[bytes, NDArray[np.float32]]:
    """Return key -> vector (dim,) float32, unit, of the texts that `info` need not embed.

    Empty for another encoder than the one that made them, and where the file is missing or
    damaged: then the texts are embedded.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    fingerprint = info.fingerprint.encode()
    sha256, body = content[:32], content[32:]
    if not body.startswith(fingerprint) or hashlib.sha256(body).digest() != sha256:
        return {}
    records = np.frombuffer(body, dtype=_record(info.dim), offset=len(fingerprint))
    vectors = unit_rows(records["vector"].astype(np.float32))
    return {key.tobytes(): vector for key, vector in zip(records["key"], vectors, strict=True)}


def write_vectors(
    path: Path, info: EncoderInfo, texts: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    """Write the vectors (len(texts), dim) of `texts` for `shipped_vectors`.

    Half precision moves a unit vector by at most 0.0005 of its length.
    """
    records = np.empty(len(texts), dtype=_record(info.dim))
    records["key"] = [list(text_key(text)) for text in texts]
    records["vector"] = vectors
    body = info.fingerprint.encode() + records.tobytes()
    path.write_bytes(hashlib.sha256(body).digest() + body)


def _record(dim: int) -> np.dtype[np.void]:
    return np.dtype([("key", np.uint8, KEY_BYTES), ("vector", "<f2", dim)])
