"""Requests to a Milvus server: each with a limit of time, each fault told with a remedy."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ragprep.errors import (
    ConfigError,
    IndexMissing,
    RagprepError,
    StoreFailed,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from ragprep.milvus.address import Address

TOKEN = "RAGPREP_STORE_TOKEN"  # noqa: S105  # the variable's name
"""Of a server that asks who one is, "user:password" or a key. No setting: files hold no secrets."""

WRITE_TIMEOUT_S = 60.0
"""For a request that writes. A guess: a thousand views take the slowest server tried 1 s."""
SEAL_TIMEOUT_S = 3600.0
"""For a request that ends with an index built over all views. A guess with room."""

RECONNECT_S, RETRY_S = 0.4, 0.05
"""For a connection anew beyond the time of the request, and between two tries. Guesses."""

GRPC_OPTIONS = {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 400,
}
"""A new connection shares no waiting with those that failed before it, and tries several times in
the time of a request; else gRPC waits 1 s after the first failure and up to 120 s after many."""

NOT_FOUND, NOT_LOADED = 100, 101
"""Codes of Milvus: no such collection, one that is not in memory."""

LEAST_EF = 100
"""Candidates that an HNSW graph keeps while it searches, at least. A guess."""
LEVEL = "Eventually"
"""Of consistency, for reading: what is named was counted with the strongest level before."""

Row = dict[str, Any]
Result = TypeVar("Result")


class Server:
    """A connection to a server, made when first needed, shared by all threads."""

    def __init__(self, address: Address) -> None:
        """Speak with the server at `address`."""
        self.address = address
        self._connected: Any = None

    def named_by(self, alias: str) -> str | None:
        """Return the collection that an alias names; None where there is no such alias."""
        try:
            told = self._call(lambda client: client.describe_alias(alias, **self._limit))
        except IndexMissing:
            return None
        return str(told["collection_name"])

    def collections(self) -> list[str]:
        """Return the names of all collections."""
        names: list[str] = self._call(lambda client: client.list_collections(**self._limit))
        return names

    def query(self, collection: str, condition: str, fields: Sequence[str]) -> list[Row]:
        """Return the rows that a condition of Milvus holds for, in no order."""
        rows: list[Row] = self._read(
            collection,
            lambda client: client.query(
                collection,
                filter=condition,
                output_fields=list(fields),
                consistency_level=LEVEL,
                **self._limit,
            ),
        )
        return rows

    def search(
        self,
        collection: str,
        queries: Sequence[Any],
        *,
        field: str,
        k: int,
        fields: Sequence[str],
        condition: str = "",
    ) -> list[list[Row]]:
        """Return for each query the rows of the `k` highest inner products, best first.

        Args:
            collection: to search.
            queries: vectors, dense or sparse (number -> weight).
            field: that holds the vectors.
            k: at least 1.
            fields: to return.
            condition: of Milvus, for what may be found; all when "".

        Returns:
            Rows with the fields, and the product as "score".
        """
        found: Any = self._read(
            collection,
            lambda client: client.search(
                collection,
                data=list(queries),
                anns_field=field,
                limit=k,
                filter=condition,
                output_fields=list(fields),
                search_params={"metric_type": "IP", "params": {"ef": max(k, LEAST_EF)}},
                consistency_level=LEVEL,
                **self._limit,
            ),
        )
        return [[{**hit["entity"], "score": hit["distance"]} for hit in hits] for hits in found]

    def upsert(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows, over those with the same keys."""
        self._call(
            lambda client: client.upsert(collection, data=list(rows), timeout=WRITE_TIMEOUT_S)
        )

    def create(self, collection: str, schema: Any, indexes: Any) -> None:
        """Make a collection, unless it is there."""

        def create(client: Any) -> None:
            if not client.has_collection(collection, **self._limit):
                client.create_collection(
                    collection,
                    schema=schema,
                    index_params=indexes,
                    consistency_level="Strong",
                    timeout=WRITE_TIMEOUT_S,
                )

        self._call(create)

    def count(self, collection: str) -> int:
        """Return how many rows a collection has, all included that were acknowledged."""

        def count(client: Any) -> int:
            (told,) = client.query(
                collection, filter="", output_fields=["count(*)"], timeout=WRITE_TIMEOUT_S
            )
            return int(told["count(*)"])

        return self._read(collection, count, load_s=WRITE_TIMEOUT_S)

    def seal(self, collection: str) -> int:
        """Let the server store and index what was written; return how many rows there are."""

        def seal(client: Any) -> None:
            client.flush(collection, timeout=SEAL_TIMEOUT_S)
            client.load_collection(collection, timeout=SEAL_TIMEOUT_S)

        self._call(seal)
        return self.count(collection)

    def name(self, alias: str, collection: str) -> None:
        """Let an alias name a collection, in one step."""
        there = self.named_by(alias) is not None
        self._call(
            lambda client: (client.alter_alias if there else client.create_alias)(
                collection, alias, timeout=WRITE_TIMEOUT_S
            )
        )

    def drop(self, collection: str) -> None:
        """Remove a collection."""
        self._call(lambda client: client.drop_collection(collection, timeout=WRITE_TIMEOUT_S))

    @property
    def _limit(self) -> Mapping[str, float]:
        return {"timeout": self.address.timeout_s}

    def _read(
        self, collection: str, ask: Callable[[Any], Result], *, load_s: float | None = None
    ) -> Result:
        """Return what `ask` does; a server that was started anew is asked to load first.

        A load that takes longer than `load_s`, by default than a request may, goes on for the next.
        """
        try:
            return self._call(ask)
        except StoreFailed as exc:
            if exc.code != NOT_LOADED:
                raise
        limit_s = load_s or self.address.timeout_s
        self._call(lambda client: client.load_collection(collection, timeout=limit_s))
        return self._call(ask)

    def _call(self, ask: Callable[[Any], Result]) -> Result:
        """Return what `ask` does; where the connection broke, over a new one.

        All that is asked may be asked twice: rows are written by key.
        """
        until = time.monotonic() + self.address.timeout_s + RECONNECT_S
        while True:
            client = self._connected
            try:
                client = client or self._connect(until - time.monotonic())
                return self._answered(client, ask)
            except StoreUnavailable as exc:
                if not exc.is_broken or time.monotonic() + RETRY_S >= until:
                    raise
            if self._connected is client:  # it is not closed: other threads may be waiting in it
                self._connected = None
            time.sleep(RETRY_S)

    def _connect(self, limit_s: float) -> Any:
        connect = _pymilvus()
        limit_s = min(limit_s, self.address.timeout_s)
        token = os.environ.get(TOKEN, "")
        self._connected = self._answered(
            connect,
            lambda new: new(
                self.address.url,
                token=token,
                timeout=limit_s,
                dedicated=True,
                grpc_options=GRPC_OPTIONS,
            ),
        )
        return self._connected

    def _answered(self, subject: Any, ask: Callable[[Any], Result]) -> Result:
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        try:
            return ask(subject)
        except (MilvusException, RpcError) as exc:
            raise self._fault(exc) from exc

    def _fault(self, exc: Any) -> RagprepError:
        """Return a fault of pymilvus as one that says what to do."""
        code, reason = _told(exc)
        url, name = self.address.url, self.address.collection
        if code == NOT_FOUND or ("not found" in reason and "alias" in reason):
            return IndexMissing(
                f"The server at {url} has no index named {name}, or no longer that one.",
                remedy="Run `ragprep index` with the guides to put there.",
            )
        if code in {"DEADLINE_EXCEEDED", 4}:
            return StoreUnavailable(
                f"The server at {url} did not answer within {self.address.timeout_s:g} s.",
                remedy="Try again, or give it longer: add ?timeout=5 to the setting store.",
            )
        if code in {"UNAUTHENTICATED", "PERMISSION_DENIED"} or "auth" in reason:
            return StoreUnavailable(
                f"The server at {url} wants to know who asks.",
                remedy=f"Set {TOKEN} to its key, or to user:password.",
            )
        if not isinstance(code, int) or code in {UNREACHABLE, UNAVAILABLE}:
            return StoreUnavailable(
                f"The server at {url} cannot be reached.",
                remedy="Start it, or correct the setting store (RAGPREP_STORE).",
                is_broken=True,
            )
        full = any(sign in reason for sign in DISK_FULL)
        return StoreFailed(
            f"The server at {url} refused: {reason[:200]}.",
            remedy="Free some space on its disk." if full else "Look at the server's log.",
            code=code,
        )


UNREACHABLE, UNAVAILABLE = 2, 14
"""Codes of pymilvus for a connection that cannot be made, and of gRPC for one that broke."""
DISK_FULL = ("no space left", "disk quota", "diskquota", "disk full")


def _told(exc: Any) -> tuple[int | str, str]:
    """Return the code and the reason of a fault of pymilvus or gRPC, the reason in lower case."""
    code = exc.code() if callable(exc.code) else exc.code
    reason = exc.details() if hasattr(exc, "details") else exc.message
    return getattr(code, "name", code), " ".join(str(reason).lower().split())


def _pymilvus() -> Any:
    """Return the client's class; it reads nothing from the folder, and prints nothing.

    Raises:
        ConfigError: pymilvus is not installed.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it prints of connections that it closes
    variable = "PYTHON_DOTENV_DISABLED"  # pymilvus loads an .env of the folders above it
    before = os.environ.get(variable)
    os.environ[variable] = "1"
    try:
        from pymilvus import MilvusClient
    except ImportError as exc:
        raise ConfigError(
            "The setting store needs pymilvus, which is not installed.",
            remedy="Install it: pip install 'ragprep[milvus]'.",
        ) from exc
    finally:
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before
    for name in ("pymilvus", "pymilvus.milvus_client"):  # it prints what is told as an error here
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MilvusClient
