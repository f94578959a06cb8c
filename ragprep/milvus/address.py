"""Where an index on a server is, as the setting `store` says it (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from ragprep.errors import ConfigError

SCHEMES = {"milvus": "http", "milvus+tls": "https"}
PORT = 19530
"""That Milvus listens on unless it is told otherwise."""
TIMEOUT_S = 1.2
"""For one request. pymilvus asks again after 10, 30, 90, 270 and 810 ms, and would next wait for
2.4 s: so a server that is not there is told of within two seconds."""
EXAMPLE = "Write it as milvus://HOST:PORT/COLLECTION, as in milvus://127.0.0.1:19530/guides."


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is.

    Attributes:
        url: of the server, as pymilvus takes it.
        collection: the alias that names the index that serves.
        timeout_s: for one request.
    """

    url: str
    collection: str
    timeout_s: float = TIMEOUT_S


def parse(store: str) -> Address:
    """Return where the setting `store` leads: "milvus://host:port/collection?timeout=5".

    Raises:
        ConfigError: it leads nowhere.
    """
    try:
        parts = urlsplit(store)
        host, port = parts.hostname, parts.port or PORT
        timeout_s = float(parse_qs(parts.query).get("timeout", [str(TIMEOUT_S)])[-1])
    except ValueError as exc:
        raise ConfigError(f'The setting store is "{store}": {exc}.', remedy=EXAMPLE) from exc
    collection = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not host or parts.username or not timeout_s > 0:
        raise ConfigError(f'The setting store is "{store}".', remedy=EXAMPLE)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,200}", collection):
        raise ConfigError(
            f'"{collection}" is no name of a collection.',
            remedy="Use letters, digits and underscores, as in milvus://127.0.0.1:19530/guides.",
        )
    host = f"[{host}]" if ":" in host else host
    return Address(f"{SCHEMES[parts.scheme]}://{host}:{port}", collection, timeout_s)
