"""Arrays in a file: what is written comes back, over the same memory."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ragprep.index.arrays import from_bytes, to_bytes

ARRAYS = {
    "bytes": np.arange(3, dtype=np.uint8),
    "floats": np.array([[0.5, 1.0], [2.0, -0.0]], dtype=np.float32),
    "longs": np.array([2**40], dtype=np.int64),
    "ints": np.zeros((0, 4), dtype=np.int32),
}


def test_arrays_come_back_as_they_were():
    """Type, shape and values, also of an empty one."""
    again = from_bytes(to_bytes(ARRAYS))
    assert again.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert again[name].dtype == array.dtype
        np.testing.assert_array_equal(again[name], array)


def test_they_are_aligned_and_lie_in_the_content():
    """The largest items come first, after a header of a multiple of eight bytes."""
    content = to_bytes(ARRAYS)
    memory = np.frombuffer(content, dtype=np.uint8)
    for array in from_bytes(content).values():
        assert (array.ctypes.data - memory.ctypes.data) % array.itemsize == 0
        assert not array.size or np.shares_memory(array, memory)
        assert not array.flags.writeable


def test_the_layout_is_that_of_safetensors():
    """Eight bytes of length, a JSON header, the data: as the format's description has it."""
    content = to_bytes({"a": np.array([1, 2], dtype=np.int32)})
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert header == {"a": {"dtype": "I32", "shape": [2], "data_offsets": [0, 8]}}
    assert content[8 + length :] == b"\x01\0\0\0\x02\0\0\0"


def test_other_types_are_not_written():
    """Rather than read back as something else."""
    with pytest.raises(KeyError):
        to_bytes({"a": np.array(["text"])})
