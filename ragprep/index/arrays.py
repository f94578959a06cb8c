"""Named arrays in one file, in the safetensors format: read where they are mapped, not copied."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

TYPES = {"F32": "<f4", "I32": "<i4", "I64": "<i8", "U16": "<u2", "U8": "|u1"}
CODES: dict[str, Literal["i", "q", "B"]] = {"I32": "i", "I64": "q", "U8": "B"}
"""Types as memoryview has them; every machine that onnxruntime runs on is little-endian."""

ALIGNED = 8
"""Bytes; the data begins at a multiple of it, and so does every array of that item size."""


class Lines(Sequence[bytes]):
    """The lines of a mapped text, cut out when asked for."""

    def __init__(self, content: memoryview, starts: memoryview) -> None:
        """Know where each line starts, and where the one after the last would."""
        self.content = content
        self.starts = starts

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> bytes:  # type: ignore[override]  # no slices
        if not 0 <= row < len(self):
            raise IndexError(row)
        return bytes(self.content[self.starts[row] : self.starts[row + 1] - 1])


def to_bytes(arrays: Mapping[str, Array]) -> bytes:
    """Return the content of a file: length of the header, header (JSON), data."""
    import numpy as np

    name_of = {np.dtype(code): name for name, code in TYPES.items()}
    header, parts, end = {}, [], 0
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].itemsize):
        parts.append(array.ravel().view(np.uint8).data)
        start, end = end, end + array.nbytes
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
    import numpy as np

    return {
        name: np.frombuffer(data, TYPES[array["dtype"]]).reshape(array["shape"])
        for name, array, data in _described(content)
    }


def flat(content: bytes | memoryview) -> dict[str, memoryview]:
    """Return the numbers of each array of `CODES`, in one dimension, without numpy."""
    return {
        name: data.cast(CODES[array["dtype"]])
        for name, array, data in _described(content)
        if array["dtype"] in CODES
    }


def lines_of(lines: Sequence[bytes]) -> tuple[Array, Array]:
    """Return what `Lines` reads: uint8 (bytes,), and int64 (lines + 1,), where each starts."""
    import numpy as np

    starts = np.zeros(len(lines) + 1, dtype=np.int64)
    np.cumsum([len(line) + 1 for line in lines], out=starts[1:])
    return np.frombuffer(b"".join(line + b"\n" for line in lines), dtype=np.uint8), starts


def _described(content: bytes | memoryview) -> Iterator[tuple[str, dict[str, Any], memoryview]]:
    content = memoryview(content)  # of which a slice is no copy
    start = 8 + int.from_bytes(content[:8], "little")
    for name, array in json.loads(bytes(content[8:start])).items():
        first, end = array["data_offsets"]
        yield name, array, content[start + first : start + end]
