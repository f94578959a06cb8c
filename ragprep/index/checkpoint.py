"""Vectors of a build under way, kept on disk so that an interrupted build goes on where it was."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from ragprep.encoder.vectors import KEY_BYTES, shipped_vectors, text_key
from ragprep.locks import unwritable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.encoder.info import EncoderInfo

CRC_BYTES = 4


class Checkpoint:
    """Text -> vector (dim,) float32, appended to one file per encoder, and read from there.

    A record is a text's key, its vector and a CRC-32 of both; reading ends at the first record
    that is cut short or does not check.
    """

    def __init__(self, path: Path, dim: int, known: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Open the file at `path`, in addition to vectors that are `known` by their key."""
        self._size = KEY_BYTES + 4 * dim + CRC_BYTES
        self._dim = dim
        self._known = known
        self._starts: dict[bytes, int] = {}
        self._end = self._load(path) if path.exists() else 0
        self._home = path.parent
        self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(self._end)

    @classmethod
    def open(cls, home: Path, info: EncoderInfo) -> Checkpoint:
        """Open the checkpoint of builds with this encoder, and the vectors that come with it.

        Raises:
            IndexUnwritable: read-only folder or full disk.
        """
        try:
            return cls(
                home / f"embedding-{info.fingerprint}.partial",
                info.dim,
                shipped_vectors(info),
            )
        except OSError as exc:
            raise unwritable(home, exc) from exc

    @staticmethod
    def remove_all(home: Path) -> None:
        """Remove every checkpoint, and every shard of an engine: the build is done."""
        for path in home.glob("embedding-*.partial"):
            with suppress(OSError):
                path.unlink()
        for shards in home.glob("embedding-*.shards"):
            shutil.rmtree(shards, ignore_errors=True)

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what was not flushed is embedded again
            self._file.close()

    def __contains__(self, text: str) -> bool:
        key = text_key(text)
        return key in self._starts or key in self._known

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of `texts`, which are all there: float32 (len(texts), dim)."""
        vectors = np.empty((len(texts), self._dim), dtype=np.float32)
        for row, text in enumerate(texts):
            key = text_key(text)
            if key in self._known:
                vectors[row] = self._known[key]
            else:
                self._file.seek(self._starts[key] + KEY_BYTES)
                vectors[row] = np.frombuffer(self._file.read(4 * self._dim), np.float32)
        return vectors

    def add(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep `vectors` (len(texts), dim).

        Raises:
            IndexUnwritable: full disk.
        """
        records = []
        for text, vector in zip(texts, vectors, strict=True):
            body = text_key(text) + vector.tobytes()
            records.append(body + zlib.crc32(body).to_bytes(CRC_BYTES, "little"))
        try:
            self._file.seek(self._end)
            self._file.write(b"".join(records))
            self._file.flush()
        except OSError as exc:
            raise unwritable(self._home, exc) from exc
        for text in texts:
            self._starts[text_key(text)] = self._end
            self._end += self._size

    def _load(self, path: Path) -> int:
        """Read the sound records; return where they end."""
        end = 0
        with path.open("rb") as file:
            while len(record := file.read(self._size)) == self._size:
                body = record[:-CRC_BYTES]
                if zlib.crc32(body).to_bytes(CRC_BYTES, "little") != record[-CRC_BYTES:]:
                    break
                self._starts[body[:KEY_BYTES]] = end
                end += self._size
        return end
