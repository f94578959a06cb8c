"""Named arrays in one file, in the safetensors format: read where they are mapped, not copied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

TYPES = {"F32": "<f4", "I32": "<i4", "I64": "<i8", "U8": "|u1"}
ALIGNED = 8
"""Bytes; the data begins at a multiple of it, and so does every array of that item size."""


def to_bytes(arrays: Mapping[str, Array]) -> bytes:
    """Return the content of a file: length of the header, header (JSON), data."""
    name_of = {np.dtype(code): name for name, code in TYPES.items()}
    header, parts, end = {}, [], 0
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        parts.append(array.tobytes())
        start, end = end, end + len(parts[-1])
        header[name] = {
            "dtype": name_of[array.dtype],
            "shape": array.shape,
            "data_offsets": [start, end],
        }
    described = json.dumps(header).encode()
    described += b" " * (-len(described) % ALIGNED)
    return b"".join([len(described).to_bytes(8, "little"), described, *parts])


def from_bytes(content: bytes | memoryview) -> dict[str, Array]:
    """Return the arrays of a file, read-only, over `content` itself; it has been verified."""
    content = memoryview(content)  # of which a slice is no copy
    start = 8 + int.from_bytes(content[:8], "little")
    arrays = {}
    for name, array in json.loads(bytes(content[8:start])).items():
        data = content[start + array["data_offsets"][0] : start + array["data_offsets"][1]]
        arrays[name] = np.frombuffer(data, TYPES[array["dtype"]]).reshape(array["shape"])
    return arrays
