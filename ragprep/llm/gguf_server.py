"""The process that runs a GGUF file: `python gguf_server.py FILE CONTEXT THREADS`; see gguf.py.

It reads a key from stdin, prints where it listens, and ends when stdin does, that is, at the
latest with the process that started it. Nothing else of it is seen: llama.cpp's log goes nowhere.
"""

from __future__ import annotations

import os
import sys


def serve(path: str, context: int, threads: int) -> None:
    """Serve the model at `path` to whoever has the key, until stdin ends."""
    key = sys.stdin.readline().strip()
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = path
    params.n_ctx = context
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.api_keys = [key]
    params.ui = False
    params.verbosity = -1
    try:
        server = Server(params)
    except (RuntimeError, ValueError):  # it says no more than that it failed
        os._exit(1)
    reply.write(f"{server.listening_address}\n")
    reply.flush()
    sys.stdin.read()
    os._exit(0)  # its own clean-up takes a second


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
