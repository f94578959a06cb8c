"""Zstandard, which Python has from 3.14 on; bounded."""

from __future__ import annotations

from importlib import import_module
from typing import Any

MODULES = ("compression.zstd", "backports.zstd")


def decompressed(data: bytes, limit: int) -> bytes | None:
    """Return what data of Zstandard holds, at most `limit` + 1 bytes; None without a decoder.

    Raises:
        ValueError: the data is damaged.
    """
    zstd = _module()
    if zstd is None:
        return None
    decoder = zstd.ZstdDecompressor()
    try:
        return bytes(decoder.decompress(data, max_length=limit + 1))
    except (zstd.ZstdError, EOFError) as error:
        raise ValueError(str(error)) from error


def _module() -> Any:
    for name in MODULES:
        try:
            return import_module(name)
        except ImportError:
            continue
    return None
