"""The floor of query.py: what no search in a process of its own can leave out.

`floor_query.py QUERY HOME` imports numpy, onnxruntime and tokenizers, opens the encoder, embeds the
query, maps the vectors of the index (of one segment), and prints the rows of the five closest.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as ragprep has it

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

MODEL = Path(__file__).parent.parent / "ragprep" / "encoder" / "minilm"
DIM = 384


def main(query: str, home: Path) -> None:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(
        MODEL / "encoder.onnx", options, providers=["CPUExecutionProvider"]
    )
    ids = Tokenizer.from_file(str(MODEL / "tokenizer.json")).encode(query).ids
    tokens = np.array([ids], dtype=np.int64)
    inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
    [vector] = session.run(["sentence_vector"], inputs)[0]
    [segment] = (home / "segments").iterdir()
    with segment.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    header_bytes = int.from_bytes(content[:8], "little")
    described = json.loads(content[8 : 8 + header_bytes])["vectors"]
    start, end = (8 + header_bytes + offset for offset in described["data_offsets"])
    vectors = np.frombuffer(content, np.float32, (end - start) // 4, start).reshape(-1, DIM)
    print(np.argsort(-np.einsum("ij,j->i", vectors, vector))[:5].tolist())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)  # nor is there a need to take the interpreter apart
