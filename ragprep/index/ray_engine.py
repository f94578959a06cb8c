"""Embedding on a cluster of Ray: shards of texts in files named by what is in them.

A shard is one chunk of a build, embedded as one call, as on this machine; so its vectors are the
same to the bit. Its file is written aside and renamed: whatever dies, and however often a shard
is embedded, it is there once and whole, and a build that is run again goes on from what is there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ragprep.errors import ConfigError, ModelError
from ragprep.locks import unwritable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ragprep.protocols import Embedder, Progress


KNOCK_S = 2.0
"""For a cluster to take a connection. A guess."""


class RayEngine:
    """Embeds on the nodes of a cluster, all of which see the home and have ragprep."""

    def __init__(self, home: Path, model: str, *, address: str | None = None) -> None:
        """Embed with the encoder `model`, at a cluster's address, or on this machine."""
        self._home = home.absolute()
        self._model = model
        self._address = address

    def embed(
        self, chunks: Sequence[Sequence[str]], *, fingerprint: str, progress: Progress
    ) -> Iterator[NDArray[np.float32]]:
        """Yield the vectors of each chunk, in order, once all are there.

        Args:
            chunks: texts that are embedded together.
            fingerprint: of the encoder.
            progress: told of the shards that are done.

        Raises:
            ConfigError: Ray is not installed, or there is no cluster at the address.
            ModelError: the cluster could not embed them.
            IndexUnwritable: the shards cannot be written.
        """
        folder = self._home / f"embedding-{fingerprint}.shards"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise unwritable(self._home, exc) from exc
        paths = [folder / f"{name_of(chunk)}.parquet" for chunk in chunks]
        encoder = {
            "home": str(self._home),
            "model": self._model,
            "fingerprint": fingerprint,
        }
        missing = [
            {"path": str(path), "texts": list(chunk), **encoder}
            for path, chunk in zip(paths, chunks, strict=True)
            if not path.exists()
        ]
        if missing:
            self._run(missing, progress)
        yield from map(read_shard, paths)

    def _run(self, shards: Sequence[dict[str, Any]], progress: Progress) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # it would report to its makers
        try:
            import ray
            import ray.data
        except ImportError as exc:
            raise ConfigError(
                "The engine ray is not installed.", remedy="Install it: pip install 'ragprep[ray]'."
            ) from exc
        try:
            _knock(self._address)
            ray.init(
                address=self._address or "local",
                log_to_driver=False,
                logging_level="ERROR",
                ignore_reinit_error=True,
                **({} if self._address else {"include_dashboard": False}),
            )
        except (OSError, ValueError, RuntimeError) as exc:
            raise ConfigError(
                f"There is no cluster of Ray at {self._address or 'this machine'}: {exc}.",
                remedy="Start one as its manual says, or name its address with --address.",
            ) from exc
        try:
            context = ray.data.DataContext.get_current()
            context.enable_progress_bars = False
            logging.getLogger("ray.data").setLevel(logging.ERROR)
            embedded = ray.data.from_items(list(shards), override_num_blocks=len(shards))
            embedded = embedded.map_batches(
                ShardEmbedder,
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(
                    min_size=1, max_size=max(1, int(ray.cluster_resources().get("CPU", 1)))
                ),
            )
            progress("embedding shards", 0, len(shards))
            for done, _ in enumerate(embedded.iter_rows(), start=1):
                progress("embedding shards", done, len(shards))
        except ray.exceptions.RayError as exc:
            raise ModelError(
                f"The cluster could not embed the guides: {str(exc).strip().splitlines()[-1]}",
                remedy="Run `ragprep index` again; what is embedded is kept.",
            ) from exc
        finally:
            ray.shutdown()


def _knock(address: str | None) -> None:
    """See to it that somebody listens at "host:port": Ray itself would try for minutes."""
    host, colon, port = (address or "").rpartition(":")
    if colon and port.isdigit() and "/" not in host:
        socket.create_connection((host, int(port)), timeout=KNOCK_S).close()


class ShardEmbedder:
    """An actor on a node: opens the encoder once, and embeds shard after shard."""

    def __init__(self) -> None:
        self._embedder: Embedder | None = None

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Embed the shards of a batch that are not there; return their paths."""
        names = ("path", "texts", "home", "model", "fingerprint")
        for path, texts, home, model, fingerprint in zip(*(batch[n] for n in names), strict=True):
            if Path(path).exists():
                continue
            # what a constructor is given is lost with the node that an actor was started from
            self._embedder = self._embedder or opened_encoder(Path(home), model, fingerprint)
            write_shard(Path(path), self._embedder.embed([*texts], role="passage"))
        return {"path": batch["path"]}


def opened_encoder(home: Path, model: str, fingerprint: str) -> Embedder:
    """Return the encoder of a home on this node.

    Raises:
        ModelError: there is none, or another one.
    """
    from ragprep.encoder.embed import open_embedder
    from ragprep.encoder.info import read_info
    from ragprep.encoder.prepare import encoder_folder

    folder = encoder_folder(home, model)
    info = read_info(folder)
    if info is None or info.fingerprint != fingerprint:
        raise ModelError(
            f"A node has no encoder {model}, or another one.",
            remedy="Install the same ragprep on every node, and let all see the home.",
        )
    return open_embedder(folder, info)


def name_of(texts: Sequence[str]) -> str:
    """Return the name of the shard with these texts."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]


def write_shard(path: Path, vectors: NDArray[np.float32]) -> None:
    """Write vectors (n, dim) to a file that is there as a whole or not at all."""
    import pyarrow as pa
    from pyarrow import parquet

    flat = pa.array(vectors.ravel())
    table = pa.table({"vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])})
    aside = path.with_name(f"{path.stem}.{os.urandom(4).hex()}.aside")
    parquet.write_table(table, aside)
    aside.replace(path)


def read_shard(path: Path) -> NDArray[np.float32]:
    """Return the vectors of a shard, float32 (n, dim)."""
    from pyarrow import parquet

    column = parquet.read_table(path)["vector"].combine_chunks()
    vectors: NDArray[np.float32] = column.values.to_numpy().reshape(len(column), -1)
    return vectors
